package io.quorate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.tree.SaslExchange;
import io.quorate.tree.SaslRefusedException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Answers to real challenges that are broken in a byte or many: nobody becomes somebody else, and nothing but a refusal comes of it. A failure
 * names the seed that plays it again.
 */
class DigestMd5FuzzTest {
    private static final String USER = "bob";
    private static final Map<String, String> PASSWORDS = Map.of(USER, "secret", "root", "another secret");

    /** What has a meaning in a token. */
    private static final String SYNTAX = ",=\"\\ \t\r\n\u0000";

    private final DigestMd5 mechanism = new DigestMd5(PASSWORDS);

    @Test
    void brokenAnswersAreRefused() throws SaslException {
        play(0, 2_000);
    }

    @Test
    @Tag("full")
    void manyBrokenAnswersAreRefused() throws SaslException {
        play(System.nanoTime(), 500_000);
    }

    private void play(long firstSeed, int count) throws SaslException {
        int refused = 0;
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            try {
                refused += isRefused(new SplittableRandom(seed)) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused)
                .isBetween(count / 2, count - 1); // Some changes mean nothing, such as a space behind a comma.
    }

    private boolean isRefused(SplittableRandom random) throws SaslException {
        SaslExchange exchange = mechanism.begin();
        boolean knowsPassword = random.nextInt(4) != 0;
        try {
            byte[] challenge = exchange.onToken(new byte[0]);
            byte[] answer = answer(challenge == null ? new byte[0] : challenge, knowsPassword ? "secret" : "guess");
            exchange.onToken(broken(answer, random));
            Optional<String> identity = exchange.identity();
            assertThat(identity).isIn(Optional.empty(), Optional.of(USER));
            assertThat(identity.isEmpty() || knowsPassword)
                    .as("only who knows the password is let in")
                    .isTrue();
            return identity.isEmpty();
        } catch (SaslRefusedException e) {
            assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(300).doesNotContainPattern("\\p{Cntrl}");
            assertThat(exchange.identity()).isEmpty();
            return true;
        } finally {
            exchange.dispose();
        }
    }

    private static byte[] answer(byte[] challenge, String password) throws SaslException {
        SaslClient client = Sasl.createSaslClient(
                new String[] {"DIGEST-MD5"}, null, "zookeeper", "zk-sasl-md5", Map.of(), knowing(password));
        try {
            return client.evaluateChallenge(challenge);
        } finally {
            client.dispose();
        }
    }

    private static CallbackHandler knowing(String password) {
        return callbacks -> {
            for (Callback each : callbacks) {
                if (each instanceof NameCallback name) {
                    name.setName(USER);
                } else if (each instanceof PasswordCallback secret) {
                    secret.setPassword(password.toCharArray());
                } else if (each instanceof RealmCallback realm) {
                    realm.setText(realm.getDefaultText());
                }
            }
        };
    }

    private static byte[] broken(byte[] answer, SplittableRandom random) {
        byte[] bytes = answer.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = brokenOnce(bytes, random);
        }
        return bytes;
    }

    private static byte[] brokenOnce(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 1 -> {
                bytes[at] = (byte) SYNTAX.charAt(random.nextInt(SYNTAX.length()));
                yield bytes;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 ->
                joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, random.nextInt(bytes.length), bytes.length));
            case 4 -> joined(bytes, Arrays.copyOfRange(bytes, at, bytes.length));
            default ->
                joined(Arrays.copyOf(bytes, at), joined(new byte[] {' '}, Arrays.copyOfRange(bytes, at, bytes.length)));
        };
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
