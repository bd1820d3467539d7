package io.quorate.replica;

/**
 * The time that a replica was last told. Inputs bring monotonic time; the wall clock comes with the ticks and is carried on between them, so
 * that one batch needs one look at one clock.
 */
final class ReplicaClock {
    private static final long NANOS_PER_MS = 1_000_000L;

    private long nowNanos;
    private long tickNanos;
    private long tickWallMs;

    ReplicaClock(long wallMs) {
        tickWallMs = wallMs;
    }

    /** An input has come at that time. */
    void advance(long newNowNanos) {
        nowNanos = newNowNanos;
    }

    /** Both clocks were looked at. */
    void tick(long newNowNanos, long wallMs) {
        nowNanos = newNowNanos;
        tickNanos = newNowNanos;
        tickWallMs = wallMs;
    }

    /** Monotonic, for deadlines. */
    long nowNanos() {
        return nowNanos;
    }

    /** Since 1970, for what is stored, ms. */
    long wallMs() {
        return tickWallMs + Math.max(0, nowNanos - tickNanos) / NANOS_PER_MS;
    }
}
