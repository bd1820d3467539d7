package io.quorate.server.client;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.quorate.replica.LimitedWarnings;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Listener;
import io.quorate.server.loop.LoggedEvents;
import io.quorate.server.loop.ReadBuffer;
import io.quorate.server.loop.TransportLimits;
import io.quorate.server.tls.ClientTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients and keeps their connections. Its connections live on the core loop, or on I/O loops of their own; everything but
 * {@link #open} and the accepting is on the core loop.
 */
public final class ClientPort {
    private static final Logger LOG = LoggerFactory.getLogger(ClientPort.class);

    private final CoreLoop core;
    private final ServerConfig.ClientPort config;
    private final int maxFrame;
    private final @Nullable EventLoopGroup ioLoops;
    private final ClientSessions sessions;
    private final Inbox inbox;
    private final Outbox outbox;
    private final PortStats stats = new PortStats();

    /** Connections by address. Changed on the loops that accept and close. */
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    private final Set<ClientLink> links = new LinkedHashSet<>();

    /** What is to be written or closed when the batch ends; each link once. */
    private List<ClientLink> dirty = new ArrayList<>();

    private List<ClientLink> spare = new ArrayList<>();

    /** Links whose handshake was not over when they were looked at last, in the order of their deadlines. */
    private final ArrayDeque<ClientLink> handshaking = new ArrayDeque<>();

    /** Links that are being closed, in the order of their deadlines. */
    private final ArrayDeque<ClientLink> lingering = new ArrayDeque<>();

    /** Handshakes end on the loops of their connections. Guarded by itself. */
    private final LimitedWarnings handshakeWarnings = new LimitedWarnings(
            "failed TLS handshakes", TransportLimits.HANDSHAKE_WARNINGS_A_MINUTE, new LoggedEvents(LOG));

    private final @Nullable ClientTls tls;
    private final List<Channel> listeners = new ArrayList<>(2);

    /**
     * @param maxFrame largest frame, in bytes
     * @param tls how clients are served with TLS; null if they are not. Belongs to the port from now on
     * @param ioLoops null if the connections are to live on the core loop
     */
    public ClientPort(
            CoreLoop core,
            ServerConfig.ClientPort config,
            int maxFrame,
            @Nullable ClientTls tls,
            @Nullable EventLoopGroup ioLoops,
            ClientSessions sessions) {
        this.core = core;
        this.config = config;
        this.maxFrame = maxFrame;
        this.tls = tls;
        this.ioLoops = ioLoops;
        this.sessions = sessions;
        this.inbox = ioLoops == null ? new DirectInbox(core) : new QueuedInbox(core);
        this.outbox = ioLoops == null ? new DirectOutbox() : new QueuedOutbox();
    }

    /**
     * Binds the plain port; {@link #accept} follows. Not on the core loop.
     *
     * @throws io.quorate.server.loop.Listener.BindException if the address cannot be had
     */
    public InetSocketAddress open(InetSocketAddress address) throws Listener.BindException {
        ClientTls optional = tls;
        TlsSettings settings = config.tls();
        if (optional == null || settings == null || !settings.onPlainPort()) {
            return open(address, pipeline -> {});
        }
        return open(address, optional::addDetectorTo);
    }

    /**
     * Binds the port at which TLS is spoken only; otherwise as {@link #open}.
     *
     * @throws io.quorate.server.loop.Listener.BindException if the address cannot be had
     */
    public InetSocketAddress openSecure(InetSocketAddress address) throws Listener.BindException {
        ClientTls secured = tls;
        if (secured == null) {
            throw new IllegalStateException("there are no settings for TLS");
        }
        return open(address, secured::addTo);
    }

    private InetSocketAddress open(InetSocketAddress address, Consumer<ChannelPipeline> security)
            throws Listener.BindException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(core.eventLoop(), ioLoops == null ? core.eventLoop() : ioLoops)
                .channel(core.transport().serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new ReadBuffer())
                .childHandler(new Initializer(security));
        if (config.backlog() > 0) {
            bootstrap.option(ChannelOption.SO_BACKLOG, config.backlog());
        }
        Channel bound = Listener.bind(bootstrap, address);
        listeners.add(bound);
        return (InetSocketAddress) bound.localAddress();
    }

    /** Writes out what was sent since the last call. */
    public void flush() {
        if (!dirty.isEmpty()) {
            List<ClientLink> now = dirty;
            dirty = spare;
            for (ClientLink link : now) {
                link.endBatch();
            }
            now.clear();
            spare = now;
        }
        outbox.endBatch();
    }

    /** Tells the operator of a TLS handshake that failed. On any loop. */
    void warnOfHandshake(String message) {
        synchronized (handshakeWarnings) {
            handshakeWarnings.warn(message, System.nanoTime());
        }
    }

    /** Drops those whose time is over. */
    public void onTick(long nowNanos) {
        synchronized (handshakeWarnings) {
            handshakeWarnings.onTick(nowNanos);
        }
        long patience = TimeUnit.MILLISECONDS.toNanos(config.handshakeTimeoutMs());
        for (ClientLink link = handshaking.peekFirst();
                link != null && (link.isHandshakeOver() || nowNanos - link.sinceNanos() >= patience);
                link = handshaking.peekFirst()) {
            handshaking.removeFirst();
            if (!link.isHandshakeOver()) {
                stats.unfinishedHandshakes.incrementAndGet();
                link.close("no session within " + config.handshakeTimeoutMs() + " ms");
            }
        }
        for (ClientLink link = lingering.peekFirst();
                link != null && (link.isClosed() || nowNanos - link.sinceNanos() >= TransportLimits.LINGER_NANOS);
                link = lingering.peekFirst()) {
            lingering.removeFirst();
            if (!link.isClosed()) {
                link.abort();
            }
        }
    }

    /** Begins to accept connections. */
    public void accept() {
        listeners.forEach(Listener::accept);
    }

    /** Takes no more connections. */
    public void stopAccepting() {
        listeners.forEach(Channels::close);
        listeners.clear();
    }

    /** Ends all connections. */
    public void closeAll(String reason) {
        for (ClientLink link : List.copyOf(links)) {
            link.close(reason);
        }
        flush();
    }

    /** Lets go of its threads. Called when all connections have been closed. */
    public void shutdown() {
        if (tls != null) {
            tls.shutdown();
        }
    }

    public PortStats stats() {
        return stats;
    }

    ClientSessions sessions() {
        return sessions;
    }

    void answer(FourLetterWord word, byte[] argument, Consumer<String> answer) {
        if (config.allows(word.text())) {
            sessions.onWord(word, argument, answer);
        } else {
            answer.accept(word.text() + " is not executed because it is not in the whitelist.\n");
        }
    }

    void onOpened(ClientLink link) {
        links.add(link);
        handshaking.addLast(link);
    }

    void onClosing(ClientLink link) {
        lingering.addLast(link);
    }

    void onClosed(ClientLink link) {
        links.remove(link);
    }

    void addDirty(ClientLink link) {
        dirty.add(link);
    }

    /** Makes room for one more connection of this address, if the limits have it. */
    private boolean admit(InetAddress address) {
        int all = stats.alive.incrementAndGet();
        int ofAddress = byAddress.merge(address, 1, Integer::sum);
        if (config.maxConnections() > 0 && all > config.maxConnections()) {
            LOG.warn("Refused a connection from {}: maxCnxns={} are there", address, config.maxConnections());
        } else if (config.maxConnectionsPerIp() > 0 && ofAddress > config.maxConnectionsPerIp()) {
            LOG.warn(
                    "Refused a connection from {}: maxClientCnxns={} of this address are there",
                    address,
                    config.maxConnectionsPerIp());
        } else {
            stats.accepted.incrementAndGet();
            return true;
        }
        stats.rejected.incrementAndGet();
        leave(address);
        return false;
    }

    private void leave(InetAddress address) {
        stats.alive.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private final class Initializer extends ChannelInitializer<SocketChannel> {
        private final Consumer<ChannelPipeline> security;

        private Initializer(Consumer<ChannelPipeline> security) {
            this.security = security;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            InetSocketAddress remote = channel.remoteAddress();
            if (remote == null || !admit(remote.getAddress())) {
                Channels.close(channel);
                return;
            }
            channel.closeFuture().addListener(closed -> leave(remote.getAddress()));
            core.watch(channel);
            security.accept(channel.pipeline());
            channel.pipeline().addLast(new ClientHandler(ClientPort.this, core, inbox, outbox, channel, maxFrame, tls));
        }

        @Override
        public void exceptionCaught(io.netty.channel.ChannelHandlerContext context, Throwable thrown) {
            core.uncaught(thrown);
        }
    }
}
