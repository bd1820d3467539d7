package io.quorate.client.transport;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.quorate.client.TlsConfig;
import io.quorate.client.TlsConfig.Store;
import io.quorate.client.TlsConfig.StoreType;
import io.quorate.client.session.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** TLS on this side of a connection, made from a user's files once. */
public final class Tls {
    private static final String ALGORITHM = "PKIX";

    /** The rules by which a certificate is made out to a name: those of HTTPS, as every TLS client has them. */
    private static final String HOST_NAME_RULES = "HTTPS";

    private final SslContext context;
    private final boolean verifyHostName;

    private Tls(SslContext context, boolean verifyHostName) {
        this.context = context;
        this.verifyHostName = verifyHostName;
    }

    /** @throws IllegalArgumentException if a file or a setting cannot be used */
    public static Tls of(TlsConfig config) {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
        config.keyStore().ifPresent(store -> addKey(builder, store));
        config.trustStore().ifPresent(store -> addTrust(builder, store));
        if (!config.protocols().isEmpty()) {
            builder.protocols(config.protocols());
        }
        if (!config.ciphers().isEmpty()) {
            builder.ciphers(config.ciphers());
        }
        try {
            SslContext context = builder.endpointIdentificationAlgorithm("").build();
            // An engine takes the names of protocols and cipher suites, or does not.
            context.newEngine(UnpooledByteBufAllocator.DEFAULT);
            return new Tls(context, config.verifyHostName());
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "TLS cannot be set up with protocols " + config.protocols() + " and cipher suites "
                            + config.ciphers() + " (" + e.getMessage() + "): names that this Java knows are expected",
                    e);
        }
    }

    private static void addKey(SslContextBuilder builder, Store store) {
        try {
            if (store.type() == StoreType.PEM) {
                String password = store.password().isEmpty() ? null : store.password();
                builder.keyManager(store.file().toFile(), store.file().toFile(), password);
                return;
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(ALGORITHM);
            factory.init(load(store), store.password().toCharArray());
            builder.keyManager(factory);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("key store", store, e);
        }
    }

    private static void addTrust(SslContextBuilder builder, Store store) {
        try {
            if (store.type() == StoreType.PEM) {
                builder.trustManager(store.file().toFile());
                return;
            }
            KeyStore certificates = load(store);
            if (certificates.size() == 0) {
                throw new IllegalArgumentException("it is empty");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(ALGORITHM);
            factory.init(certificates);
            builder.trustManager(factory);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("trust store", store, e);
        }
    }

    private static KeyStore load(Store store) throws GeneralSecurityException, IOException {
        KeyStore result = KeyStore.getInstance(store.type().name());
        try (InputStream in = Files.newInputStream(store.file())) {
            result.load(in, store.password().toCharArray());
        }
        return result;
    }

    private static IllegalArgumentException unusable(String what, Store store, Exception e) {
        Throwable cause = e.getCause();
        return new IllegalArgumentException(
                store + " cannot be used as " + what + " (" + e + (cause == null ? "" : ", " + cause)
                        + "): a readable file of that type and its password are expected",
                e);
    }

    /**
     * @param server as the user named it
     * @param executor for the costly steps of the handshake, which are signatures and certificates
     */
    SslHandler newHandler(Channel channel, HostPort server, Executor executor) {
        SslHandler handler = context.newHandler(channel.alloc(), server.host(), server.port(), executor);
        if (verifyHostName) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(HOST_NAME_RULES);
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }
}
