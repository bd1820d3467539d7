package io.quorate.replica;

import io.quorate.election.EventLog;

/** Time as sessions live it: that of the clock, less what this server itself stood still, since it could not have heard anybody then. */
final class SessionClock {
    private static final long NANOS_PER_MS = 1_000_000L;

    private final long tickNanos;
    private final EventLog log;
    private long lastNanos;
    private long sessionNanos;

    SessionClock(long tickNanos, long nowNanos, EventLog log) {
        this.tickNanos = tickNanos;
        this.lastNanos = nowNanos;
        this.log = log;
    }

    /** What happened up to now, while nobody was served, does not count. */
    void begin(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** @return what has passed for sessions since the clock was made, whole ms */
    long nowMs(long nowNanos) {
        long passed = Math.max(0, nowNanos - lastNanos);
        lastNanos = nowNanos;
        if (passed > tickNanos) {
            log.warn("This server stood still for " + passed / NANOS_PER_MS + " ms; sessions get that time back");
            passed = 0;
        }
        sessionNanos += passed;
        return sessionNanos / NANOS_PER_MS;
    }
}
