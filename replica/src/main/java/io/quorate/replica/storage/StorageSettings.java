package io.quorate.replica.storage;

import io.quorate.jute.JuteLimits;

/**
 * What an operator can set. Names and defaults are ZooKeeper's.
 *
 * @param preAllocKiB a log grows in steps of this, KiB; 0 or less: only by what is written
 * @param forceSync false: batches are not forced, and a crash of the machine may lose acknowledged transactions
 * @param txnLogSizeLimitKb a log that is longer is rolled after a batch, KiB; 0 or less: no limit
 * @param snapRetainCount how many snapshots a purge leaves, at least 3
 * @param purgeIntervalMs how often what is beyond {@code snapRetainCount} is deleted, ms; 0: never
 * @param maxFieldBytes longest transaction and longest field in a snapshot, in bytes
 * @param digestEnabled write the digest section of a snapshot
 * @param serializeLastProcessedZxid write the zxid section of a snapshot
 * @param trustEmptySnapshot {@code snapshot.trust.empty}: a log without any snapshot is replayed into an empty tree
 * @param dbAutocreate {@code db.autocreate}: a server with no files at all starts with an empty, trusted database
 * @param ensemble false: a standalone server, which has no epoch files
 * @param snapshotCompression how this server's own snapshots are written; those of a leader are not compressed
 */
public record StorageSettings(
        int preAllocKiB,
        boolean forceSync,
        long txnLogSizeLimitKb,
        int snapRetainCount,
        long purgeIntervalMs,
        int maxFieldBytes,
        boolean digestEnabled,
        boolean serializeLastProcessedZxid,
        boolean trustEmptySnapshot,
        boolean dbAutocreate,
        boolean ensemble,
        SnapshotCompression snapshotCompression) {

    public static final StorageSettings DEFAULTS = new StorageSettings(
            65536,
            true,
            -1,
            3,
            StorageLimits.DEFAULT_PURGE_INTERVAL_MS,
            JuteLimits.DEFAULT_MAX_FIELD,
            true,
            true,
            false,
            true,
            true,
            SnapshotCompression.NONE);

    public StorageSettings {
        if (snapRetainCount < StorageLimits.MIN_SNAP_RETAIN_COUNT) {
            throw new IllegalArgumentException("autopurge.snapRetainCount is " + snapRetainCount + ", the least is "
                    + StorageLimits.MIN_SNAP_RETAIN_COUNT);
        }
        if (purgeIntervalMs < 0) {
            throw new IllegalArgumentException("a purge every " + purgeIntervalMs + " ms is not possible");
        }
        if (maxFieldBytes < StorageLimits.MIN_TXN_BYTES) {
            throw new IllegalArgumentException("a field of " + maxFieldBytes + " bytes cannot hold any transaction");
        }
    }

    public StorageSettings withPreAllocKiB(int kib) {
        return new StorageSettings(
                kib,
                forceSync,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withForceSync(boolean force) {
        return new StorageSettings(
                preAllocKiB,
                force,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withTxnLogSizeLimitKb(long kb) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                kb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withRetention(int count, long intervalMs) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                txnLogSizeLimitKb,
                count,
                intervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withSections(boolean digest, boolean lastProcessedZxid) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digest,
                lastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withEmptyStart(boolean trustEmpty, boolean autocreate) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmpty,
                autocreate,
                ensemble,
                snapshotCompression);
    }

    public StorageSettings withEnsemble(boolean member) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                member,
                snapshotCompression);
    }

    public StorageSettings withSnapshotCompression(SnapshotCompression compression) {
        return new StorageSettings(
                preAllocKiB,
                forceSync,
                txnLogSizeLimitKb,
                snapRetainCount,
                purgeIntervalMs,
                maxFieldBytes,
                digestEnabled,
                serializeLastProcessedZxid,
                trustEmptySnapshot,
                dbAutocreate,
                ensemble,
                compression);
    }
}
