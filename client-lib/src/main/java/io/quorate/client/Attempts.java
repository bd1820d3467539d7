package io.quorate.client;

import io.quorate.protocol.ErrorCode;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The attempts at one operation: whether there is another one, and whether one of them may have been carried out although it failed. That doubt
 * stays until the operation is over, or somebody has looked and found that it was not.
 */
final class Attempts {
    private final RetryPolicy policy;
    private final RandomGenerator random;
    private final long begunNanos;
    private int made;
    private boolean inDoubt;

    Attempts(RetryPolicy policy, RandomGenerator random, long nowNanos) {
        this.policy = policy;
        this.random = random;
        this.begunNanos = nowNanos;
    }

    /**
     * One more attempt failed.
     *
     * @param repeatable whether doing it twice comes to the same as doing it once, or can be told from it
     * @return how long to wait for the next attempt, in ns; empty to give up
     */
    OptionalLong failed(QuorateException failure, boolean repeatable, long nowNanos) {
        made++;
        inDoubt |= failure.mayHaveHappened();
        if (!isPassing(failure.code()) || (inDoubt && !repeatable) || made >= policy.attempts()) {
            return OptionalLong.empty();
        }
        long waitNanos = TimeUnit.MILLISECONDS.toNanos(policy.waitMs(made, random));
        boolean inTime = nowNanos + waitNanos - begunNanos <= policy.within().toNanos();
        return inTime ? OptionalLong.of(waitNanos) : OptionalLong.empty();
    }

    /** It was looked for what earlier attempts may have done, and they have done nothing. */
    void nothingHappened() {
        inDoubt = false;
    }

    boolean inDoubt() {
        return inDoubt;
    }

    /** Errors that say nothing about the operation itself. */
    private static boolean isPassing(ErrorCode code) {
        return switch (code) {
            case CONNECTION_LOSS, OPERATION_TIMEOUT, REQUEST_TIMEOUT, THROTTLED -> true;
            default -> false;
        };
    }
}
