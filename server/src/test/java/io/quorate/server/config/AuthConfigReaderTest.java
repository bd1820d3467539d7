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
        assertThat(authentication("sessionRequireClientSASLAuth=true").isEnough(List.of(new Id("ip", "::1"))))
                .isFalse();
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
}
