package io.quorate.server.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.quorate.server.config.ExitCode;
import io.quorate.server.config.StartException;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes what TLS needs of an operator's files. */
public final class TlsContexts {
    private static final String ALGORITHM = "PKIX";

    private TlsContexts() {}

    /**
     * Reads the stores. Not on an event loop.
     *
     * @throws StartException if a file or a setting cannot be used
     */
    public static SslContext forServer(TlsSettings settings) {
        SslContextBuilder builder = withKey(settings.keyStore())
                .sslProvider(SslProvider.JDK)
                .clientAuth(ClientAuth.NONE)
                .protocols(settings.protocols());
        if (!settings.ciphers().isEmpty()) {
            builder.ciphers(settings.ciphers());
        }
        StoreFile trust = settings.trustStore();
        if (trust != null && settings.clientAuth() != TlsSettings.ClientAuth.NONE) {
            withTrust(builder, trust);
            builder.clientAuth(
                    settings.clientAuth() == TlsSettings.ClientAuth.NEED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        try {
            SslContext context = builder.build();
            // An engine takes the names of protocols and cipher suites, or does not.
            context.newEngine(UnpooledByteBufAllocator.DEFAULT);
            return context;
        } catch (SSLException | IllegalArgumentException e) {
            throw wrong("TLS for clients cannot be set up with ssl.enabledProtocols=" + settings.protocols()
                    + " and ssl.ciphersuites=" + settings.ciphers() + " (" + reason(e)
                    + "): expected names that this Java knows; correct them, or remove them.");
        }
    }

    private static SslContextBuilder withKey(StoreFile file) {
        try {
            if (file.type() == StoreType.PEM) {
                File pem = readable(file);
                return SslContextBuilder.forServer(pem, pem, file.password().isEmpty() ? null : file.password());
            }
            KeyStore store = load(file);
            if (!hasKey(store)) {
                throw wrong(file + ": has no private key: expected this server's key and certificate; name the store"
                        + " that has them in ssl.keyStore.location.");
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance(ALGORITHM);
            factory.init(store, file.password().toCharArray());
            return SslContextBuilder.forServer(factory);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("ssl.keyStore", file, e);
        }
    }

    private static void withTrust(SslContextBuilder builder, StoreFile file) {
        try {
            if (file.type() == StoreType.PEM) {
                builder.trustManager(readable(file));
                return;
            }
            KeyStore store = load(file);
            if (store.size() == 0) {
                throw wrong(file + ": is empty: expected the certificates that vouch for clients; name the store that"
                        + " has them in ssl.trustStore.location.");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(ALGORITHM);
            factory.init(store);
            builder.trustManager(factory);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw unusable("ssl.trustStore", file, e);
        }
    }

    private static File readable(StoreFile file) throws IOException {
        try (InputStream in = Files.newInputStream(file.path())) {
            in.read();
        }
        return file.path().toFile();
    }

    private static KeyStore load(StoreFile file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(file.type().name());
        try (InputStream in = Files.newInputStream(file.path())) {
            store.load(in, file.password().toCharArray());
        }
        return store;
    }

    private static boolean hasKey(KeyStore store) throws GeneralSecurityException {
        for (String each : Collections.list(store.aliases())) {
            if (store.isKeyEntry(each)) {
                return true;
            }
        }
        return false;
    }

    private static StartException unusable(String keys, StoreFile file, Exception e) {
        return wrong(file + ": cannot be used as " + keys + " (" + reason(e) + "): expected a readable "
                + file.type() + " file and its password; correct " + keys + ".location, .type, and .password or"
                + " .passwordPath.");
    }

    private static String reason(Exception e) {
        @Nullable Throwable cause = e.getCause();
        return cause == null ? e.toString() : e + ", " + cause;
    }

    private static StartException wrong(String sentence) {
        return new StartException(ExitCode.INVALID_INVOCATION, sentence);
    }
}
