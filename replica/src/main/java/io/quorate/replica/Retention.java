package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageSettings;
import org.jspecify.annotations.Nullable;

/**
 * Deletes old snapshots, and the logs that only they need, from time to time while clients are served. The first time is when clients are first
 * served, not earlier: a server that has just found a damaged snapshot may need an old one.
 */
final class Retention {
    private static final long NANOS_PER_MS = 1_000_000L;

    private final StorageSettings settings;
    private final LogRoom logRoom;
    private final EventLog log;
    private boolean begun;
    private boolean running;

    /** Whether the last call has left some. */
    private boolean more;

    private long lastNanos;

    Retention(StorageSettings settings, LogRoom logRoom, EventLog log) {
        this.settings = settings;
        this.logRoom = logRoom;
        this.log = log;
    }

    /**
     * Called while clients are served.
     *
     * @param neededAfter the log behind this zxid is needed for learners
     */
    void onTick(long neededAfter, long nowNanos) {
        if (settings.purgeIntervalMs() > 0) {
            logRoom.mayPurge(neededAfter);
        }
        if (!isDue(nowNanos)) {
            return;
        }
        begun = true;
        running = true;
        lastNanos = nowNanos;
        logRoom.purge(neededAfter, (purged, failure) -> {
            running = false;
            more = purged != null && failure == null && purged.more();
            say(purged, failure);
        });
    }

    /** The disk has no room for a snapshot: what may go does so at the next tick. A log that has no room does not wait for it. */
    void hurry() {
        more = true;
    }

    /** Clients are not served any more: who looks for a leader, or is brought up to date, may need what there is. */
    void pause() {
        logRoom.mayNotPurge();
    }

    private boolean isDue(long nowNanos) {
        long interval = settings.purgeIntervalMs();
        return interval > 0 && !running && (!begun || more || nowNanos - lastNanos >= interval * NANOS_PER_MS);
    }

    private void say(Storage.@Nullable Purged purged, @Nullable StorageException failure) {
        if (failure != null) {
            log.warn("Old snapshots and logs could not be deleted: " + failure.getMessage()
                    + " Nothing that is needed is touched; it is tried again in " + settings.purgeIntervalMs() / 1000
                    + " s.");
        } else if (purged != null && !purged.isEmpty()) {
            log.info("Deleted " + purged.snapshots() + " old snapshots and " + purged.logs() + " logs; the newest "
                    + settings.snapRetainCount()
                    + " snapshots and all logs behind them stay (autopurge.snapRetainCount)");
        }
    }
}
