package io.quorate.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.quorate.server.config.StartException;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.config.TlsSettings.ClientAuth;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.tree.X509Scheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsContextsTest {
    @TempDir
    private static Path dir;

    private static TestKeys keys;
    private static StoreFile key;

    @BeforeAll
    static void makeKey() throws Exception {
        keys = new TestKeys(dir);
        key = keys.newKey("server");
    }

    private static TlsSettings settings(
            StoreFile keyStore,
            @Nullable StoreFile trustStore,
            ClientAuth clientAuth,
            String protocol,
            String... ciphers) {
        return new TlsSettings(
                null,
                true,
                keyStore,
                trustStore,
                clientAuth,
                List.of(protocol),
                List.of(ciphers),
                new X509Scheme(null));
    }

    private static SSLEngine engine(TlsSettings settings) {
        return TlsContexts.forServer(settings).newEngine(UnpooledByteBufAllocator.DEFAULT);
    }

    private static String refused(TlsSettings settings) {
        StartException e = catchThrowableOfType(StartException.class, () -> TlsContexts.forServer(settings));
        assertThat(e).isNotNull();
        return e.getMessage();
    }

    @ParameterizedTest
    @EnumSource(names = {"JKS", "PKCS12", "PEM"})
    void storesOfEachTypeAreRead(StoreType type) throws Exception {
        StoreFile same = keys.as(type, "same-" + type, key);
        StoreFile trust = keys.trusting("trust-" + type, type, key);
        assertThat(engine(settings(same, trust, ClientAuth.NEED, "TLSv1.3")).getNeedClientAuth())
                .isTrue();
        assertThat(engine(settings(same, trust, ClientAuth.WANT, "TLSv1.3")).getWantClientAuth())
                .isTrue();
        SSLEngine none = engine(settings(same, null, ClientAuth.NONE, "TLSv1.3"));
        assertThat(none.getNeedClientAuth() || none.getWantClientAuth()).isFalse();
    }

    @Test
    void protocolsAndCipherSuitesAreThoseThatWereAskedFor() {
        String cipher = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        SSLEngine engine = engine(settings(key, null, ClientAuth.NONE, "TLSv1.2", cipher));
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.2");
        assertThat(engine.getEnabledCipherSuites()).containsExactly(cipher);
        assertThat(refused(settings(key, null, ClientAuth.NONE, "TLSv9"))).contains("ssl.enabledProtocols=[TLSv9]");
        assertThat(refused(settings(key, null, ClientAuth.NONE, "TLSv1.2", "ROT13")))
                .contains("ssl.ciphersuites=[ROT13]");
    }

    @Test
    void whatIsWrongWithAFileIsTold() throws Exception {
        StoreFile missing = new StoreFile(dir.resolve("nosuch.p12"), StoreType.PKCS12, "");
        assertThat(refused(settings(missing, null, ClientAuth.NONE, "TLSv1.3")))
                .contains("nosuch.p12", "NoSuchFile", "ssl.keyStore.location");
        StoreFile locked = new StoreFile(key.path(), StoreType.PKCS12, "wrong password");
        assertThat(refused(settings(locked, null, ClientAuth.NONE, "TLSv1.3")))
                .contains("server.p12", "password")
                .doesNotContain("wrong password");
        StoreFile keyless = keys.trusting("keyless.p12", StoreType.PKCS12, key);
        assertThat(refused(settings(keyless, null, ClientAuth.NONE, "TLSv1.3"))).contains("no private key");
        StoreFile text = new StoreFile(Files.writeString(dir.resolve("a.pem"), "hello"), StoreType.PEM, "");
        assertThat(refused(settings(text, null, ClientAuth.NONE, "TLSv1.3"))).contains("a.pem", "ssl.keyStore");
        assertThat(refused(settings(key, text, ClientAuth.NEED, "TLSv1.3"))).contains("a.pem", "ssl.trustStore");
        StoreFile empty = keys.trusting("empty.jks", StoreType.JKS);
        assertThat(refused(settings(key, empty, ClientAuth.NEED, "TLSv1.3"))).contains("empty.jks", "is empty");
    }
}
