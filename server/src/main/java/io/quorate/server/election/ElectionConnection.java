package io.quorate.server.election;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quorate.election.ConnectionRules;
import io.quorate.election.ElectionHandshake;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the election port.
 *
 * <pre>
 *   DIALLING ── connected ──► OPEN                          any ──► CLOSED
 *   AWAITING_HANDSHAKE ── from another server ──► OPEN
 *                      ── from this very server ──► IGNORED
 *
 *   message = length int, 1..524288 | bytes
 * </pre>
 */
final class ElectionConnection extends ChannelInboundHandlerAdapter {
    private enum State {
        DIALLING,
        AWAITING_HANDSHAKE,
        OPEN,
        IGNORED,
        CLOSED
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.DIALLING, EnumSet.of(State.OPEN, State.CLOSED),
            State.AWAITING_HANDSHAKE, EnumSet.of(State.OPEN, State.IGNORED, State.CLOSED),
            State.OPEN, EnumSet.of(State.CLOSED),
            State.IGNORED, EnumSet.of(State.CLOSED),
            State.CLOSED, EnumSet.noneOf(State.class)));

    private static final Logger LOG = LoggerFactory.getLogger(ElectionConnection.class);
    private static final long UNKNOWN_SID = -1;

    private final ElectionNetwork network;
    private final CoreLoop core;
    private final Channel channel;
    private String remoteName = "";
    private State state;
    private long sid;

    /** Received and not decoded yet. */
    private byte[] kept = new byte[512];

    private int keptLength;

    private ElectionConnection(ElectionNetwork network, CoreLoop core, Channel channel, State state, long sid) {
        this.network = network;
        this.core = core;
        this.channel = channel;
        this.state = state;
        this.sid = sid;
    }

    static ElectionConnection accepted(ElectionNetwork network, CoreLoop core, Channel channel) {
        return new ElectionConnection(network, core, channel, State.AWAITING_HANDSHAKE, UNKNOWN_SID);
    }

    static ElectionConnection dialled(ElectionNetwork network, CoreLoop core, Channel channel, long sid) {
        return new ElectionConnection(network, core, channel, State.DIALLING, sid);
    }

    String remoteName() {
        return remoteName;
    }

    // ---- from the network

    @Override
    public void channelActive(ChannelHandlerContext context) {
        remoteName = Dialer.remoteName(channel);
        if (state == State.DIALLING) {
            become(State.OPEN, "connected to server " + sid);
            network.onDialled(this, sid);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            keep(bytes);
        } finally {
            bytes.release();
        }
        decode();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (state != State.CLOSED) {
            become(State.CLOSED, "the other side closed it");
        }
        network.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (thrown instanceof IOException) {
            close("it broke: " + thrown.getMessage());
        } else {
            core.uncaught(thrown);
        }
    }

    void onHandshakeTimeout() {
        if (state == State.AWAITING_HANDSHAKE) {
            close("no handshake in time");
        }
    }

    private void keep(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (keptLength + count > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(keptLength + count, 2 * kept.length));
        }
        bytes.readBytes(kept, keptLength, count);
        keptLength += count;
    }

    private void decode() {
        ByteBuffer in = ByteBuffer.wrap(kept, 0, keptLength);
        boolean more = true;
        while (more) {
            more = switch (state) {
                case AWAITING_HANDSHAKE -> decodeHandshake(in);
                case OPEN -> decodeMessage(in);
                case DIALLING, IGNORED, CLOSED -> {
                    in.position(in.limit());
                    yield false;
                }
            };
        }
        keptLength = in.remaining();
        System.arraycopy(kept, in.position(), kept, 0, keptLength);
    }

    /** @return whether there may be more to decode */
    private boolean decodeHandshake(ByteBuffer in) {
        ElectionHandshake.Decoded decoded = ElectionHandshake.decode(in);
        if (decoded instanceof ElectionHandshake.Complete complete) {
            network.onHandshake(this, complete.handshake());
            return true;
        }
        if (decoded instanceof ElectionHandshake.Refused refused) {
            LOG.warn("Closing the election connection of {}: {}", remoteName, refused.reason());
            close(refused.reason());
            return true;
        }
        return false;
    }

    /** @return whether there may be more to decode */
    private boolean decodeMessage(ByteBuffer in) {
        if (in.remaining() < Integer.BYTES) {
            return false;
        }
        int length = in.getInt(in.position());
        if (!ConnectionRules.isMessageLength(length)) {
            LOG.warn("Closing the election connection of server {}: it announced a message of {} bytes", sid, length);
            close("a message of " + length + " bytes");
            return true;
        }
        if (in.remaining() < Integer.BYTES + length) {
            return false;
        }
        byte[] message = new byte[length];
        in.position(in.position() + Integer.BYTES);
        in.get(message);
        network.onMessage(sid, message);
        return true;
    }

    // ---- to the network

    void sendHandshake(byte[] handshake) {
        Channels.write(channel, Unpooled.wrappedBuffer(handshake));
        channel.flush();
    }

    /** @param onWritten called when the bytes have been given to the system, or cannot be */
    void sendMessage(byte[] message, Runnable onWritten) {
        ByteBuf frame = channel.alloc().directBuffer(Integer.BYTES + message.length);
        frame.writeInt(message.length).writeBytes(message);
        channel.writeAndFlush(frame).addListener(written -> onWritten.run());
    }

    /** The other end is this server. */
    void open(long remoteSid) {
        sid = remoteSid;
        become(State.OPEN, "server " + remoteSid + " has dialled");
    }

    /** The other end says that it is this very server: nothing is sent or read. */
    void ignore() {
        become(State.IGNORED, "it has this server's own id");
        channel.config().setAutoRead(false);
    }

    /** Closes when what was sent is written. Idempotent. */
    void close(String reason) {
        if (state != State.CLOSED) {
            become(State.CLOSED, reason);
            Channels.closeWhenWritten(channel);
        }
    }

    private String otherEnd() {
        return sid == UNKNOWN_SID ? remoteName : "server " + sid + " at " + remoteName;
    }

    private void become(State next, String reason) {
        if (!NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("election connection " + remoteName + ": " + state + " -> " + next);
        }
        LOG.info("Election connection with {}: {} -> {}: {}", otherEnd(), state, next, reason);
        state = next;
    }
}
