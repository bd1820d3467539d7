package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.protocol.ErrorCode;
import io.quorate.tree.AuthSettings;
import io.quorate.tree.Authentication;
import io.quorate.tree.SaslExchange;
import io.quorate.tree.SaslRefusedException;
import io.quorate.tree.SaslScheme;
import io.quorate.tree.SaslSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** client-protocol.md §10. */
class SaslLoginTest {
    private final List<Scripted> begun = new ArrayList<>();

    /** Whoever says "I am NAME" in its second token is NAME, but for Eve. */
    private static final class Scripted implements SaslExchange {
        private int tokens;
        private String name;
        private boolean disposed;

        @Override
        public byte[] onToken(byte[] token) throws SaslRefusedException {
            if (++tokens == 1) {
                return "who are you?".getBytes(StandardCharsets.UTF_8);
            }
            name = new String(token, StandardCharsets.UTF_8).replace("I am ", "");
            if (name.equals("Eve")) {
                throw new SaslRefusedException("Eve again");
            }
            return null;
        }

        @Override
        public Optional<String> identity() {
            return Optional.ofNullable(name);
        }

        @Override
        public void dispose() {
            disposed = true;
        }
    }

    private SaslLogin login(boolean keepFailed, Set<String> required) {
        SaslSettings sasl = new SaslSettings(
                () -> {
                    begun.add(new Scripted());
                    return begun.get(begun.size() - 1);
                },
                Set.of("root"),
                keepFailed);
        return new SaslLogin(new Authentication(AuthSettings.defaults()
                .withSasl(sasl)
                .withFurther(List.of(new SaslScheme(null)))
                .withRequiredSchemes(required)));
    }

    private static SaslLogin.Answer say(SaslLogin login, String text) {
        return login.onToken(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void twoTokensMakeAnIdentity() {
        SaslLogin login = login(false, Set.of());
        SaslLogin.Answer first = say(login, "");
        assertThat(first.token()).asString(StandardCharsets.UTF_8).isEqualTo("who are you?");
        assertThat(first.added()).isEmpty();
        SaslLogin.Answer second = say(login, "I am bob");
        assertThat(second.err()).isZero();
        assertThat(second.token()).isNull();
        assertThat(second.added()).containsExactly(new Id("sasl", "bob"));
        assertThat(begun.get(0).disposed).isTrue();
    }

    @Test
    void theSuperUserIsBoth() {
        SaslLogin login = login(false, Set.of());
        say(login, "");
        assertThat(say(login, "I am root").added()).containsExactly(new Id("sasl", "root"), new Id("super", ""));
    }

    @Test
    void aFailedExchangeIsOver() {
        SaslLogin login = login(false, Set.of());
        say(login, "");
        SaslLogin.Answer refused = say(login, "I am Eve");
        assertThat(refused.err()).isEqualTo(ErrorCode.AUTH_FAILED.code());
        assertThat(refused.added()).isEmpty();
        assertThat(refused.refusal()).isEqualTo("Eve again");
        assertThat(begun.get(0).disposed).isTrue();
    }

    @Test
    void whoFailsMayStayButNotTryAgain() {
        SaslLogin login = login(true, Set.of());
        say(login, "");
        assertThat(say(login, "I am Eve").err()).isZero();
        SaslLogin.Answer again = say(login, "");
        assertThat(again.err()).isZero();
        assertThat(again.token()).isNull();
        assertThat(again.refusal()).isNotNull();
        assertThat(begun).hasSize(1);
    }

    @Test
    void aTokenAfterTheEndIsAFailure() {
        SaslLogin login = login(false, Set.of());
        say(login, "");
        say(login, "I am bob");
        assertThat(say(login, "").err()).isEqualTo(ErrorCode.AUTH_FAILED.code());
        assertThat(begun).hasSize(1);
    }

    @Test
    void aRequirementThatIsNotMetHasACodeOfItsOwn() {
        SaslLogin login = login(true, Set.of("sasl"));
        say(login, "");
        assertThat(say(login, "I am Eve").err()).isEqualTo(ErrorCode.SESSION_CLOSED_REQUIRE_AUTH.code());
    }

    @Test
    void tokensAreBounded() {
        SaslLogin login = login(false, Set.of());
        assertThat(login.onToken(new byte[SaslLogin.MAX_TOKEN_BYTES + 1]).err())
                .isEqualTo(ErrorCode.AUTH_FAILED.code());
        assertThat(begun.get(0).tokens).isZero();
        assertThat(begun.get(0).disposed).isTrue();
        assertThat(login(false, Set.of())
                        .onToken(new byte[SaslLogin.MAX_TOKEN_BYTES])
                        .err())
                .isZero();
    }

    @Test
    void anEndInTheMiddleForgetsTheSecrets() {
        SaslLogin login = login(false, Set.of());
        say(login, "");
        login.dispose();
        assertThat(begun.get(0).disposed).isTrue();
    }

    @Test
    void withoutSaslTheAnswerIsNoToken() {
        SaslLogin login = new SaslLogin(new Authentication(AuthSettings.defaults()));
        for (int i = 0; i < 2; i++) {
            SaslLogin.Answer answer = say(login, "x");
            assertThat(answer.err()).isZero();
            assertThat(answer.token()).isNull();
            assertThat(answer.refusal()).isNull();
        }
    }
}
