package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.tree.QuotaListener;
import java.util.HashMap;
import java.util.Map;

/** Tells the operator of writes beyond a quota: each quota at most once in a while, since a client may go on for long. */
final class QuotaWarnings implements QuotaListener {
    private final EventLog log;
    private final ReplicaClock clock;
    private final Counters counters;
    private final Map<String, Long> quietUntilNanos = new HashMap<>();

    QuotaWarnings(Counters counters, EventLog log, ReplicaClock clock) {
        this.counters = counters;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void onExceeded(Excess excess) {
        if (excess.refused()) {
            counters.onQuotaError(excess.quota().split("/", 3)[1]);
        }
        long now = clock.nowNanos();
        Long quietUntil = quietUntilNanos.get(excess.quota());
        if (quietUntil != null && now - quietUntil < 0) {
            return;
        }
        if (quietUntilNanos.size() >= ReplicaLimits.MAX_QUIET_QUOTAS) {
            quietUntilNanos.clear();
        }
        quietUntilNanos.put(excess.quota(), now + ReplicaLimits.QUOTA_WARNING_NANOS);
        log.warn("The quota of " + excess.quota() + " is exceeded: " + excess.what() + " would be " + excess.current()
                + ", " + excess.limit() + " are allowed; "
                + (excess.refused() ? "such writes are refused" : "such writes are let pass")
                + ". Delete what is not needed there, or set another quota.");
    }
}
