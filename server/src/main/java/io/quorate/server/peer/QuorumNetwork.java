package io.quorate.server.peer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.quorate.election.HostPort;
import io.quorate.jute.JuteWriter;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.Listener;
import io.quorate.server.loop.ReadBuffer;
import io.quorate.server.loop.TransportLimits;
import io.quorate.zab.PeerListener;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All connections that speak the quorum protocol: those that learners open here, and the one that this server opens to its leader. */
public final class QuorumNetwork {
    private final CoreLoop core;
    private final Dialer dialer;
    private final int maxField;
    private final Supplier<PeerListener> onAccepted;

    /** Only on the core loop, like everything below but the listener. */
    private final Set<PeerConnection> connections = new LinkedHashSet<>();

    private List<PeerConnection> dirty = new ArrayList<>();
    private List<PeerConnection> spare = new ArrayList<>();

    /** Every packet is written here before it goes into a connection's buffer. */
    private final JuteWriter packetWriter = new JuteWriter(4096);

    /** Where received bytes are moved to for decoding, which keeps nothing of it. */
    private final byte[] scratch = new byte[TransportLimits.OUT_CHUNK_BYTES];

    private @Nullable Channel listener;

    /**
     * @param maxField largest string or buffer in a packet, in bytes
     * @param onAccepted who listens to a connection that was accepted; asked on the core loop
     */
    public QuorumNetwork(CoreLoop core, Dialer dialer, int maxField, Supplier<PeerListener> onAccepted) {
        this.core = core;
        this.dialer = dialer;
        this.maxField = maxField;
        this.onAccepted = onAccepted;
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
                .childHandler(initializer(onAccepted));
        listener = Listener.bind(bootstrap, address);
    }

    /** Dials a leader; the listener hears {@code onOpen}, or {@code onClosed} with the reason. */
    public void connect(HostPort leader, PeerListener peerListener, long timeoutNanos) {
        dialer.dial(leader, timeoutNanos, initializer(() -> peerListener), reason -> {
            core.input();
            peerListener.onClosed("cannot connect to " + leader + ": " + reason, core.nowNanos());
        });
    }

    /** Writes out what was sent since the last call. */
    public void flush() {
        if (dirty.isEmpty()) {
            return;
        }
        List<PeerConnection> now = dirty;
        dirty = spare;
        for (PeerConnection connection : now) {
            connection.endBatch();
        }
        now.clear();
        spare = now;
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

    public void closeAll(String reason) {
        for (PeerConnection connection : List.copyOf(connections)) {
            connection.close(reason);
        }
        flush();
    }

    void onOpen(PeerConnection connection) {
        connections.add(connection);
    }

    void onClosed(PeerConnection connection) {
        connections.remove(connection);
    }

    void addDirty(PeerConnection connection) {
        dirty.add(connection);
    }

    JuteWriter packetWriter() {
        return packetWriter;
    }

    byte[] scratch() {
        return scratch;
    }

    private ChannelInitializer<SocketChannel> initializer(Supplier<PeerListener> peerListener) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                core.watch(channel);
                channel.config()
                        .setWriteBufferWaterMark(new WriteBufferWaterMark(
                                TransportLimits.PEER_UNSENT_CAP_BYTES / 2, TransportLimits.PEER_UNSENT_CAP_BYTES));
                channel.pipeline()
                        .addLast(new PeerConnection(QuorumNetwork.this, core, channel, peerListener, maxField));
            }
        };
    }
}
