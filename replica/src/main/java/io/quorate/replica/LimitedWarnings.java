package io.quorate.replica;

import io.quorate.election.EventLog;

/**
 * Warnings of which anybody can cause as many as he likes: so many a minute are logged one by one, and how many were not is logged when the
 * minute is over. For use by one thread at a time.
 */
public final class LimitedWarnings {
    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final String subject;
    private final int perMinute;
    private final EventLog log;

    /** When the minute began; counts while something was said in it. */
    private long sinceNanos;

    private int said;
    private long keptBack;

    /** @param subject what the warnings are about, in the plural */
    public LimitedWarnings(String subject, int perMinute, EventLog log) {
        this.subject = subject;
        this.perMinute = perMinute;
        this.log = log;
    }

    public void warn(String message, long nowNanos) {
        onTick(nowNanos);
        if (said == perMinute) {
            keptBack++;
            return;
        }
        if (said == 0) {
            sinceNanos = nowNanos;
        }
        said++;
        log.warn(message);
    }

    /** Ends the minute when it is over. */
    public void onTick(long nowNanos) {
        if (said == 0 || nowNanos - sinceNanos < WINDOW_NANOS) {
            return;
        }
        if (keptBack > 0) {
            log.warn(keptBack + " more " + subject + " within a minute, of which the first " + perMinute
                    + " are logged; mntr counts all in zk_auth_failed_count");
        }
        said = 0;
        keptBack = 0;
    }
}
