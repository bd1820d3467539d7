package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.election.HostPort;
import io.quorate.jute.Id;
import io.quorate.server.config.TlsSettings.ClientAuth;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.tree.Authentication;
import io.quorate.tree.CertificateScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsConfigReaderTest {
    private static final String[] WHOLE = {
        "secureClientPort=2281",
        "ssl.keyStore.location=/k/server.p12",
        "ssl.keyStore.password=one",
        "ssl.trustStore.location=/k/trust.jks",
        "ssl.trustStore.password=two"
    };

    @TempDir
    private Path dir;

    private final Properties system = new Properties();

    private ServerConfig read(String... lines) throws IOException {
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + dir + "\nclientPort=2181\n" + String.join("\n", lines) + "\n");
        return ServerConfigReader.read(file, system, 2);
    }

    private @Nullable TlsSettings tls(String... lines) throws IOException {
        return read(lines).clientPort().tls();
    }

    private static String[] with(String... further) {
        return Stream.concat(Stream.of(WHOLE), Stream.of(further)).toArray(String[]::new);
    }

    private TlsSettings whole(String... further) throws IOException {
        TlsSettings settings = tls(with(further));
        assertThat(settings).isNotNull();
        return settings;
    }

    private String refused(String... lines) {
        StartException e = catchThrowableOfType(StartException.class, () -> read(lines));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).endsWith(".");
        return e.getMessage();
    }

    /** Who a client is by the serial number of its certificate. */
    public static final class BySerial implements CertificateScheme {
        @Override
        public List<Id> identities(List<X509Certificate> chain) {
            return List.of(new Id(name(), chain.get(0).getSerialNumber().toString()));
        }

        @Override
        public String name() {
            return "serial";
        }

        @Override
        public Authentication.Result authenticate(byte[] auth, Collection<Id> current) {
            return Authentication.Result.FAILED;
        }

        @Override
        public boolean isValid(String id) {
            return true;
        }

        @Override
        public boolean matches(String id, String aclId) {
            return id.equals(aclId);
        }

        @Override
        public boolean isAuthenticated() {
            return true;
        }

        @Override
        public String userName(String id) {
            return id;
        }
    }

    @Test
    void whatIsNotSaidIsAsInZooKeeper() throws IOException {
        assertThat(tls()).isNull();
        TlsSettings settings = whole();
        assertThat(settings.address()).isEqualTo(new HostPort("0.0.0.0", 2281));
        assertThat(settings.onPlainPort()).isFalse();
        assertThat(settings.keyStore()).isEqualTo(new StoreFile(Path.of("/k/server.p12"), StoreType.PKCS12, "one"));
        assertThat(settings.trustStore()).isEqualTo(new StoreFile(Path.of("/k/trust.jks"), StoreType.JKS, "two"));
        assertThat(settings.clientAuth()).isEqualTo(ClientAuth.NEED);
        assertThat(settings.protocols()).containsExactly("TLSv1.3");
        assertThat(settings.ciphers()).isEmpty();
        assertThat(settings.scheme().name()).isEqualTo("x509");
        assertThat(read(WHOLE).warnings()).isEmpty();
        assertThat(settings.toString()).doesNotContain("one").doesNotContain("two");
    }

    @Test
    void everythingCanBeSaid() throws IOException {
        Files.writeString(dir.resolve("password"), "three\n");
        system.setProperty("zookeeper.ssl.clientAuth", "want");
        system.setProperty("zookeeper.client.portUnification", "true");
        TlsSettings settings = whole(
                "secureClientPortAddress=[::1]",
                "ssl.keyStore.type=pem",
                "ssl.keyStore.passwordPath=" + dir.resolve("password"),
                "ssl.enabledProtocols=TLSv1.2, TLSv1.3",
                "ssl.protocol=TLSv1.2",
                "ssl.ciphersuites=A,B");
        assertThat(settings.address()).isEqualTo(new HostPort("::1", 2281));
        assertThat(settings.onPlainPort()).isTrue();
        assertThat(settings.keyStore()).isEqualTo(new StoreFile(Path.of("/k/server.p12"), StoreType.PEM, "three"));
        assertThat(settings.clientAuth()).isEqualTo(ClientAuth.WANT);
        assertThat(settings.protocols()).containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(settings.ciphers()).containsExactly("A", "B");
        assertThat(whole("ssl.protocol=TLSv1.2").protocols()).containsExactly("TLSv1.2");
    }

    @Test
    void clientsAreNamedByTheirCertificatesUnlessAnotherSchemeIsAskedFor() throws IOException {
        ServerConfig config = read(WHOLE);
        Authentication with = new Authentication(config.security().auth());
        assertThat(with.userName(new Id("x509", "CN=a"))).isEqualTo("CN=a");
        assertThat(new Authentication(read().security().auth()).userName(new Id("x509", "CN=a")))
                .isEmpty();
        system.setProperty("zookeeper.ssl.authProvider", "serial");
        String bySerial = "authProvider.serial=" + BySerial.class.getName();
        assertThat(whole(bySerial).scheme()).isInstanceOf(BySerial.class);
        assertThat(refused(WHOLE)).contains("ssl.authProvider=serial", "CertificateScheme");
        system.remove("zookeeper.ssl.authProvider");
        assertThat(new Authentication(read(with("enforce.auth.enabled=true", "enforce.auth.schemes=x509"))
                                .security()
                                .auth())
                        .isRequired())
                .isTrue();
    }

    @Test
    void withoutATrustStoreNobodyIsAskedForACertificate() throws IOException {
        String port = "secureClientPort=2281";
        String key = "ssl.keyStore.location=/k/server.p12";
        assertThat(refused(port, key)).contains("ssl.trustStore.location is missing", "ssl.clientAuth=none");
        TlsSettings none = tls(port, key, "ssl.clientAuth=none");
        assertThat(none).isNotNull();
        assertThat(none.clientAuth()).isEqualTo(ClientAuth.NONE);
        ServerConfig wanted = read(port, key, "ssl.clientAuth=want");
        assertThat(wanted.clientPort().tls()).isNotNull();
        assertThat(wanted.clientPort().tls().clientAuth()).isEqualTo(ClientAuth.NONE);
        assertThat(wanted.warnings()).anyMatch(each -> each.contains("ssl.clientAuth=want has no effect"));
    }

    @Test
    void thePlainPortMayBeMissing() throws IOException {
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + dir + "\n" + String.join("\n", WHOLE) + "\n");
        ServerConfig config = ServerConfigReader.read(file, system, 2);
        assertThat(config.clientPort().address()).isNull();
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            secureClientPortAddress=a                         | secureClientPort is not
            secureClientPort=70000                            | secureClientPort=70000: expected
            secureClientPort=2281                             | ssl.keyStore.location is missing
            ssl.clientAuth=perhaps                            | none, want or need
            ssl.keyStore.location=/k/server                   | a name that ends with .jks, .p12, .bcfks or .pem
            ssl.keyStore.location=/a.jks;ssl.keyStore.type=X  | JKS, PKCS12, BCFKS or PEM
            ssl.keyStore.passwordPath=/no/such/file           | a file that can be read
            client.portUnification=perhaps                    | client.portUnification=perhaps: expected
            ssl.crl=true                                      | a protection that Quorate does not have yet
            ssl.ocsp=true                                     | a protection that Quorate does not have yet
            ssl.clientHostnameVerification=true               | a protection that Quorate does not have yet
            """)
    void whatIsWrongIsNamed(String lines, String message) {
        assertThat(refused(lines.split(";", -1))).contains(message);
    }

    @Test
    void aPortIsOneOnly() throws IOException {
        Files.writeString(dir.resolve("myid"), "1");
        assertThat(refused(
                        "secureClientPort=2",
                        "ssl.keyStore.location=/k/server.p12",
                        "ssl.clientAuth=none",
                        "initLimit=1",
                        "syncLimit=1",
                        "server.1=a:1:2",
                        "server.2=b:1:2"))
                .contains("port 2 is both the secure client port and a port of the line server.1");
    }
}
