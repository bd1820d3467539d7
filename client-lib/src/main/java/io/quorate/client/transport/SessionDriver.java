package io.quorate.client.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import io.quorate.client.ClientMetrics;
import io.quorate.client.session.ActivityLog;
import io.quorate.client.session.Call;
import io.quorate.client.session.ClientSession;
import io.quorate.client.session.ConnectionState;
import io.quorate.client.session.HostPort;
import io.quorate.client.session.ReplyHandler;
import io.quorate.client.session.SessionConfig;
import io.quorate.client.session.SessionPort;
import io.quorate.client.session.WatchListener;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.WatcherEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link ClientSession} on an event loop: everything about the session happens on that thread, one turn at a time.
 *
 * <p>A turn is a batch of requests from other threads, the frames of one read, or a tick. At its end what was written is flushed once, and the
 * next tick is arranged for when the session says that it is due.
 */
public final class SessionDriver {
    private static final Logger log = LoggerFactory.getLogger("io.quorate.client.session");

    private final EventLoop loop;
    private final IoGroup group;
    private final Network network;
    private final ClientMetrics metrics;

    /** Whether anybody wants to know: a request that nobody measures costs nothing for it. */
    private final boolean measured;

    private final RandomGenerator random;
    private final Events events;
    private final ClientSession session;

    /** What other threads asked for; each gets the time of its turn. */
    private final ConcurrentLinkedQueue<LongConsumer> requests = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    // The rest belongs to the loop, except that the volatile fields are read from everywhere.

    private @Nullable Connection connection;
    private @Nullable ScheduledFuture<?> tick;
    private long tickAtNanos;
    private int outstanding;
    private volatile ConnectionState state = ConnectionState.CONNECTING;
    private volatile long sessionId;
    private volatile int timeoutMs;
    private volatile String server = "no server";
    private volatile ActivityLog.Snapshot activity;

    /** What a session tells, on the event loop: nothing here may block. */
    public interface Events {
        void stateChanged(ConnectionState state, String reason);

        void watchFired(WatcherEvent event, long zxid, List<WatchListener> listeners);
    }

    public SessionDriver(
            IoGroup.Lease lease,
            SessionConfig config,
            Network network,
            ClientMetrics metrics,
            RandomGenerator random,
            Events events) {
        this.group = lease.group();
        this.loop = group.nextLoop();
        this.network = network;
        this.metrics = metrics;
        this.measured = !metrics.equals(ClientMetrics.NONE);
        this.random = random;
        this.events = events;
        this.timeoutMs = config.timeoutMs();
        this.session = new ClientSession(config, random, new Port());
        this.activity = session.activity();
    }

    // ---- From any thread

    public void start() {
        request(session::start);
    }

    public void submit(Call call) {
        request(nowNanos -> session.submit(call, nowNanos));
    }

    public void addAuth(String scheme, byte[] auth, ReplyHandler handler) {
        request(nowNanos -> session.addAuth(scheme, auth, handler, nowNanos));
    }

    /** Begins to close; {@link ConnectionState#CLOSED} tells the end. */
    public void close() {
        request(session::close);
    }

    public ConnectionState state() {
        return state;
    }

    public long sessionId() {
        return sessionId;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    public String server() {
        return server;
    }

    public ActivityLog.Snapshot activity() {
        return activity;
    }

    /** Whether the present thread is the one that must not block. */
    public boolean isOnLoop() {
        return loop.inEventLoop();
    }

    private void request(LongConsumer request) {
        requests.add(request);
        if (drainScheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException e) {
                // All sessions of the process are closed, this one too: what is asked now is refused by the session
                // itself.
                drain();
            }
        }
    }

    // ---- Turns, on the loop

    private synchronized void drain() {
        drainScheduled.set(false);
        long nowNanos = System.nanoTime();
        for (LongConsumer each = requests.poll(); each != null; each = requests.poll()) {
            LongConsumer request = each;
            turn(() -> request.accept(nowNanos));
        }
        endTurn();
    }

    private void onTick() {
        tick = null;
        turn(() -> session.onTick(System.nanoTime()));
        endTurn();
    }

