package io.quorate.client;

import io.quorate.client.transport.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS with its servers. Files are PEM, JKS or PKCS12, told by their endings ({@code .pem}, {@code .jks}, {@code .p12} or {@code
 * .pfx}); they are read once, when the client begins.
 *
 * @param keyStore this client's certificate and its key, for servers that ask for one
 * @param trustStore the certificates that vouch for servers; empty: those that Java trusts
 * @param verifyHostName whether a server's certificate has to be made out to the name or address in the connect string; leave it on
 * @param protocols versions of TLS; empty: Java's
 * @param ciphers cipher suites; empty: Java's
 */
public record TlsConfig(
        Optional<Store> keyStore,
        Optional<Store> trustStore,
        boolean verifyHostName,
        List<String> protocols,
        List<String> ciphers) {
    private static final String PREFIX = "zookeeper.ssl.";

    /** What ZooKeeper's client can be told and this one cannot do: to go on without would be less safe than was asked for. */
    private static final List<String> NOT_HERE =
            List.of("context.supplier.class", "crl", "ocsp", "fipsMode", "authProvider");

    /** What a file holds its keys and certificates as. */
    public enum StoreType {
        PEM,
        JKS,
        PKCS12;

        static StoreType of(Path file) {
            String name = file.toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(".pem")) {
                return PEM;
            }
            if (name.endsWith(".jks")) {
                return JKS;
            }
            if (name.endsWith(".p12") || name.endsWith(".pfx")) {
                return PKCS12;
            }
            throw new IllegalArgumentException(
                    file
                            + ": what kind of store it is cannot be told from its name: .pem, .jks, .p12 or .pfx is expected, or a type");
        }
    }

    /** A file with keys or certificates. Does not show its password. */
    public record Store(Path file, StoreType type, String password) {
        /** @param password "" for none */
        public static Store of(Path file, String password) {
            return new Store(file, StoreType.of(file), password);
        }

        @Override
        public String toString() {
            return file + " (" + type + ")";
        }
    }

    public TlsConfig {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** Servers are known by these certificates, and by their names. */
    public static TlsConfig trusting(Store trustStore) {
        return new TlsConfig(Optional.empty(), Optional.of(trustStore), true, List.of(), List.of());
    }

    /** The same, and this client shows a certificate. */
    public TlsConfig withKey(Store store) {
        return new TlsConfig(Optional.of(store), trustStore, verifyHostName, protocols, ciphers);
    }

    /** The same, and a server's name is not looked at: anybody whom the trust store vouches for may stand in for it. */
    public TlsConfig withoutHostNameVerification() {
        return new TlsConfig(keyStore, trustStore, false, protocols, ciphers);
    }

    /**
     * As ZooKeeper's client reads its {@code zookeeper.ssl.*}: {@code keyStore} and {@code trustStore} with {@code .location}, {@code .password},
     * {@code .passwordPath} and {@code .type}; {@code hostnameVerification}; {@code protocol}, {@code enabledProtocols}, {@code ciphersuites}.
     *
     * @param property the value of a property by its name, such as {@code System::getProperty}
     * @return empty if {@code zookeeper.client.secure} is not true
     * @throws IllegalArgumentException for a value that cannot be used, and for what ZooKeeper's client knows and this one does not
     */
    public static Optional<TlsConfig> ofProperties(Function<String, @Nullable String> property) {
        if (!Boolean.parseBoolean(text(property, "zookeeper.client.secure").orElse("false"))) {
            return Optional.empty();
        }
        for (String each : NOT_HERE) {
            Optional<String> value = text(property, PREFIX + each).filter(found -> !found.equalsIgnoreCase("false"));
            if (value.isPresent()) {
                throw new IllegalArgumentException(PREFIX + each + "=" + value.get()
                        + ": this client cannot do that; remove it if you can do without");
            }
        }
        List<String> protocols = list(property, "enabledProtocols");
        return Optional.of(new TlsConfig(
                store(property, PREFIX + "keyStore"),
                store(property, PREFIX + "trustStore"),
                Boolean.parseBoolean(
                        text(property, PREFIX + "hostnameVerification").orElse("true")),
                protocols.isEmpty() ? list(property, "protocol") : protocols,
                list(property, "ciphersuites")));
    }

    private static Optional<String> text(Function<String, @Nullable String> property, String name) {
        return Optional.ofNullable(property.apply(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static List<String> list(Function<String, @Nullable String> property, String name) {
        List<String> result = new ArrayList<>();
        for (String each : text(property, PREFIX + name).orElse("").split(",", -1)) {
            if (!each.isBlank()) {
                result.add(each.strip());
            }
        }
        return result;
    }

    private static Optional<Store> store(Function<String, @Nullable String> property, String name) {
        Optional<Path> file = text(property, name + ".location").map(Path::of);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> type = text(property, name + ".type");
        String password = text(property, name + ".passwordPath")
                .map(path -> firstLine(name, Path.of(path)))
                .orElseGet(() -> text(property, name + ".password").orElse(""));
        return Optional.of(new Store(
                file.get(), type.map(each -> type(name, each)).orElseGet(() -> StoreType.of(file.get())), password));
    }

    private static StoreType type(String name, String text) {
        try {
            return StoreType.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ".type=" + text + ": PEM, JKS or PKCS12 is expected", e);
        }
    }

    private static String firstLine(String name, Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(name + ".passwordPath=" + file + " cannot be read: " + e, e);
        }
    }

    /** @throws IllegalArgumentException if a file or a setting cannot be used */
    Tls load() {
        return Tls.of(this);
    }
}
