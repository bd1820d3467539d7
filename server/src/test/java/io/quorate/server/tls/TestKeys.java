package io.quorate.server.tls;

import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keys with certificates that vouch for themselves, made by the JDK's keytool for one test. The integration tests have this class from here.
 */
public final class TestKeys {
    public static final String PASSWORD = "not a secret";
    private static final String ALIAS = "key";

    private final Path directory;

    public TestKeys(Path directory) {
        this.directory = directory;
    }

    /** A new key and its certificate, in a PKCS12 file. */
    public StoreFile newKey(String name) throws IOException, InterruptedException {
        return newKey(name, name);
    }

    /** A new key and its certificate, which calls its owner {@code CN=subject,O=Quorate} and is good for servers on loopback. */
    public StoreFile newKey(String name, String subject) throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + subject + ",O=Quorate",
                        "-ext",
                        "SAN=ip:127.0.0.1,dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new AssertionError(said);
        }
        return new StoreFile(file, StoreType.PKCS12, PASSWORD);
    }

    /** A file that trusts the certificates of these keys. */
    public StoreFile trusting(String name, StoreType type, StoreFile... keys)
            throws GeneralSecurityException, IOException {
        Path file = directory.resolve(name);
        if (type == StoreType.PEM) {
            StringBuilder text = new StringBuilder();
            for (StoreFile each : keys) {
                text.append(pem("CERTIFICATE", load(each).getCertificate(ALIAS).getEncoded()));
            }
            Files.writeString(file, text);
            return new StoreFile(file, type, "");
        }
        KeyStore store = KeyStore.getInstance(type.name());
        store.load(null, null);
        for (int i = 0; i < keys.length; i++) {
            store.setCertificateEntry("trusted" + i, load(keys[i]).getCertificate(ALIAS));
        }
        return save(store, file, type);
    }

    /** The same key in a file of another type. */
    public StoreFile as(StoreType type, String name, StoreFile key) throws GeneralSecurityException, IOException {
        Path file = directory.resolve(name);
        Key secret = load(key).getKey(ALIAS, PASSWORD.toCharArray());
        if (type == StoreType.PEM) {
            String text = pem("PRIVATE KEY", secret.getEncoded())
                    + pem("CERTIFICATE", load(key).getCertificate(ALIAS).getEncoded());
            Files.writeString(file, text);
            return new StoreFile(file, type, "");
        }
        KeyStore store = KeyStore.getInstance(type.name());
        store.load(null, null);
        store.setKeyEntry(ALIAS, secret, PASSWORD.toCharArray(), load(key).getCertificateChain(ALIAS));
        return save(store, file, type);
    }

    /** What a client speaks TLS with. */
    public static SSLContext client(@Nullable StoreFile key, StoreFile trust)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
        trusts.init(load(trust));
        KeyManagerFactory keys = null;
        if (key != null) {
            keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(load(key), PASSWORD.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys == null ? null : keys.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }

    private static StoreFile save(KeyStore store, Path file, StoreType type)
            throws GeneralSecurityException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return new StoreFile(file, type, PASSWORD);
    }

    private static KeyStore load(StoreFile file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(file.type().name());
        try (InputStream in = Files.newInputStream(file.path())) {
            store.load(in, file.password().toCharArray());
        }
        return store;
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }
}
