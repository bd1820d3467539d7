package io.quorate.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long an operation that failed for no reason of its own is tried again. The wait doubles from {@code firstWait} to {@code longestWait}, and
 * half of it is drawn, so that many clients do not come back as one.
 *
 * @param attempts at most, the first one counted
 * @param within no attempt begins later than this after the first
 */
public record RetryPolicy(int attempts, Duration within, Duration firstWait, Duration longestWait) {
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(8, Duration.ofSeconds(30), Duration.ofMillis(50), Duration.ofSeconds(2));

    public RetryPolicy {
        if (attempts < 1
                || within.isNegative()
                || firstWait.toMillis() < 1
                || firstWait.compareTo(longestWait) > 0
                || longestWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("attempts " + attempts + ", within " + within + ", waits " + firstWait
                    + ".." + longestWait + ": at least one attempt and 1 ms <= first wait <= longest wait <= 1 h");
        }
    }

    /** @return how long to wait after this many attempts, in ms */
    long waitMs(int attemptsMade, RandomGenerator random) {
        int doublings = Math.min(attemptsMade - 1, 20);
        long full = Math.min(longestWait.toMillis(), firstWait.toMillis() << doublings);
        return full - random.nextLong(full / 2 + 1);
    }
}
