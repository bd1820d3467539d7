package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.protocol.ErrorCode;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(5, Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMillis(300));

    private final Attempts attempts = new Attempts(POLICY, new Random(1), 0);

    private static QuorateException failure(ErrorCode code, boolean maybeDone) {
        return QuorateException.of(code, "setData", "/a", maybeDone, "");
    }

    private OptionalLong fail(ErrorCode code, boolean maybeDone, boolean repeatable) {
        return attempts.failed(failure(code, maybeDone), repeatable, 0);
    }

    @Test
    void whatDidNotLeaveIsRepeatedWhateverItIs() {
        assertThat(fail(ErrorCode.CONNECTION_LOSS, false, false)).isPresent();
        assertThat(fail(ErrorCode.THROTTLED, false, false)).isPresent();
        assertThat(attempts.inDoubt()).isFalse();
    }

    @Test
    void whatMayHaveHappenedIsRepeatedOnlyWhereThatIsSafe() {
        assertThat(fail(ErrorCode.CONNECTION_LOSS, true, true)).isPresent();
        assertThat(attempts.inDoubt()).isTrue();
        assertThat(fail(ErrorCode.CONNECTION_LOSS, true, false)).isEmpty();
    }

    @Test
    void doubtStaysWhenALaterAttemptDidNotEvenLeave() {
        fail(ErrorCode.CONNECTION_LOSS, true, true);
        assertThat(fail(ErrorCode.CONNECTION_LOSS, false, false)).isEmpty();
        assertThat(attempts.inDoubt()).isTrue();
    }

    @Test
    void doubtEndsWhenItWasLookedForInVain() {
        fail(ErrorCode.CONNECTION_LOSS, true, true);
        attempts.nothingHappened();
        assertThat(attempts.inDoubt()).isFalse();
    }

    @Test
    void anAnswerIsNotAskedForTwice() {
        assertThat(fail(ErrorCode.BAD_VERSION, false, true)).isEmpty();
        assertThat(fail(ErrorCode.SESSION_EXPIRED, false, true)).isEmpty();
    }

    @Test
    void attemptsAndTimeAreBoundedAndWaitsGrow() {
        for (int made = 1; made < 5; made++) {
            long waitMs = TimeUnit.NANOSECONDS.toMillis(
                    fail(ErrorCode.CONNECTION_LOSS, true, true).orElseThrow());
            long full = Math.min(300, 100L << (made - 1));
            assertThat(waitMs).isBetween(full / 2, full);
        }
        assertThat(fail(ErrorCode.CONNECTION_LOSS, true, true)).isEmpty();
        Attempts late = new Attempts(POLICY, new Random(1), 0);
        assertThat(late.failed(failure(ErrorCode.CONNECTION_LOSS, true), true, TimeUnit.SECONDS.toNanos(10)))
                .isEmpty();
    }

    @Test
    void aPolicyThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(1)))
                .hasMessageContaining("at least one attempt");
    }
}
