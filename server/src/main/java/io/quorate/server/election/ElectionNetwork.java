package io.quorate.server.election;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.quorate.election.ConnectionRules;
import io.quorate.election.ElectionHandshake;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.Listener;
import io.quorate.server.loop.ReadBuffer;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Election messages between servers. Which connection of a pair lives is decided by {@link ConnectionRules}; a message that cannot be sent
 * yet is replaced by a newer one; the last message is sent again on every new connection.
 */
public final class ElectionNetwork {
    /** Who gets the messages. */
    public interface Receiver {
        void onElectionMessage(long sid, byte[] message, long nowNanos);
    }

    /** Connections that others opened here; more are refused. A server needs one a peer. */
    static final int MAX_ACCEPTED = 1024;

    /** A server with a larger id that was woken up gets this long to dial back before it is woken up again. */
    static final long DIAL_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Logger LOG = LoggerFactory.getLogger(ElectionNetwork.class);

    private final CoreLoop core;
    private final Dialer dialer;
    private final long self;
    private final EnsembleConfig config;
    private final long connectTimeoutNanos;
    private final long handshakeTimeoutNanos;
    private final Receiver receiver;

    /** Only on the core loop, like everything below but the listener. */
    private final Map<Long, ElectionPeer> peers = new HashMap<>();

    private final Set<ElectionConnection> accepted = new LinkedHashSet<>();
    private boolean stopped;
    private @Nullable Channel listener;

    public ElectionNetwork(
            CoreLoop core,
            Dialer dialer,
            long self,
            EnsembleConfig config,
            int connectTimeoutMs,
            int handshakeTimeoutMs,
            Receiver receiver) {
        this.core = core;
        this.dialer = dialer;
        this.self = self;
        this.config = config;
        this.connectTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(connectTimeoutMs);
        this.handshakeTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(handshakeTimeoutMs);
        this.receiver = receiver;
    }

    /**
     * Binds the port; {@link #accept} follows. Not on the core loop.
     *
     * @throws Listener.BindException if the address cannot be had
     */
    public void open(InetSocketAddress address) throws Listener.BindException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(core.eventLoop(), core.eventLoop())
                .channel(core.transport().serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new ReadBuffer())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        core.watch(channel);
                        accept(channel);
                    }
                });
        listener = Listener.bind(bootstrap, address);
    }

    /** Sends a message, replacing one that is still waiting, and dials if there is no connection. */
    public void send(long sid, byte[] message) {
        ElectionPeer peer = peer(sid);
        peer.offer(message);
        if (!peer.isConnected()) {
            dial(peer, ConnectionRules.configuredAddresses(sid, config));
        }
    }

    /** Puts a message in the place of those that wait for a connection, or would be sent again on a new one. */
    public void supersede(byte[] message) {
        peers.values().forEach(peer -> peer.supersede(message));
    }

    /** Whether there is a server to which everything that was sent has been written. */
    public boolean anyDelivered() {
        return peers.values().stream().anyMatch(ElectionPeer::isDelivered);
    }

    /** Dials every server of the configuration that there is no connection to. */
    public void connectAll() {
        for (ServerSpec server : config.servers()) {
            if (server.id() != self && !peer(server.id()).isConnected()) {
                dial(peer(server.id()), ConnectionRules.configuredAddresses(server.id(), config));
            }
        }
    }

    /** Begins to accept connections. */
    public void accept() {
        Listener.accept(listener);
    }

    public void stopAccepting() {
        if (listener != null) {
            Channels.close(listener);
            listener = null;
        }
    }

    /** Ends all connections, and makes no new ones. */
    public void closeAll(String reason) {
        stopped = true;
        List.copyOf(accepted).forEach(connection -> connection.close(reason));
        peers.values().forEach(peer -> peer.disconnect(reason));
    }

    // ---- connections

    private void accept(SocketChannel channel) {
        if (stopped || accepted.size() >= MAX_ACCEPTED) {
            Channels.close(channel);
            return;
        }
        ElectionConnection connection = ElectionConnection.accepted(this, core, channel);
        accepted.add(connection);
        channel.pipeline().addLast(connection);
        core.schedule(connection::onHandshakeTimeout, handshakeTimeoutNanos);
    }

    private void dial(ElectionPeer peer, List<HostPort> places) {
        if (!stopped && peer.beginDialing()) {
            dialNext(peer, places, 0);
        }
    }

    private void dialNext(ElectionPeer peer, List<HostPort> places, int index) {
        if (stopped || index == places.size()) {
            peer.endDialing();
            return;
        }
        HostPort place = places.get(index);
        ChannelInitializer<SocketChannel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                core.watch(channel);
                channel.pipeline().addLast(ElectionConnection.dialled(ElectionNetwork.this, core, channel, peer.sid()));
            }
        };
        dialer.dial(place, connectTimeoutNanos, initializer, reason -> {
            LOG.info("Cannot reach server {} for elections at {}: {}", peer.sid(), place, reason);
            dialNext(peer, places, index + 1);
        });
    }

    /** A connection that this server opened is there. */
    void onDialled(ElectionConnection connection, long sid) {
        ElectionPeer peer = peer(sid);
        peer.endDialing();
        connection.sendHandshake(new ElectionHandshake(self, ownAddresses()).encode());
        switch (ConnectionRules.onHandshakeSent(self, sid)) {
            case KEEP_REPLACING_OLD -> peer.connect(connection);
            case CLOSE_AND_WAIT -> {
                peer.waitForDialBack();
                core.schedule(() -> onDialBackOverdue(peer), DIAL_BACK_NANOS);
                connection.close("the larger id dials");
            }
        }
    }

    private void onDialBackOverdue(ElectionPeer peer) {
        if (peer.endWaitForDialBack()) {
            dial(peer, ConnectionRules.configuredAddresses(peer.sid(), config));
        }
    }

    /** The server at the other end of a connection that it opened has said who it is. */
    void onHandshake(ElectionConnection connection, ElectionHandshake handshake) {
        long sid = handshake.sid();
        switch (ConnectionRules.onHandshake(self, sid)) {
            case KEEP_REPLACING_OLD -> {
                connection.open(sid);
                peer(sid).connect(connection);
            }
            case CLOSE_AND_DIAL_BACK -> {
                connection.close("the larger id dials");
                ElectionPeer peer = peer(sid);
                peer.disconnect("server " + sid + " asks for a new one");
                dial(peer, ConnectionRules.dialBackAddresses(handshake, config));
            }
            case IGNORE_SELF -> connection.ignore();
            case REFUSE -> {
                LOG.warn("Refused the election connection of {}: server id {}", connection.remoteName(), sid);
                connection.close("refused");
            }
        }
    }

    void onMessage(long sid, byte[] message) {
        core.input();
        receiver.onElectionMessage(sid, message, core.nowNanos());
    }

    void onClosed(ElectionConnection connection) {
        accepted.remove(connection);
        peers.values().forEach(peer -> peer.onClosed(connection));
        peers.values()
                .removeIf(
                        peer -> !peer.isConnected() && config.server(peer.sid()).isEmpty());
    }

    private ElectionPeer peer(long sid) {
        return peers.computeIfAbsent(sid, ElectionPeer::new);
    }

    private List<HostPort> ownAddresses() {
        return config.server(self).map(server -> List.of(server.election())).orElseThrow();
    }
}
