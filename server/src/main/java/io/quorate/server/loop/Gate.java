package io.quorate.server.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a server off from everybody, for tests within one JVM: while it is closed, connections stay and are made, and nothing comes through in either
 * direction, as in a network that loses everything. What waits comes through when it is opened. The end of a connection is not held back.
 *
 * <p>A server that is run by itself has none, and no handler of one in its pipelines.
 */
public final class Gate {
    private final Set<Handler> handlers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public void close() {
        closed = true;
    }

    public void open() {
        closed = false;
        handlers.forEach(Handler::opened);
    }

    public boolean isClosed() {
        return closed;
    }

    /** Before anything else is put into the channel's pipeline. */
    void watch(Channel channel) {
        channel.pipeline().addFirst(new Handler());
    }

    private final class Handler extends ChannelDuplexHandler {
        /** What had been read when the gate was closed: one turn's worth, since nothing more is read then. */
        private final Queue<Object> held = new ArrayDeque<>();

        private @Nullable ChannelHandlerContext place;
        private boolean wantsRead;
        private boolean wantsFlush;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            place = context;
            handlers.add(this);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            handlers.remove(this);
            held.forEach(ReferenceCountUtil::release);
            held.clear();
        }

        @Override
        public void read(ChannelHandlerContext context) {
            if (closed) {
                wantsRead = true;
            } else {
                context.read();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (closed || !held.isEmpty()) {
                held.add(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (closed) {
                wantsFlush = true;
            } else {
                context.flush();
            }
        }

        private void opened() {
            ChannelHandlerContext context = place;
            if (context != null && !context.executor().isShuttingDown()) {
                context.executor().execute(() -> letThrough(context));
            }
        }

        private void letThrough(ChannelHandlerContext context) {
            if (closed || context.isRemoved()) {
                return;
            }
            boolean any = !held.isEmpty();
            for (Object message = held.poll(); message != null; message = held.poll()) {
                context.fireChannelRead(message);
            }
            if (any) {
                context.fireChannelReadComplete();
            }
            if (wantsFlush) {
                wantsFlush = false;
                context.flush();
            }
            if (wantsRead) {
                wantsRead = false;
                context.read();
            }
        }
    }
}
