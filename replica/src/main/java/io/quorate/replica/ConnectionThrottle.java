package io.quorate.replica;

import io.quorate.replica.ClientLimits.ConnectionRate;
import java.util.random.RandomGenerator;

/** Decides which handshakes come too fast, by a {@link ConnectionRate}. */
final class ConnectionThrottle {
    /** What a handshake is for. */
    enum Purpose {
        NEW_GLOBAL,
        NEW_LOCAL,
        RENEWAL
    }

    private static final long NANOS_PER_MS = 1_000_000L;

    private final ConnectionRate rate;
    private final RandomGenerator random;

    private long tokens;
    private long filledNanos;
    private long frozenNanos;
    private double dropProbability;

    ConnectionThrottle(ConnectionRate rate, RandomGenerator random, long nowNanos) {
        this.rate = rate;
        this.random = random;
        this.tokens = rate.tokens();
        this.filledNanos = nowNanos;
        this.frozenNanos = nowNanos;
    }

    /** Whether a handshake may go on; if so, its tokens are taken. */
    boolean admits(Purpose purpose, long nowNanos) {
        if (rate.tokens() == 0) {
            return true;
        }
        fill(nowNanos);
        if (rate.freezeTimeMs() >= 0) {
            adapt(nowNanos);
            if (random.nextDouble() < dropProbability) {
                return false;
            }
        }
        int need = tokensFor(purpose);
        if (tokens < need) {
            return false;
        }
        tokens -= need;
        return true;
    }

    private int tokensFor(Purpose purpose) {
        return switch (purpose) {
            case NEW_GLOBAL -> rate.globalWeight();
            case NEW_LOCAL -> rate.localWeight();
            case RENEWAL -> rate.renewWeight();
        };
    }

    private void fill(long nowNanos) {
        long passedMs = (nowNanos - filledNanos) / NANOS_PER_MS;
        if (passedMs <= rate.fillTimeMs()) {
            return;
        }
        double more = (double) passedMs * rate.fillCount() / rate.fillTimeMs();
        tokens = (long) Math.min(tokens + Math.floor(more), rate.tokens());
        filledNanos = nowNanos;
    }

    private void adapt(long nowNanos) {
        if ((nowNanos - frozenNanos) / NANOS_PER_MS <= rate.freezeTimeMs()) {
            return;
        }
        if (tokens == 0) {
            dropProbability = Math.min(1, dropProbability + rate.dropIncrease());
        } else if (deficit() <= Math.round(rate.tokens() * rate.decreaseRatio())) {
            dropProbability = Math.max(0, dropProbability - rate.dropDecrease());
        }
        frozenNanos = nowNanos;
    }

    /** Tokens that are missing in the bucket. */
    long deficit() {
        return rate.tokens() - tokens;
    }

    double dropProbability() {
        return dropProbability;
    }
}
