package io.quorate.client.session;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next server is tried. Within a round over the servers nothing is waited for: another one may well be there.
 * After each round in which all failed the wait doubles, up to a bound, and half of it is drawn.
 */
final class Backoff {
    private final int servers;
    private final RandomGenerator random;
    private int failures;

    Backoff(int servers, RandomGenerator random) {
        this.servers = servers;
        this.random = random;
    }

    /** A server took the session: the next trouble is a new one. */
    void succeeded() {
        failures = 0;
    }

    /** @return ms to wait after an established connection broke */
    int afterLoss() {
        return random.nextInt(SessionLimits.FIRST_RETRY_MS);
    }

    /** @return ms to wait after one more server could not be had */
    int afterFailure() {
        failures++;
        if (failures % servers != 0) {
            return 0;
        }
        int doublings = Math.min(failures / servers - 1, 10);
        int full = Math.min(SessionLimits.MAX_BACKOFF_MS, SessionLimits.MIN_BACKOFF_MS << doublings);
        return full / 2 + random.nextInt(full / 2 + 1);
    }
}