    /** A mistake in here must not leave anybody waiting for an answer that cannot come: it ends the session, and listeners are told why. */
    private void turn(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("the session failed in a way that it should not, and is ended", e);
            session.abort("a mistake in the client: " + e);
        }
    }

    private void endTurn() {
        publish();
        Connection present = connection;
        if (present != null) {
            present.flush();
        }
        arrangeTick();
    }

    private void publish() {
        sessionId = session.sessionId();
        timeoutMs = session.timeoutMs();
        server = session.server();
        activity = session.activity();
        int now = session.outstanding();
        if (now != outstanding) {
            metrics.outstanding(outstanding, now);
            outstanding = now;
        }
        state = session.connectionState();
    }

    private void arrangeTick() {
        long nowNanos = System.nanoTime();
        long delayNanos = session.delayNanos(nowNanos);
        ScheduledFuture<?> arranged = tick;
        if (arranged != null) {
            // A tick that comes too early does no harm and is cheaper than moving it with every request.
            if (delayNanos != Long.MAX_VALUE && tickAtNanos - (nowNanos + delayNanos) <= 0) {
                return;
            }
            arranged.cancel(false);
            tick = null;
        }
        if (delayNanos != Long.MAX_VALUE && !loop.isShuttingDown()) {
            tickAtNanos = nowNanos + delayNanos;
            tick = loop.schedule(this::onTick, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    // ---- What the session asks for

    private final class Port implements SessionPort {
        @Override
        public void connect(long number, HostPort host) {
            Connection fresh = new Connection(number);
            connection = fresh;
            locate(
                    host,
                    addresses -> fresh.connect(host, addresses),
                    () -> fresh.failed("the name " + host.host() + " has no address"));
        }

        @Override
        public void probe(long number, HostPort host) {
            locate(
                    host,
                    addresses -> QuorumProbe.ask(
                            loop, group.channelType(), network, host, addresses.remove(), group.pool(), () -> {
                                turn(() -> session.onProbed(number, host, System.nanoTime()));
                                endTurn();
                            }),
                    () -> {});
        }

        @Override
        public void answered(Call call, int error, long nowNanos) {
            if (!measured) {
                return;
            }
            metrics.answered(call.operation(), nowNanos - call.queuedNanos(), ErrorCode.of(error));
        }

        @Override
        public void failed(Call call, ErrorCode code, boolean sent) {
            metrics.failed(call.operation(), sent, code);
        }

        @Override
        public void disconnect(long number) {
            Connection present = connection;
            if (present != null && present.number == number) {
                connection = null;
                present.close();
            }
        }

        @Override
        public void send(long number, byte[] frame, int length) {
            Connection present = connection;
            if (present != null && present.number == number) {
                present.write(frame, length);
            }
        }

        @Override
        public void watchFired(WatcherEvent event, long zxid, List<WatchListener> listeners) {
            events.watchFired(event, zxid, listeners);
        }

        @Override
        public void stateChanged(ConnectionState next, String reason) {
            publish();
            state = next;
            events.stateChanged(next, reason);
        }

        @Override
        public void info(String message) {
            log.info("{}", message);
        }

        @Override
        public void warn(String message) {
            log.warn("{}", message);
        }
    }

    /**
     * Finds the addresses of a server; a name is looked up anew each time, on a thread that may block.
     *
     * @param found gets them on the loop, at least one, in an order that is drawn
     */
    private void locate(HostPort host, Consumer<Deque<InetSocketAddress>> found, Runnable unknown) {
        if (NetUtil.isValidIpV4Address(host.host()) || NetUtil.isValidIpV6Address(host.host())) {
            Deque<InetSocketAddress> one = new ArrayDeque<>();
            one.add(new InetSocketAddress(host.host(), host.port()));
            loop.execute(() -> found.accept(one));
            return;
        }
        group.pool().execute(() -> {
            List<InetAddress> addresses = lookUp(host.host());
            loop.execute(() -> {
                if (addresses.isEmpty()) {
                    unknown.run();
                } else {
                    found.accept(inAnyOrder(addresses, host.port()));
                }
            });
        });
    }

    private List<InetAddress> lookUp(String name) {
        try {
            return network.resolver().resolve(name);
        } catch (UnknownHostException | RuntimeException e) {
            log.debug("{} is not found: {}", name, e.toString());
            return List.of();
        }
    }

    private Deque<InetSocketAddress> inAnyOrder(List<InetAddress> addresses, int port) {
        List<InetAddress> rest = new ArrayList<>(addresses);
        Deque<InetSocketAddress> result = new ArrayDeque<>();
        while (!rest.isEmpty()) {
            result.add(new InetSocketAddress(rest.remove(random.nextInt(rest.size())), port));
        }
        return result;
    }

    // ---- One connection

    @SuppressWarnings("FutureReturnValueIgnored") // what fails closes the channel, and that is reported
    private final class Connection {
        private final long number;
        private @Nullable Channel channel;
        private boolean closed;
        private boolean unflushed;

        Connection(long number) {
            this.number = number;
        }

        /** Tries one address after the other until one can be connected to. */
        void connect(HostPort host, Deque<InetSocketAddress> addresses) {
            if (closed) {
                return;
            }
            InetSocketAddress address = addresses.remove();
            int patienceMs = Math.max(1, timeoutMs / (addresses.size() + 1));
            ChannelFuture future = new Bootstrap()
                    .group(loop)
                    .channel(group.channelType())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, patienceMs)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            network.tls()
                                    .ifPresent(tls ->
                                            opened.pipeline().addLast(tls.newHandler(opened, host, group.pool())));
                            opened.pipeline()
                                    .addLast(new LengthFieldBasedFrameDecoder(network.maxReplyBytes() + 4, 0, 4, 0, 4))
                                    .addLast(new Inbound(Connection.this));
                        }
                    })
                    .connect(address);
            channel = future.channel();
            future.addListener(done -> {
                if (done.isSuccess()) {
                    opened(future.channel());
                } else if (addresses.isEmpty()) {
                    failed(String.valueOf(done.cause().getMessage()));
                } else {
                    connect(host, addresses);
                }
            });
        }

        private void opened(Channel open) {
            SslHandler tls = open.pipeline().get(SslHandler.class);
            if (tls == null) {
                usable();
                return;
            }
            tls.handshakeFuture().addListener(done -> {
                if (done.isSuccess()) {
                    usable();
                } else {
                    failed("TLS: " + done.cause().getMessage());
                    open.close();
                }
            });
        }

        private void usable() {
            turn(() -> session.onConnected(number, System.nanoTime()));
            endTurn();
        }

        void failed(String reason) {
            turn(() -> session.onDisconnected(number, reason, System.nanoTime()));
            endTurn();
        }

        void write(byte[] frame, int length) {
            if (channel != null) {
                channel.write(Unpooled.wrappedBuffer(frame, 0, length), channel.voidPromise());
                unflushed = true;
            }
        }

        void flush() {
            if (unflushed && channel != null) {
                unflushed = false;
                channel.flush();
            }
        }

        void close() {
            closed = true;
            if (channel != null) {
                channel.flush();
                channel.close();
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private final class Inbound extends SimpleChannelInboundHandler<ByteBuf> {
        private final Connection from;
        private String reason = "closed by the server";

        Inbound(Connection from) {
            this.from = from;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            byte[] bytes = new byte[frame.readableBytes()];
            frame.readBytes(bytes);
            turn(() -> session.onFrame(
                    from.number, new JuteReader(bytes, 0, bytes.length, bytes.length), System.nanoTime()));
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            endTurn();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            from.failed(reason);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            reason = cause instanceof TooLongFrameException
                    ? "an answer of more than " + network.maxReplyBytes()
                            + " bytes, the limit of this client: raise maxReplyBytes"
                    : String.valueOf(cause.getMessage());
            boolean expected = cause instanceof IOException || cause instanceof DecoderException;
            if (!expected) {
                log.warn("connection to {} failed", context.channel().remoteAddress(), cause);
            }
            context.close();
        }
    }
}
