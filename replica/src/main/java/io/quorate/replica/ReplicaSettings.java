package io.quorate.replica;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EnsembleConfig;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.ZabSettings;
import org.jspecify.annotations.Nullable;

/**
 * All that a replica is told by its operator.
 *
 * @param serverId the server's number, {@code myid}; 1 for a standalone server
 * @param ensemble the configuration it is a part of; null for a standalone server
 * @param tickMs length of a tick, ms
 * @param minSessionTimeoutMs shortest session time-out that is granted, ms
 * @param maxSessionTimeoutMs longest session time-out that is granted, ms
 * @param sessionModes which kinds of sessions there are; a standalone server has global ones only
 * @param roles how it leads and observes
 * @param snapCount transactions between two snapshots, about
 * @param snapSizeLimitBytes bytes of transactions between two snapshots, about
 * @param snapshotBytesPerSecond how fast a snapshot is written at most; Long.MAX_VALUE for as fast as the disk takes it
 * @param reaper when containers and nodes with a time to live go
 * @param clientLimits how much clients may ask for at once
 * @param syncBacklogBytes bytes of the leader's history that may wait for this server's disk while it is brought up to date; with more, and at most
 *     what comes in one batch on top, it does not read from the leader until the disk has come half way
 */
public record ReplicaSettings(
        long serverId,
        @Nullable EnsembleConfig ensemble,
        int tickMs,
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        SessionModes sessionModes,
        RoleSettings roles,
        int snapCount,
        long snapSizeLimitBytes,
        long snapshotBytesPerSecond,
        ClientLimits clientLimits,
        long syncBacklogBytes,
        ZabSettings zab,
        ElectionSettings election,
        TreeSettings tree,
        ReaperSettings reaper,
        StorageSettings storage) {
    /** The least {@link #snapCount}, as in the reference. */
    public static final int MIN_SNAP_COUNT = 2;

    /** A good {@link #syncBacklogBytes}: some slices of a snapshot for the disk to work on, and little beside a tree. */
    public static final long DEFAULT_SYNC_BACKLOG_BYTES = 8L << 20;

    public ReplicaSettings {
        if (tickMs <= 0 || minSessionTimeoutMs <= 0 || maxSessionTimeoutMs < minSessionTimeoutMs) {
            throw new IllegalArgumentException("tick " + tickMs + " ms, session time-outs " + minSessionTimeoutMs
                    + " to " + maxSessionTimeoutMs + " ms: all must be positive, the longest at least the shortest");
        }
        snapCount = Math.max(snapCount, MIN_SNAP_COUNT);
    }

    /** Whether this server is a whole ensemble by itself, without an election. */
    public boolean isStandalone() {
        return ensemble == null;
    }

    /** How long a server looks for a leader before it serves read-only clients, ns. */
    long readOnlyAfterNanos() {
        return Math.max(ReplicaLimits.MIN_READ_ONLY_WAIT_NANOS, tickNanos());
    }

    long tickNanos() {
        return tickMs * 1_000_000L;
    }
}
