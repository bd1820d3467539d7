package io.quorate.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.quorate.jute.Id;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.loop.TransportLimits;
import io.quorate.tree.CertificateScheme;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS on clients' connections. The costly steps of handshakes, which are signatures and certificates, run on threads of their own, so that
 * the loop that the connection lives on goes on with others.
 */
public final class ClientTls {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private static final int IDLE_SECONDS = 10;

    private final SslContext context;
    private final CertificateScheme scheme;
    private final boolean asksForCertificates;
    private final int handshakeTimeoutMs;
    private final ThreadPoolExecutor handshakes;

    /**
     * Reads the stores. Not on an event loop.
     *
     * @param handshakeTimeoutMs how long a handshake may take
     * @throws io.quorate.server.config.StartException if a file or a setting cannot be used
     */
    public ClientTls(TlsSettings settings, int handshakeTimeoutMs) {
        this.context = TlsContexts.forServer(settings);
        this.scheme = settings.scheme();
        this.asksForCertificates = settings.clientAuth() != TlsSettings.ClientAuth.NONE;
        this.handshakeTimeoutMs = handshakeTimeoutMs;
        int threads = Math.max(
                1, Math.min(TransportLimits.TLS_THREADS, Runtime.getRuntime().availableProcessors() / 2));
        handshakes = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(TransportLimits.TLS_HANDSHAKES_WAITING),
                task -> {
                    Thread thread = new Thread(task, "tls-handshake");
                    thread.setDaemon(true);
                    return thread;
                });
        handshakes.allowCoreThreadTimeOut(true);
    }

    /** Puts TLS at the end of a pipeline that nothing has been read from. */
    public void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new OwnBytes(), newHandler(pipeline.channel().alloc(), handshakes));
    }

    /** Puts a look at the first byte at the end of a pipeline, and TLS in its place if that is how it begins. */
    public void addDetectorTo(ChannelPipeline pipeline) {
        pipeline.addLast(new Detector());
    }

    /**
     * Who the client is whose handshake is through.
     *
     * @return empty if it is not to be served
     */
    public Optional<List<Id>> identities(ChannelPipeline pipeline) {
        SslHandler handler = pipeline.get(SslHandler.class);
        if (!asksForCertificates || handler == null) {
            return Optional.of(List.of());
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : handler.engine().getSession().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
        } catch (SSLPeerUnverifiedException e) {
            // It was asked for one and has shown none; where one is needed the handshake has failed.
            return Optional.of(List.of());
        }
        List<Id> identities = identities(chain);
        return identities.isEmpty() ? Optional.empty() : Optional.of(identities);
    }

    /** A scheme of somebody else's may stumble over a certificate; then its client is not served, and all others are. */
    private List<Id> identities(List<X509Certificate> chain) {
        try {
            return scheme.identities(chain);
        } catch (RuntimeException e) {
            LOG.warn("The authentication scheme for certificates failed at that of a client, which is not served", e);
            return List.of();
        }
    }

    /** Handshakes under way fail from now on. */
    public void shutdown() {
        handshakes.shutdownNow();
    }

    private SslHandler newHandler(ByteBufAllocator allocator, Executor executor) {
        SslHandler handler = context.newHandler(allocator, executor);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMs);
        return handler;
    }

    /** The buffers that are read into are used again at once, while TLS keeps what is not a whole record. */
    private static final class OwnBytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(ownCopy(context, (ByteBuf) message));
        }

        private static ByteBuf ownCopy(ChannelHandlerContext context, ByteBuf shared) {
            try {
                return context.alloc().buffer(shared.readableBytes()).writeBytes(shared);
            } finally {
                shared.release();
            }
        }
    }

    /**
     * Tells TLS from plain text by the first byte. A TLS connection begins with 22, a handshake record. As the first byte of a frame's length that
     * were 350 MiB, and it is no letter of a four-letter word.
     */
    private final class Detector extends ChannelInboundHandlerAdapter {
        private static final int HANDSHAKE_RECORD = 22;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            ChannelPipeline pipeline = context.pipeline();
            if (bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == HANDSHAKE_RECORD) {
                pipeline.addAfter(context.name(), null, newHandler(context.alloc(), handshakes));
                pipeline.addAfter(context.name(), null, new OwnBytes());
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(message);
                pipeline.remove(this);
            } else {
                bytes.release();
            }
        }
    }
}
