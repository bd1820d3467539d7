package io.quorate.server.config;

import io.quorate.election.HostPort;
import io.quorate.tree.CertificateScheme;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How clients are served with TLS.
 *
 * @param address where they are served with TLS only; null if they are not
 * @param onPlainPort whether they may use TLS at the plain port, too
 * @param keyStore this server's certificate and its key
 * @param trustStore the certificates that vouch for clients; null: no client is asked for a certificate
 * @param clientAuth whether clients are asked for a certificate
 * @param protocols the versions of TLS that are spoken
 * @param ciphers the cipher suites that are used; empty: those that the library prefers
 * @param scheme who a client is, by its certificate
 */
public record TlsSettings(
        @Nullable HostPort address,
        boolean onPlainPort,
        StoreFile keyStore,
        @Nullable StoreFile trustStore,
        ClientAuth clientAuth,
        List<String> protocols,
        List<String> ciphers,
        CertificateScheme scheme) {
    /** Whether clients are asked for a certificate. */
    public enum ClientAuth {
        NONE,
        WANT,
        NEED
    }

    /** What a file with keys or certificates may be. */
    public enum StoreType {
        JKS,
        PKCS12,
        BCFKS,
        PEM
    }

    /** A file with keys or certificates. Does not show its password. */
    public record StoreFile(Path path, StoreType type, String password) {
        @Override
        public String toString() {
            return path + " (" + type + ")";
        }
    }

    public TlsSettings {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }
}
