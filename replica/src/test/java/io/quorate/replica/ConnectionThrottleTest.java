package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quorate.replica.ClientLimits.ConnectionRate;
import io.quorate.replica.ConnectionThrottle.Purpose;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectionThrottleTest {
    private static final long MS = 1_000_000L;

    private static ConnectionThrottle throttle(ConnectionRate rate) {
        return new ConnectionThrottle(rate, new Random(7), 0);
    }

    private static ConnectionRate rate(int tokens, int fillTimeMs, int fillCount) {
        return new ConnectionRate(tokens, fillTimeMs, fillCount, -1, 0.5, 0.25, 0.5, 1, 1, 1);
    }

    private static int admitted(ConnectionThrottle throttle, int attempts, long nowNanos) {
        int count = 0;
        for (int i = 0; i < attempts; i++) {
            count += throttle.admits(Purpose.NEW_GLOBAL, nowNanos) ? 1 : 0;
        }
        return count;
    }

    @Test
    void withoutTokensThereIsNoLimit() {
        assertThat(admitted(throttle(ConnectionRate.UNLIMITED), 10_000, 0)).isEqualTo(10_000);
    }

    @Test
    void aFullBucketIsGivenOutAndFilledByTime() {
        ConnectionThrottle throttle = throttle(rate(5, 100, 2));
        assertThat(admitted(throttle, 10, 0)).isEqualTo(5);
        assertThat(throttle.deficit()).isEqualTo(5);
        assertThat(admitted(throttle, 10, 100 * MS))
                .as("not longer than the fill time")
                .isZero();
        assertThat(admitted(throttle, 10, 150 * MS))
                .as("2 in 100 ms are 3 in 150")
                .isEqualTo(3);
        assertThat(admitted(throttle, 10, 3_600_000 * MS))
                .as("never more than it holds")
                .isEqualTo(5);
    }

    @Test
    void anHourOfNothingDoesNotOverflow() {
        ConnectionThrottle throttle = throttle(rate(1 << 24, 1, 1 << 24));
        assertThat(throttle.admits(Purpose.NEW_GLOBAL, 1)).isTrue();
        assertThat(throttle.admits(Purpose.NEW_GLOBAL, Long.MAX_VALUE / 2)).isTrue();
        assertThat(throttle.deficit()).isEqualTo(1);
    }

    @Test
    void eachKindOfSessionTakesItsWeight() {
        ConnectionThrottle throttle = throttle(new ConnectionRate(6, 1000, 1, -1, 0, 0, 0, 3, 1, 2));
        assertThat(throttle.admits(Purpose.NEW_GLOBAL, 0)).isTrue();
        assertThat(throttle.admits(Purpose.RENEWAL, 0)).isTrue();
        assertThat(throttle.deficit()).isEqualTo(5);
        assertThat(throttle.admits(Purpose.RENEWAL, 0)).isFalse();
        assertThat(throttle.admits(Purpose.NEW_LOCAL, 0)).isTrue();
        assertThat(throttle.admits(Purpose.NEW_LOCAL, 0)).isFalse();
    }

    /** BLUE: the probability grows once a freeze time while nothing is left, and falls when the bucket is full enough again. */
    @Test
    void theProbabilityToRefuseFollowsTheBucket() {
        ConnectionThrottle throttle = throttle(new ConnectionRate(4, 1000, 4, 10, 0.5, 0.25, 0.5, 1, 1, 1));
        assertThat(admitted(throttle, 4, 0)).isEqualTo(4);
        for (int i = 1; i <= 3; i++) {
            throttle.admits(Purpose.NEW_GLOBAL, i * 11 * MS);
            throttle.admits(Purpose.NEW_GLOBAL, i * 11 * MS);
            assertThat(throttle.dropProbability()).isCloseTo(Math.min(1, i * 0.5), within(1e-9));
        }
        assertThat(throttle.admits(Purpose.NEW_GLOBAL, 34 * MS))
                .as("none at probability 1")
                .isFalse();
        long full = 5000 * MS;
        throttle.admits(Purpose.NEW_GLOBAL, full);
        assertThat(throttle.dropProbability()).isCloseTo(0.75, within(1e-9));
        throttle.admits(Purpose.NEW_GLOBAL, full + 11 * MS);
        assertThat(throttle.dropProbability()).isCloseTo(0.5, within(1e-9));
    }
}
