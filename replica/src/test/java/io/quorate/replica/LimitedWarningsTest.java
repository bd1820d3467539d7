package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedWarningsTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> logged = new ArrayList<>();
    private final LimitedWarnings warnings = new LimitedWarnings("failures", 2, new EventLog() {
        @Override
        public void info(String message) {
            throw new AssertionError(message);
        }

        @Override
        public void warn(String message) {
            logged.add(message);
        }
    });

    @Test
    void soManyAMinuteAreLoggedAndHowManyWereNot() {
        for (int i = 0; i < 5; i++) {
            warnings.warn("number " + i, i * SECOND);
        }
        assertThat(logged).containsExactly("number 0", "number 1");

        warnings.onTick(59 * SECOND);
        assertThat(logged).hasSize(2);
        warnings.onTick(60 * SECOND);
        warnings.onTick(61 * SECOND);
        assertThat(logged).hasSize(3).last().asString().startsWith("3 more failures within a minute");
    }

    @Test
    void theNextMinuteBeginsWithTheNextWarning() {
        warnings.warn("first", 0);
        warnings.warn("second", 100 * SECOND);
        warnings.warn("third", 159 * SECOND);
        warnings.warn("kept back", 159 * SECOND);
        warnings.warn("fourth", 160 * SECOND);
        assertThat(logged).hasSize(5).element(3).asString().startsWith("1 more");
        assertThat(logged).last().isEqualTo("fourth");
    }

    @Test
    void nothingIsSaidOfNothing() {
        warnings.warn("one", Long.MAX_VALUE - SECOND);
        warnings.onTick(Long.MIN_VALUE + 100 * SECOND);
        assertThat(logged).containsExactly("one");
    }
}
