package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.quorate.jute.Id;
import io.quorate.replica.port.ClientChannel;
import io.quorate.server.client.Outbox.Then;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.TransportLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core loop's side of one client connection. What is sent during a batch is collected in one buffer and written when the batch ends.
 */
final class ClientLink implements ClientChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLink.class);

    private final ClientPort port;
    private final CoreLoop core;
    private final Outbox outbox;
    private final ClientHandler handler;
    private final Channel channel;
    private final InetSocketAddress remote;

    private ClientSessions.@Nullable Session session;

    /** Who the client is by its certificate. Set on the connection's loop, before the first frame is handed over. */
    private List<Id> provenIdentities = List.of();

    /** Frames that have not been given to the outbox yet, each behind its length. */
    private @Nullable ByteBuf out;

    /** Whether the port knows that this link has something to do at the end of the batch. */
    private boolean dirty;

    /** Whether anything has been sent. */
    private boolean answered;

    /** Nothing is received or sent any more. */
    private boolean closing;

    /** The connection is gone. Implies closing. */
    private boolean closed;

    /** When the connection did something last, before its session is there; then until when it may linger. */
    private long sinceNanos;

    ClientLink(
            ClientPort port,
            CoreLoop core,
            Outbox outbox,
            ClientHandler handler,
            Channel channel,
            InetSocketAddress remote) {
        this.port = port;
        this.core = core;
        this.outbox = outbox;
        this.handler = handler;
        this.channel = channel;
        this.remote = remote;
    }

    void setProvenIdentities(List<Id> identities) {
        provenIdentities = identities;
    }

    ClientHandler handler() {
        return handler;
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether the answer to the connect request has been sent, or the connection is going away anyway. */
    boolean isHandshakeOver() {
        return answered || closing;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    // ---- from the connection

    void onOpened() {
        sinceNanos = core.nowNanos();
        port.onOpened(this);
    }

    void onFrame(byte[] payload) {
        if (closing) {
            return;
        }
        long now = core.nowNanos();
        if (!answered) {
            sinceNanos = now;
        }
        if (session == null) {
            session = port.sessions().onConnected(this, now);
            if (closing) {
                return;
            }
        }
        session.onFrame(payload, now, core.wallMs());
    }

    void onWord(FourLetterWord word, byte[] argument) {
        if (!closing) {
            port.answer(word, argument, this::sendText);
        }
    }

    void onClosed() {
        closed = true;
        closing = true;
        if (out != null) {
            out.release();
            out = null;
        }
        port.onClosed(this);
        if (session != null) {
            session.onClosed(core.nowNanos());
        }
    }

    // ---- from the replica

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (closing) {
            return;
        }
        answered = true;
        room(Integer.BYTES + length).writeInt(length).writeBytes(bytes, offset, length);
    }

    @Override
    public void close(String reason) {
        if (closing) {
            return;
        }
        LOG.debug("Closing the connection of {}: {}", remote, reason);
        closing = true;
        markDirty();
    }

    @Override
    public void pauseReading(boolean paused) {
        handler.pauseReading(paused);
    }

    @Override
    public String remoteAddress() {
        InetAddress address = remote.getAddress();
        return address == null ? remote.getHostString() : address.getHostAddress();
    }

    @Override
    public List<Id> provenIdentities() {
        return provenIdentities;
    }

    @Override
    public String remoteName() {
        return remote.toString();
    }

    // ---- to the connection

    /** Writes what the batch has sent, and closes after it if that was asked for. Called once a batch. */
    void endBatch() {
        dirty = false;
        if (closed) {
            return;
        }
        ByteBuf last = out;
        out = null;
        outbox.write(this, last, closing ? Then.CLOSE : Then.FLUSH);
        if (closing) {
            sinceNanos = core.nowNanos();
            port.onClosing(this);
        }
    }

    /** Ends the connection whether or not all has been sent. */
    void abort() {
        Channels.close(channel);
    }

    private void sendText(String text) {
        if (closing) {
            return;
        }
        if (!text.isEmpty()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            room(bytes.length).writeBytes(bytes);
        }
        closing = true;
        markDirty();
    }

    private ByteBuf room(int length) {
        ByteBuf room = out;
        if (room != null && room.readableBytes() + length > TransportLimits.OUT_CHUNK_BYTES) {
            outbox.write(this, room, Then.MORE);
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
            port.addDirty(this);
        }
    }
}
