package io.quorate.server.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteWriter;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.TransportLimits;
import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import io.quorate.zab.QuorumStreamDecoder;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection between a leader and a learner: Netty's handler on one side, the replica's channel on the other. All on the core loop.
 *
 * <p>Between the replica's {@link #close} and the end of the connection nothing is heard any more.
 */
final class PeerConnection extends ChannelInboundHandlerAdapter implements PeerChannel {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

    private final QuorumNetwork network;
    private final CoreLoop core;
    private final Channel channel;
    private final Supplier<PeerListener> listeners;
    private final int maxField;
    private String remoteName = "";

    private @Nullable PeerListener listener;
    private @Nullable QuorumStreamDecoder decoder;

    /** What was sent and has not been given to the channel yet. */
    private @Nullable ByteBuf out;

    private boolean dirty;

    /** Whether the replica was told to stop and waits for {@code onWritable}. */
    private boolean toldUnwritable;

    private boolean writableCheckQueued;
    private boolean closing;
    private @Nullable String closeReason;

    PeerConnection(
            QuorumNetwork network, CoreLoop core, Channel channel, Supplier<PeerListener> listeners, int maxField) {
        this.network = network;
        this.core = core;
        this.channel = channel;
        this.listeners = listeners;
        this.maxField = maxField;
    }

    // ---- from the network

    @Override
    public void channelActive(ChannelHandlerContext context) {
        remoteName = Dialer.remoteName(channel);
        network.onOpen(this);
        core.input();
        PeerListener opened = listeners.get();
        listener = opened;
        decoder = new QuorumStreamDecoder(new UntilClosing(opened), maxField);
        opened.onOpen(this, core.nowNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            core.input();
            while (bytes.isReadable() && !closing && decoder != null) {
                byte[] scratch = network.scratch();
                int count = Math.min(bytes.readableBytes(), scratch.length);
                bytes.readBytes(scratch, 0, count);
                decoder.onBytes(scratch, 0, count, core.nowNanos());
            }
        } catch (JuteException e) {
            LOG.warn(
                    "Closing the quorum connection with {}: what it sent is no packet: {}", remoteName, e.getMessage());
            close("what it sent is no packet: " + e.getMessage());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        checkWritableLater();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        network.onClosed(this);
        if (out != null) {
            out.release();
            out = null;
        }
        if (listener != null) {
            core.input();
            listener.onClosed(
                    closeReason == null ? "the other side closed the connection" : closeReason, core.nowNanos());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (thrown instanceof IOException) {
            if (closeReason == null) {
                closeReason = "the connection broke: " + thrown.getMessage();
            }
            Channels.close(channel);
        } else {
            core.uncaught(thrown);
        }
    }

    // ---- from the replica

    @Override
    public void send(QuorumPacket packet) {
        if (closing) {
            return;
        }
        JuteWriter writer = network.packetWriter();
        writer.reset();
        packet.write(writer);
        room(writer.size()).writeBytes(writer.array(), 0, writer.size());
    }

    @Override
    public void sendRaw(byte[] bytes, int offset, int length) {
        if (!closing) {
            room(length).writeBytes(bytes, offset, length);
        }
    }

    @Override
    public boolean isWritable() {
        boolean writable = !closing && unsentBytes() < TransportLimits.PEER_UNSENT_CAP_BYTES;
        toldUnwritable |= !writable;
        return writable;
    }

    @Override
    public void pauseReading(boolean pause) {
        if (!closing) {
            channel.config().setAutoRead(!pause);
        }
    }

    @Override
    public void close(String reason) {
        if (closing) {
            return;
        }
        closing = true;
        closeReason = reason;
        markDirty();
        // Whatever ends this batch, the connection does not outlive its time.
        core.schedule(() -> Channels.close(channel), TransportLimits.LINGER_NANOS);
    }

    @Override
    public String remoteName() {
        return remoteName;
    }

    // ---- to the network

    /** Writes what the batch has sent. Called once a batch. */
    void endBatch() {
        dirty = false;
        ByteBuf last = out;
        out = null;
        if (last != null) {
            Channels.write(channel, last);
        }
        if (closing) {
            Channels.closeWhenWritten(channel);
        } else {
            channel.flush();
            checkWritableLater();
        }
    }

    private long unsentBytes() {
        ChannelOutboundBuffer written = channel.unsafe().outboundBuffer();
        return (out == null ? 0 : out.readableBytes()) + (written == null ? 0 : written.totalPendingWriteBytes());
    }

    /** Later, since the replica may be in the middle of a call. */
    private void checkWritableLater() {
        if (toldUnwritable && !writableCheckQueued && !closing) {
            writableCheckQueued = true;
            core.execute(this::checkWritable);
        }
    }

    private void checkWritable() {
        writableCheckQueued = false;
        if (toldUnwritable
                && !closing
                && listener != null
                && channel.isWritable()
                && unsentBytes() < TransportLimits.PEER_UNSENT_CAP_BYTES) {
            toldUnwritable = false;
            core.input();
            listener.onWritable(core.nowNanos());
        }
    }

    private ByteBuf room(int length) {
        ByteBuf room = out;
        if (room != null && room.readableBytes() + length > TransportLimits.OUT_CHUNK_BYTES) {
            Channels.write(channel, room);
            room = null;
        }
        if (room == null) {
            room = channel.alloc().directBuffer(Math.max(length, TransportLimits.OUT_INITIAL_BYTES));
            out = room;
            markDirty();
        }
        return room;
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            network.addDirty(this);
        }
    }

    /** What was received together with the packet that made the replica close the connection is not heard any more. */
    private final class UntilClosing implements PeerListener {
        private final PeerListener listener;

        private UntilClosing(PeerListener listener) {
            this.listener = listener;
        }

        @Override
        public void onOpen(PeerChannel opened, long nowNanos) {
            throw new IllegalStateException("a decoder opens nothing");
        }

        @Override
        public void onPacket(QuorumPacket packet, long nowNanos) {
            if (!closing) {
                listener.onPacket(packet, nowNanos);
            }
        }

        @Override
        public boolean wantsRaw() {
            return !closing && listener.wantsRaw();
        }

        @Override
        public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
            return listener.onRaw(bytes, offset, length, nowNanos);
        }

        @Override
        public void onWritable(long nowNanos) {
            throw new IllegalStateException("a decoder writes nothing");
        }

        @Override
        public void onClosed(String reason, long nowNanos) {
            throw new IllegalStateException("a decoder closes nothing");
        }
    }
}
