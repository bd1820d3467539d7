package io.quorate.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Keys with certificates that vouch for themselves, made by the JDK's keytool for one test, in PKCS12 files with one password. */
public final class KeyStores {
    public static final String PASSWORD = "not a secret";
    private static final String TYPE = "PKCS12";
    private static final String ALIAS = "key";

    private final Path directory;

    public KeyStores(Path directory) {
        this.directory = directory;
    }

    /** A new key, whose certificate calls its owner {@code CN=subject,O=Quorate}. */
    public Path newKey(String name, String subject) throws IOException, InterruptedException {
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
                        TYPE,
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
        return file;
    }

    /** A file that trusts the certificates of these keys. */
    public Path trusting(String name, Path... keys) throws GeneralSecurityException, IOException {
        Path file = directory.resolve(name + ".p12");
        KeyStore store = KeyStore.getInstance(TYPE);
        store.load(null, null);
        for (Path each : keys) {
            store.setCertificateEntry(each.getFileName().toString(), load(each).getCertificate(ALIAS));
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /** What a client speaks TLS with that has this key and trusts that. */
    public static SSLContext client(Path key, Path trust) throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(load(key), PASSWORD.toCharArray());
        TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
        trusts.init(load(trust));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
