package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.quorate.jute.Id;
import io.quorate.server.client.Outbox.Then;
import io.quorate.server.loop.Channels;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.TransportLimits;
import io.quorate.server.tls.ClientTls;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection's side of one client connection, on the loop that the connection lives on. */
final class ClientHandler extends ChannelInboundHandlerAdapter implements FrameDecoder.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(ClientHandler.class);
    private static final int MAX_REASON_CHARS = 300;
    private static final VarHandle TAKEN;
    private static final byte[] NO_ARGUMENT = {};

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(ClientHandler.class, "taken", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ClientPort port;
    private final Inbox inbox;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final ClientLink link;
    private final CoreLoop core;
    private final PortStats stats;

    private final @Nullable ClientTls tls;

    private boolean ended;

    /** The word whose argument is being read; null on a client's connection. */
    private @Nullable FourLetterWord word;

    /** Frames that were put into the inbox's queue; on the connection's loop. */
    private int queued;

    /** Frames of these that were taken out; on the core loop. Invariant: taken <= queued, counting modulo 2^32. */
    @SuppressWarnings("UnusedVariable") // written and read through TAKEN
    private int taken;

    private boolean pausedByQueue;
    private volatile boolean pausedByReplica;

    /** @param tls how the connection may be made secure; null if it may not */
    ClientHandler(
            ClientPort port,
            CoreLoop core,
            Inbox inbox,
            Outbox outbox,
            SocketChannel channel,
            int maxFrame,
            @Nullable ClientTls tls) {
        this.port = port;
        this.tls = tls;
        this.core = core;
        this.stats = port.stats();
        this.inbox = inbox;
        this.channel = channel;
        this.decoder = new FrameDecoder(maxFrame);
        this.link = new ClientLink(port, core, outbox, this, channel, channel.remoteAddress());
    }

    // ---- inbound

    @Override
    public void channelActive(ChannelHandlerContext context) {
        inbox.onOpened(link);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        stats.bytesReceived.add(bytes.readableBytes());
        try {
            decoder.decode(bytes, this);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inbox.onReadComplete(link);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        inbox.onClosed(link);
    }

    // ---- TLS

    /** Comes before the first bytes that were protected. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && tls != null) {
            onHandshake(tls, handshake);
        }
    }

    private void onHandshake(ClientTls with, SslHandshakeCompletionEvent handshake) {
        Optional<List<Id>> identities = handshake.isSuccess() ? with.identities(channel.pipeline()) : Optional.empty();
        if (identities.isPresent()) {
            link.setProvenIdentities(identities.get());
            return;
        }
        stats.failedTlsHandshakes.incrementAndGet();
        port.warnOfHandshake("Closing the connection of " + link.remoteName() + ": "
                + (handshake.isSuccess()
                        ? "nobody is known by its certificate (ssl.authProvider)"
                        : "its TLS handshake failed, " + reason(handshake.cause())));
        ended = true;
        Channels.close(channel);
    }

    /** What went wrong with a certificate is in the innermost cause; Netty quotes all bytes that are no TLS. */
    private static String reason(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        String reason = innermost == thrown ? thrown.toString() : thrown + " (" + innermost.getMessage() + ")";
        String shown = reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?"); // A certificate's names are the client's to choose.
    }

    /** An error of the socket or of TLS ends the connection; any other is ours, and the server cannot be trusted any more. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (thrown instanceof IOException || thrown instanceof DecoderException) {
            LOG.debug("The connection of {} broke: {}", link.remoteName(), thrown.toString());
            Channels.close(channel);
        } else {
            core.uncaught(thrown);
        }
    }

    @Override
    public long onFirstInt(int first) {
        FourLetterWord found = FourLetterWord.of(first);
        if (found == null) {
            return first;
        }
        if (found.argumentBytes() > 0) {
            word = found;
            return found.argumentBytes();
        }
        ended = true;
        inbox.onWord(link, found, NO_ARGUMENT);
        return FrameDecoder.NO_PAYLOAD;
    }

    @Override
    public void onFrame(byte[] payload) {
        if (word == null) {
            inbox.onFrame(link, payload);
        } else {
            ended = true;
            inbox.onWord(link, word, payload);
        }
    }

    @Override
    public void onBadLength(int length) {
        LOG.debug("Closing the connection of {}: it announced a frame of {} bytes", link.remoteName(), length);
        ended = true;
        Channels.close(channel);
    }

    @Override
    public boolean wantsMore() {
        return !ended;
    }

    // ---- outbound

    void write(@Nullable ByteBuf bytes, Then then) {
        if (bytes != null) {
            stats.bytesSent.add(bytes.readableBytes());
            Channels.write(channel, bytes);
        }
        if (then == Then.CLOSE) {
            ended = true;
            close();
        } else if (then == Then.FLUSH) {
            channel.flush();
        }
        closeIfOverCap();
    }

    /** Behind a handshake that does not end nothing would ever be written. */
    private void close() {
        SslHandler secured = tls == null ? null : channel.pipeline().get(SslHandler.class);
        if (secured != null && !secured.handshakeFuture().isDone()) {
            Channels.close(channel);
        } else {
            Channels.closeWhenWritten(channel);
        }
    }

    private void closeIfOverCap() {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent != null && unsent.totalPendingWriteBytes() > TransportLimits.CLIENT_UNSENT_CAP_BYTES) {
            LOG.warn(
                    "Closing the connection of {}: it has not read {} bytes of its replies, {} are allowed",
                    link.remoteName(),
                    unsent.totalPendingWriteBytes(),
                    TransportLimits.CLIENT_UNSENT_CAP_BYTES);
            Channels.close(channel);
        }
    }

    // ---- reading and not reading

    void pauseReading(boolean paused) {
        pausedByReplica = paused;
        onLoop(this::updateReading);
    }

    void onQueued() {
        queued++;
    }

    /** On the core loop. */
    void onTaken() {
        TAKEN.setRelease(this, (int) TAKEN.get(this) + 1);
    }

    /** @return whether the connection is not read from now on, until {@link #resumeAfterQueue} */
    boolean pauseForQueue() {
        if (pausedByQueue || queued - (int) TAKEN.getAcquire(this) < TransportLimits.QUEUED_FRAMES) {
            return false;
        }
        pausedByQueue = true;
        updateReading();
        return true;
    }

    /** On the core loop. */
    void resumeAfterQueue() {
        onLoop(() -> {
            pausedByQueue = false;
            updateReading();
        });
    }

    private void updateReading() {
        channel.config().setAutoRead(!pausedByQueue && !pausedByReplica);
    }

    private void onLoop(Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }
}
