package io.quorate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.tree.SaslExchange;
import io.quorate.tree.SaslRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against the JDK's client side of RFC 2831. */
class DigestMd5Test {
    private final DigestMd5 mechanism = new DigestMd5(Map.of("bob", "secret", "root", "other"));

    private static SaslClient client(@Nullable String as, String user, String password) throws Exception {
        return Sasl.createSaslClient(
                new String[] {"DIGEST-MD5"}, as, "zookeeper", "zk-sasl-md5", Map.of(), callbacks -> {
                    for (Callback each : callbacks) {
                        if (each instanceof NameCallback name) {
                            name.setName(user);
                        } else if (each instanceof PasswordCallback secret) {
                            secret.setPassword(password.toCharArray());
                        } else if (each instanceof RealmCallback realm) {
                            realm.setText(realm.getDefaultText());
                        }
                    }
                });
    }

    private SaslExchange exchange(@Nullable String as, String user, String password) throws Exception {
        SaslClient client = client(as, user, password);
        SaslExchange exchange = mechanism.begin();
        byte[] challenge = exchange.onToken(new byte[0]);
        assertThat(exchange.identity()).isEmpty();
        byte[] last = exchange.onToken(client.evaluateChallenge(challenge));
        client.evaluateChallenge(last);
        assertThat(client.isComplete()).isTrue();
        return exchange;
    }

    @Test
    void theRightPasswordIsProvedBothWays() throws Exception {
        SaslExchange exchange = exchange(null, "bob", "secret");
        assertThat(exchange.identity()).contains("bob");
        exchange.dispose();
        exchange.dispose();
    }

    @Test
    void nobodyIsTakenForAnother() throws Exception {
        assertThat(exchange("root", "bob", "secret").identity()).contains("bob");
    }

    @Test
    void whatIsWrongIsRefused() {
        assertThatThrownBy(() -> exchange(null, "bob", "wrong")).isInstanceOf(SaslRefusedException.class);
        assertThatThrownBy(() -> exchange(null, "eve", "secret")).isInstanceOf(SaslRefusedException.class);
        assertThatThrownBy(() -> mechanism.begin().onToken(new byte[5000])).isInstanceOf(SaslRefusedException.class);
    }

    @Test
    void theReasonIsOneLineWhateverTheNameIs() {
        assertThatThrownBy(() -> exchange(null, "eve\nWARN all is well" + "x".repeat(1000), "secret"))
                .isInstanceOf(SaslRefusedException.class)
                .satisfies(thrown ->
                        assertThat(thrown.getMessage()).doesNotContain("\n").hasSizeLessThan(300));
    }

    @Test
    void passwordsAreNotShown() {
        assertThat(mechanism.toString()).contains("bob").doesNotContain("secret");
    }

    @Test
    void anyBytesAreRefusedAndNothingElseIsThrown() throws Exception {
        SplittableRandom random = new SplittableRandom(17);
        String alphabet = "username=\"bob\",realm=\\nonce,cnonce;qop auth maxbuf 9";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            SaslExchange exchange = mechanism.begin();
            exchange.onToken(new byte[0]);
            byte[] token = text.toString().getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> exchange.onToken(token))
                    .as("token \"%s\"", text)
                    .isInstanceOf(SaslRefusedException.class);
            assertThat(exchange.identity()).isEmpty();
        }
    }
}
