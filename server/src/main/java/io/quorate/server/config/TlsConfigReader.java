package io.quorate.server.config;

import static io.quorate.server.config.Settings.Source.FILE;
import static io.quorate.server.config.Settings.Source.FILE_OR_PROPERTY;

import io.quorate.election.HostPort;
import io.quorate.server.config.TlsSettings.ClientAuth;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.tree.AuthScheme;
import io.quorate.tree.AuthSettings;
import io.quorate.tree.CertificateScheme;
import io.quorate.tree.X509Scheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads how clients are served with TLS. The stores themselves are read when the port is made. */
final class TlsConfigReader {
    private static final String PORT = "secureClientPort";
    private static final String ADDRESS = "secureClientPortAddress";
    private static final String KEY_STORE = "ssl.keyStore.";
    private static final String TRUST_STORE = "ssl.trustStore.";
    private static final String CLIENT_AUTH = "ssl.clientAuth";
    private static final String AUTH_PROVIDER = "ssl.authProvider";
    private static final String DEFAULT_PROTOCOL = "TLSv1.3";

    private final Settings settings;
    private final List<String> warnings;

    TlsConfigReader(Settings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    /** The schemes, with the one that says who a client is by its certificate, if there is TLS. */
    AuthSettings withCertificates(AuthSettings auth) {
        boolean there = auth.further().stream().anyMatch(each -> each.name().equals(X509Scheme.NAME));
        if (!isWanted() || there || !schemeName().equals(X509Scheme.NAME)) {
            return auth;
        }
        List<AuthScheme> further = new ArrayList<>(auth.further());
        further.add(new X509Scheme(x509SuperUser(settings)));
        return auth.withFurther(further);
    }

    static @Nullable String x509SuperUser(Settings settings) {
        String name = settings.text("X509AuthenticationProvider.superUser", FILE_OR_PROPERTY);
        if (name != null && name.isBlank()) {
            throw settings.wrong(
                    "X509AuthenticationProvider.superUser is empty, and would make a super user of every certificate without a"
                            + " subject; give a subject, or remove it.");
        }
        return name;
    }

    /**
     * Reads what there is.
     *
     * @param auth with the schemes, as {@link #withCertificates} has given it
     * @return null if clients are not served with TLS
     */
    @Nullable
    TlsSettings read(AuthSettings auth) {
        HostPort address = address();
        boolean onPlainPort = onPlainPort();
        ClientAuth clientAuth = clientAuth();
        StoreFile keyStore = store(KEY_STORE);
        StoreFile trustStore = store(TRUST_STORE);
        List<String> protocols = protocols();
        List<String> ciphers = list("ssl.ciphersuites");
        String scheme = schemeName();
        if (!isWanted()) {
            return null;
        }
        if (keyStore == null) {
            throw settings.wrong(KEY_STORE + "location is missing: TLS for clients needs the file with this server's"
                    + " certificate and key; add a line " + KEY_STORE + "location=/path, or remove " + PORT
                    + " and client.portUnification.");
        }
        return new TlsSettings(
                address,
                onPlainPort,
                keyStore,
                trustStore,
                trustStore == null ? withoutTrust(clientAuth) : clientAuth,
                protocols,
                ciphers,
                scheme(auth, scheme));
    }

    private boolean isWanted() {
        return port() != 0 || onPlainPort();
    }

    private boolean onPlainPort() {
        return settings.yesOrNo("client.portUnification", FILE_OR_PROPERTY, false);
    }

    // ---- where

    private int port() {
        return settings.integer(PORT, FILE, 0, 0, ConfigLimits.MAX_PORT);
    }

    private @Nullable HostPort address() {
        String host = settings.text(ADDRESS, FILE);
        if (port() != 0) {
            return new HostPort(ServerConfigReader.unbracketed(host == null ? "0.0.0.0" : host), port());
        }
        if (host != null) {
            throw settings.wrong(ADDRESS + "=" + host + " is set, but " + PORT + " is not: expected both, or only the"
                    + " port; add a line " + PORT + "=2281.");
        }
        return null;
    }

    // ---- who

    private ClientAuth clientAuth() {
        String value = settings.text(CLIENT_AUTH, FILE_OR_PROPERTY);
        if (value == null || value.isEmpty()) {
            return ClientAuth.NEED;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "none" -> ClientAuth.NONE;
            case "want" -> ClientAuth.WANT;
            case "need" -> ClientAuth.NEED;
            default ->
                throw settings.wrong(
                        CLIENT_AUTH, FILE_OR_PROPERTY, "none, want or need", "correct it, or remove it to get need");
        };
    }

    /** The JDK would trust whatever a public authority has signed, and so take anybody's word for who it is. */
    private ClientAuth withoutTrust(ClientAuth clientAuth) {
        if (clientAuth == ClientAuth.NEED) {
            throw settings.wrong(TRUST_STORE + "location is missing: " + CLIENT_AUTH + " is need, as it is by default,"
                    + " which needs the certificates that vouch for clients; add a line " + TRUST_STORE
                    + "location=/path, or " + CLIENT_AUTH + "=none.");
        }
        if (clientAuth == ClientAuth.WANT) {
            warnings.add(CLIENT_AUTH + "=want has no effect without " + TRUST_STORE
                    + "location: no client is asked for a certificate");
        }
        return ClientAuth.NONE;
    }

    private String schemeName() {
        String name = settings.text(AUTH_PROVIDER, FILE_OR_PROPERTY);
        return name == null ? X509Scheme.NAME : name;
    }

    private CertificateScheme scheme(AuthSettings auth, String name) {
        for (AuthScheme each : auth.further()) {
            if (each.name().equals(name) && each instanceof CertificateScheme scheme) {
                return scheme;
            }
        }
        throw settings.wrong(
                AUTH_PROVIDER,
                FILE_OR_PROPERTY,
                "x509, or the name of a scheme that a line authProvider.N=CLASS adds, whose class implements "
                        + CertificateScheme.class.getName(),
                "correct it, or remove it to get x509");
    }

    // ---- how

    private List<String> protocols() {
        List<String> enabled = list("ssl.enabledProtocols");
        String single = settings.text("ssl.protocol", FILE_OR_PROPERTY);
        if (!enabled.isEmpty()) {
            return enabled;
        }
        return List.of(single == null ? DEFAULT_PROTOCOL : single);
    }

    private List<String> list(String key) {
        String text = settings.text(key, FILE_OR_PROPERTY);
        if (text == null) {
            return List.of();
        }
        return Arrays.stream(text.split(",", -1))
                .map(String::trim)
                .filter(each -> !each.isEmpty())
                .toList();
    }

    // ---- files

    private @Nullable StoreFile store(String prefix) {
        String location = settings.text(prefix + "location", FILE_OR_PROPERTY);
        String type = settings.text(prefix + "type", FILE_OR_PROPERTY);
        String password = password(prefix);
        if (location == null || location.isEmpty()) {
            return null;
        }
        return new StoreFile(Path.of(location), storeType(prefix, location, type), password);
    }

    private StoreType storeType(String prefix, String location, @Nullable String type) {
        if (type == null || type.isEmpty()) {
            return typeByName(prefix, location);
        }
        for (StoreType each : StoreType.values()) {
            if (each.name().equalsIgnoreCase(type)) {
                return each;
            }
        }
        throw settings.wrong(
                prefix + "type",
                FILE_OR_PROPERTY,
                "JKS, PKCS12, BCFKS or PEM",
                "correct it, or remove it to go by" + " the name of the file");
    }

    private StoreType typeByName(String prefix, String location) {
        String name = location.toLowerCase(Locale.ROOT);
        if (name.endsWith(".jks")) {
            return StoreType.JKS;
        } else if (name.endsWith(".p12")) {
            return StoreType.PKCS12;
        } else if (name.endsWith(".bcfks")) {
            return StoreType.BCFKS;
        } else if (name.endsWith(".pem")) {
            return StoreType.PEM;
        }
        throw settings.wrong(
                prefix + "location",
                FILE_OR_PROPERTY,
                "a name that ends with .jks, .p12, .bcfks or .pem",
                "rename the file, or say by " + prefix + "type what it is");
    }

    /** A file with the password goes before the password itself, as in ZooKeeper. */
    private String password(String prefix) {
        String path = settings.text(prefix + "passwordPath", FILE_OR_PROPERTY);
        String password = settings.text(prefix + "password", FILE_OR_PROPERTY);
        if (path == null || path.isEmpty()) {
            return password == null ? "" : password;
        }
        try {
            String text = Files.readString(Path.of(path), StandardCharsets.UTF_8);
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException e) {
            throw settings.wrong(
                    prefix + "passwordPath",
                    FILE_OR_PROPERTY,
                    "a file that can be read (" + e + ")",
                    "correct the path, or make the file readable for the server's user");
        }
    }
}
