package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Id;
import io.quorate.protocol.Acl;
import io.quorate.protocol.Perms;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** client-protocol.md §10. */
class AuthenticationTest {
    private static final Id U_P = new Id("digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=");

    private final Authentication authentication =
            new Authentication(AuthSettings.defaults().withSuperDigest(U_P.id()));

    private Authentication.Result authenticate(String scheme, String text) {
        return authentication.authenticate(scheme, text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    private boolean allows(String scheme, String aclId, Id... identities) {
        return authentication.allows(
                List.of(new Acl(Perms.READ, new Id(scheme, aclId))), Perms.READ, List.of(identities));
    }

    @Test
    void aPasswordBecomesAHash() {
        Authentication plain = new Authentication(AuthSettings.defaults());
        assertThat(plain.authenticate("digest", "u:p".getBytes(StandardCharsets.UTF_8), List.of())
                        .added())
                .containsExactly(U_P);
        assertThat(authenticate("digest", "without colon").ok()).isTrue();
        assertThat(authenticate("digest", "a:b:c").added().get(0).id()).startsWith("a:");
    }

    @Test
    void theSuperUserIsBoth() {
        assertThat(authenticate("digest", "u:p").added()).containsExactly(new Id("super", ""), U_P);
        assertThat(allows("digest", "other:x", new Id("super", ""))).isTrue();
        assertThat(allows("digest", "other:x", U_P)).isFalse();
    }

    @Test
    void worldAndUnknownSchemesAreRefused() {
        assertThat(authenticate("world", "anyone").ok()).isFalse();
        assertThat(authenticate("nosuch", "x").ok()).isFalse();
        assertThat(authentication.authenticate(null, null, List.of()).ok()).isFalse();
        assertThat(authenticate("ip", "1.2.3.4")).isEqualTo(Authentication.Result.accepted());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.0/24, 10.1.2.200, true",
        "10.1.2.0/24, 10.1.3.200, false",
        "10.1.2.0/23, 10.1.3.200, true",
        "10.1.2.0/0, 250.1.3.200, true",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/31, 10.1.2.2, true",
        "10.1.2.3/31, 10.1.2.1, false",
        "2001:db8::/32, 2001:db8:1:2:3:4:5:6, true",
        "2001:db8::/32, 2001:db9::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        "::1, 0:0:0:0:0:0:0:1%lo, true",
        "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false",
        "::ffff:10.1.2.3, ::ffff:a01:203, false",
        "::ffff:a01:203, ::ffff:a01:203, true",
        "::1, 127.0.0.1, false",
        "127.0.0.1, ::1, false",
    })
    void addressesMatchByTheirFirstBits(String acl, String address, boolean expected) {
        assertThat(allows("ip", acl, new Id("ip", address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.x",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "1.2.3.4/",
                "::1/129",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "g::",
                "12345::",
                ":::",
                "localhost"
            })
    void whatIsNoAddressIsNoAclId(String text) {
        assertThat(authentication.fixUp(List.of(new Acl(1, new Id("ip", text))), List.of()))
                .isEmpty();
    }

    @Test
    void authStandsForAllIdentitiesThatWereProved() {
        List<Id> identities = List.of(new Id("ip", "1.2.3.4"), U_P, new Id("super", ""), new Id("digest", "v:w"));
        assertThat(authentication.fixUp(
                        List.of(new Acl(3, new Id("auth", "whatever")), new Acl(1, Acl.ANYONE), new Acl(1, Acl.ANYONE)),
                        identities))
                .contains(List.of(new Acl(3, U_P), new Acl(3, new Id("digest", "v:w")), new Acl(1, Acl.ANYONE)));
        assertThat(authentication.fixUp(Acl.CREATOR_ALL, List.of(new Id("ip", "1.2.3.4"))))
                .isEmpty();
    }

    @Test
    void skippingAclsSkipsThemAll() {
        Authentication open = new Authentication(AuthSettings.defaults().withSkipAcl(true));
        assertThat(open.allows(List.of(new Acl(0, Acl.ANYONE)), Perms.ADMIN, List.of()))
                .isTrue();
    }

    @Test
    void aFurtherSchemeIsUsedInAclsAndPackets() {
        AuthScheme magic = new AuthScheme() {
            @Override
            public String name() {
                return "magic";
            }

            @Override
            public Authentication.Result authenticate(byte[] auth, Collection<Id> current) {
                return auth.length == 3
                        ? Authentication.Result.accepted(new Id("magic", "three"))
                        : Authentication.Result.FAILED;
            }

            @Override
            public boolean isValid(String id) {
                return id.equals("three");
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
                return "wizard";
            }
        };
        Authentication with = new Authentication(AuthSettings.defaults().withFurther(List.of(magic)));
        assertThat(with.authenticate("magic", new byte[3], List.of()).ok()).isTrue();
        assertThat(with.authenticate("magic", new byte[2], List.of()).ok()).isFalse();
        assertThat(with.fixUp(List.of(new Acl(1, new Id("magic", "three"))), List.of()))
                .isPresent();
        assertThat(with.fixUp(List.of(new Acl(1, new Id("magic", "four"))), List.of()))
                .isEmpty();
        assertThat(with.userName(new Id("magic", "three"))).isEqualTo("wizard");
        assertThat(with.userName(new Id("unknown", "x"))).isEmpty();
    }

    @Test
    void anUnknownHashAlgorithmIsNoticedAtTheStart() {
        AuthSettings settings = AuthSettings.defaults().withDigestAlgorithm("ROT13");
        assertThatThrownBy(() -> new Authentication(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ROT13")
                .hasMessageContaining("digestAlg");
    }

    @Test
    void withoutDigestNobodyIsOneAndNoAclNamesIt() {
        Authentication without = new Authentication(
                AuthSettings.defaults().withDigestEnabled(false).withSuperDigest(U_P.id()));
        assertThat(without.authenticate("digest", "u:p".getBytes(StandardCharsets.UTF_8), List.of()))
                .isEqualTo(Authentication.Result.FAILED);
        assertThat(without.fixUp(List.of(new Acl(Perms.ALL, U_P)), List.of())).isEmpty();
    }

    @Test
    void aClientOfAnotherEnsembleIsSentAwayUnanswered() {
        EnsembleScheme named = new EnsembleScheme(Set.of("blue", "azure"));
        assertThat(named.authenticate("azure".getBytes(StandardCharsets.UTF_8), List.of())
                        .ok())
                .isTrue();
        assertThat(named.authenticate(new byte[0], List.of()).ok()).isTrue();
        assertThat(named.authenticate("red".getBytes(StandardCharsets.UTF_8), List.of()))
                .isEqualTo(Authentication.Result.UNANSWERED);
        EnsembleScheme unnamed = new EnsembleScheme(Set.of());
        assertThat(unnamed.authenticate("red".getBytes(StandardCharsets.UTF_8), List.of())
                        .ok())
                .isTrue();
        assertThat(named.isValid("blue")).isFalse();
    }

    @Test
    void saslNamesArePrincipals() {
        SaslScheme sasl = new SaslScheme("anybody");
        for (String valid : List.of("bob", "bob/host", "bob@REALM", "bob/host@REALM", "", "a/b/c")) {
            assertThat(sasl.isValid(valid)).as(valid).isTrue();
        }
        for (String invalid : List.of("bob@A@B", "a/b/c@REALM", "bob@REALM/x")) {
            assertThat(sasl.isValid(invalid)).as(invalid).isFalse();
        }
        assertThat(sasl.matches("bob", "bob")).isTrue();
        assertThat(sasl.matches("bob", "eve")).isFalse();
        assertThat(sasl.matches("super", "eve")).isTrue();
        assertThat(sasl.matches("bob", "anybody")).isTrue();
        assertThat(new SaslScheme(null).matches("bob", "anybody")).isFalse();
        assertThat(sasl.authenticate(new byte[0], List.of()).ok()).isFalse();
    }

    @Test
    void x509NamesAreDistinguishedNames() {
        X509Scheme x509 = new X509Scheme(null);
        Id duke = new Id("x509", "CN=Duke,OU=JavaSoft,O=Sun");
        assertThat(x509.isValid("CN=Duke,OU=JavaSoft,O=Sun")).isTrue();
        assertThat(x509.isValid("Duke")).isFalse();
        assertThat(x509.authenticate(new byte[0], List.of(duke)).ok()).isTrue();
        assertThat(x509.authenticate(new byte[0], List.of(U_P)).ok()).isFalse();
        assertThat(x509.matches("CN=Duke,OU=JavaSoft,O=Sun", "CN=Duke,OU=JavaSoft,O=Sun"))
                .isTrue();
    }

    @Test
    void whoMustProveSomethingIsHeardOnlyThen() {
        Authentication required = new Authentication(AuthSettings.defaults()
                .withFurther(List.of(new SaslScheme(null)))
                .withRequiredSchemes(Set.of("digest", "sasl")));
        Id address = new Id("ip", "10.0.0.1");
        assertThat(required.isEnough(List.of(address))).isFalse();
        assertThat(required.isEnough(List.of(address, U_P))).isTrue();
        assertThat(required.isEnough(List.of(address, new Id("sasl", "bob")))).isTrue();
        assertThat(authentication.isEnough(List.of(address))).isTrue();
        assertThatThrownBy(() -> new Authentication(AuthSettings.defaults().withRequiredSchemes(Set.of("magic"))))
                .hasMessageContaining("\"magic\"")
                .hasMessageContaining("[ip, digest]");
    }
}
