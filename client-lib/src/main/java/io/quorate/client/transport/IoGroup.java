package io.quorate.client.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The threads that all sessions of a process share: one for I/O, and a pool that grows and shrinks for callbacks and for looking up names.
 * The first session starts them, the last one to be closed ends them. All are daemons: none keeps a process alive.
 */
public final class IoGroup {
    private static final Object LOCK = new Object();
    private static @Nullable IoGroup shared; // the only static state: it is the thing that is shared
    private static int users;

    private final EventLoopGroup loops;
    private final Class<? extends Channel> channelType;
    private final ExecutorService pool;

    /** Threads for callbacks, at most; more tasks than that wait. */
    private static final int MAX_POOL_THREADS = 256;

    private static final long IDLE_THREAD_SECONDS = 10;

    private IoGroup() {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("quorate-client-io", true), handlers);
        channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        pool = elasticPool();
    }

    /**
     * A task goes to an idle thread if there is one, to a new one while there are not too many, and waits otherwise: a thousand sessions that all
     * have something to tell at once do not take a thousand threads.
     */
    private static ExecutorService elasticPool() {
        LinkedTransferQueue<Runnable> waiting = new LinkedTransferQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        return new ThreadPoolExecutor(
                0,
                MAX_POOL_THREADS,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                waiting,
                new DefaultThreadFactory("quorate-client-callback", true),
                (task, full) -> {
                    if (full.isShutdown()) {
                        throw new RejectedExecutionException("all clients of this process are closed");
                    }
                    waiting.put(task);
                });
    }

    /** A share in the group, to be given back once. */
    public static Lease acquire() {
        synchronized (LOCK) {
            IoGroup group = shared;
            if (group == null) {
                group = new IoGroup();
                shared = group;
            }
            users++;
            return new Lease(group);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of daemon threads
    private static void release(IoGroup group) {
        synchronized (LOCK) {
            users--;
            if (users > 0) {
                return;
            }
            shared = null;
        }
        group.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        group.pool.shutdown();
    }

    EventLoop nextLoop() {
        return loops.next();
    }

    Class<? extends Channel> channelType() {
        return channelType;
    }

    /** Threads that may block. */
    Executor pool() {
        return pool;
    }

    /** Keeps the group alive until it is closed. */
    public static final class Lease implements AutoCloseable {
        private final IoGroup group;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(IoGroup group) {
            this.group = group;
        }

        IoGroup group() {
            return group;
        }

        /** Threads that may block. */
        public Executor pool() {
            return group.pool;
        }

        /** The I/O thread: nothing that runs on it may block. */
        public ScheduledExecutorService loop() {
            return group.nextLoop();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release(group);
            }
        }
    }
}
