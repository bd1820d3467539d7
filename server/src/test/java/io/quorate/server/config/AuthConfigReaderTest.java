package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.jute.Id;
import io.quorate.tree.AuthScheme;
import io.quorate.tree.Authentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthConfigReaderTest {
    private static final String APACHE = "org.apache.zookeeper.server.auth.";

    @TempDir
    private Path dir;

    private final Properties system = new Properties();

    private ServerConfig read(String... lines) {
        try {
            Path file = dir.resolve("zoo.cfg");
            Files.writeString(file, "dataDir=" + dir + "\nclientPort=2181\n" + String.join("\n", lines) + "\n");
            return ServerConfigReader.read(file, system, 2);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Authentication authentication(String... lines) {
        return new Authentication(read(lines).security().auth());
    }

    private String refused(String... lines) {
        StartException e = catchThrowableOfType(StartException.class, () -> read(lines));
        assertThat(e).as("configuration: %s", List.of(lines)).isNotNull();
        return e.getMessage();
    }

    private static Authentication.Result prove(Authentication authentication, String scheme, String text) {
        return authentication.authenticate(scheme, text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    /** A scheme of somebody else's. */
    public static final class Vowels implements AuthScheme {
        @Override
        public String name() {
            return "vowels";
        }

        @Override
        public Authentication.Result authenticate(byte[] auth, Collection<Id> current) {
            return Authentication.Result.accepted(
                    new Id(name(), new String(auth, StandardCharsets.UTF_8).replaceAll("[^aeiou]", "")));
        }

        @Override
        public boolean isValid(String id) {
            return id.matches("[aeiou]+");
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

    /** Has no constructor that could be called. */
    public static final class Hidden {
        @SuppressWarnings("UnusedMethod") // nobody can
        private Hidden(int unused) {}
    }

    @Test
    void aFurtherSchemeIsLoadedByTheNameOfItsClass() {
        Authentication with = authentication("authProvider.7=" + Vowels.class.getName());
        assertThat(prove(with, "vowels", "quorate").added()).containsExactly(new Id("vowels", "uoae"));
        assertThat(prove(with, "digest", "u:p").ok()).isTrue();
        system.setProperty("zookeeper.authProvider.vowels", Vowels.class.getName());
        assertThat(prove(authentication(), "vowels", "quorate").ok()).isTrue();
    }

    @Test
    void aSchemeThatCannotBeLoadedEndsTheStart() {
        assertThat(refused("authProvider.1=com.example.Missing"))
                .contains("authProvider.1=com.example.Missing", "a class on the class path", "java -cp");
        assertThat(refused("authProvider.1=java.lang.Object"))
                .contains("implements io.quorate.tree.AuthScheme", "Apache's");
        assertThat(refused("authProvider.1=" + Hidden.class.getName())).contains("constructor without parameters");
    }

    @Test
    void theProvidersOfZooKeeperAreOurs() {
        Authentication all = authentication(
                "authProvider.1=" + APACHE + "SASLAuthenticationProvider",
                "authProvider.2=" + APACHE + "X509AuthenticationProvider",
                "authProvider.3=" + APACHE + "EnsembleAuthenticationProvider",
                "authProvider.4=" + APACHE + "DigestAuthenticationProvider",
                "authProvider.5=" + APACHE + "IPAuthenticationProvider",
                "ensembleAuthName=blue, azure");
        assertThat(prove(all, "ensemble", "azure").ok()).isTrue();
        assertThat(prove(all, "ensemble", "red")).isEqualTo(Authentication.Result.UNANSWERED);
        assertThat(all.userName(new Id("sasl", "bob"))).isEqualTo("bob");
        assertThat(all.userName(new Id("x509", "CN=bob"))).isEqualTo("CN=bob");
        assertThat(prove(authentication(), "ensemble", "azure").ok()).isFalse();
    }

    @Test
    void whatMustBeProvedIsChecked() {
        Authentication digest = authentication("enforce.auth.enabled=true", "enforce.auth.schemes=digest, ip");
        assertThat(digest.isEnough(List.of(new Id("digest", "u:x")))).isTrue();
        assertThat(digest.isEnough(List.of(new Id("vowels", "a")))).isFalse();
        assertThat(refused("enforce.auth.enabled=true")).contains("enforce.auth.schemes is missing");
        assertThat(refused("enforce.auth.enabled=true", "enforce.auth.schemes=digset"))
                .contains("\"digset\" is required", "[ip, digest]");
        assertThat(refused(
                        "enforce.auth.enabled=true",
                        "enforce.auth.schemes=digest",
                        "DigestAuthenticationProvider.enabled=false"))
                .contains("\"digest\" is required");
        ServerConfig without = read("enforce.auth.schemes=digest");
        assertThat(without.warnings()).anyMatch(each -> each.contains("has no effect"));
        assertThat(new Authentication(without.security().auth()).isRequired()).isFalse();
    }

    @Test
    void theDigestSchemeCanBeChangedAndSwitchedOff() {
        Authentication sha256 = authentication(
                "DigestAuthenticationProvider.digestAlg=SHA-256",
                "DigestAuthenticationProvider.superDigest=u:x9i6ldAvhxJEhUXyWHLxQ6Zip4n0nR3cIVYoQTbzxjY=");
        assertThat(prove(sha256, "digest", "u:p").added())
                .extracting(Id::scheme)
                .contains("digest");
        assertThat(prove(authentication("DigestAuthenticationProvider.enabled=false"), "digest", "u:p")
                        .ok())
                .isFalse();
        assertThat(refused("DigestAuthenticationProvider.digestAlg=ROT13")).contains("SHA-256");
        assertThat(refused("DigestAuthenticationProvider.superDigest=secret")).contains("BASE64");
    }

    private static final String SASL = "authProvider.1=" + APACHE + "SASLAuthenticationProvider";

    private void jaas(String... sections) throws IOException {
        Path file = dir.resolve("jaas.conf");
        Files.writeString(file, String.join("\n", sections));
        system.setProperty("java.security.auth.login.config", file.toString());
    }

    private static String section(String name, String users) {
        return name + " { " + APACHE + "DigestLoginModule required " + users + "; };";
    }

    @Test
    void usersOfSaslAreInTheJaasFile() throws IOException {
        assertThat(authentication(SASL).beginSasl()).isEmpty();
        jaas(section("QuorumServer", "user_peer=\"x\""));
        assertThat(authentication(SASL).beginSasl()).isEmpty();
        jaas(section("Server", "user_bob=\"b\"  user_amy=\"a\" other=\"x\""));
        assertThat(String.valueOf(read(SASL).security().auth().sasl().mechanism()))
                .contains("amy", "bob")
                .doesNotContain("other");
        assertThat(authentication(SASL).beginSasl()).isPresent();
        system.setProperty(
                "java.security.auth.login.config",
                "=" + dir.resolve("jaas.conf").toUri());
        assertThat(authentication(SASL).beginSasl()).isPresent();
    }

    @Test
    void theJaasSectionCanHaveAnotherName() throws IOException {
        jaas(section("Server", "user_bob=\"b\""), section("Clients", "user_amy=\"a\""));
        system.setProperty("zookeeper.sasl.serverconfig", "Clients");
        assertThat(String.valueOf(read(SASL).security().auth().sasl().mechanism()))
                .contains("amy")
                .doesNotContain("bob");
        system.setProperty("zookeeper.sasl.serverconfig", "Cleints");
        assertThat(refused(SASL)).contains("sasl.serverconfig=Cleints", "a section in " + dir.resolve("jaas.conf"));
    }

    @Test
    void aJaasFileThatCannotBeUsedEndsTheStart() throws IOException {
        jaas("Server {");
        assertThat(refused(SASL)).contains("-Djava.security.auth.login.config", "jaas.conf", "can be read");
        jaas("Server { com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true; };");
        assertThat(refused(SASL)).contains("Krb5LoginModule", "DIGEST-MD5, not Kerberos");
        system.setProperty(
                "java.security.auth.login.config", dir.resolve("nosuch.conf").toString());
        assertThat(refused(SASL)).contains("nosuch.conf");
        jaas(section("Server", "bob=\"b\""));
        assertThat(read(SASL).warnings()).anyMatch(each -> each.contains("nobody can prove"));
    }

    @Test
    void saslThatMustBeProvedMustBeThere() throws IOException {
        String required = "sessionRequireClientSASLAuth=true";
        assertThat(refused(required)).contains("\"sasl\" is required", "SASLAuthenticationProvider");
        assertThat(refused(SASL, required))
                .contains("no section Server", "-Djava.security.auth.login.config", "no client could");
        assertThat(refused(SASL, "enforce.auth.enabled=true", "enforce.auth.schemes=sasl"))
                .contains("no section Server");
        assertThat(read(SASL, "enforce.auth.enabled=true", "enforce.auth.schemes=sasl,digest")
                        .warnings())
                .isEmpty();
        jaas(section("Server", "user_bob=\"b\""));
        Authentication with = authentication(SASL, required, "allowSaslFailedClients=true");
        assertThat(with.isEnough(List.of(new Id("ip", "::1")))).isFalse();
        assertThat(with.isEnough(with.saslIdentities("bob"))).isTrue();
        assertThat(with.keepsFailedSasl()).isFalse();
        assertThat(authentication(SASL, "allowSaslFailedClients=true").keepsFailedSasl())
                .isTrue();
    }

    @Test
    void superUsersOfSaslAreNamed() {
        system.setProperty("zookeeper.superUser.b", "bob");
        Authentication with = authentication("superUser=amy");
        assertThat(with.saslIdentities("amy")).containsExactly(new Id("sasl", "amy"), new Id("super", ""));
        assertThat(with.saslIdentities("bob")).contains(new Id("super", ""));
        assertThat(with.saslIdentities("b")).containsExactly(new Id("sasl", "b"));
    }
}
