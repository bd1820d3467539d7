package io.quorate.replica.storage;

import io.quorate.jute.TxnHeader;

/** Every bound of this package, and the numbers of the formats that are not visible in a layout. */
public final class StorageLimits {
    /** Largest file that {@link DiskPort#read} returns as a whole, in bytes. */
    public static final int SMALL_FILE_BYTES = 4096;

    /** A batch of log entries that grows past this is written and forced without waiting for the caller, in bytes. */
    public static final int MAX_BATCH_BYTES = 1 << 20;

    /** A log is extended when fewer than this would be left before its allocated end, in bytes. */
    public static final int PADDING_THRESHOLD_BYTES = 4096;

    /** The unit in which a disk may keep or lose what was not forced, in bytes. */
    static final int SECTOR_BYTES = 512;

    /** How much of a file is read at a time, in bytes. */
    static final int READ_BYTES = 64 << 10;

    /** How much of a snapshot is collected before it is written, in bytes. */
    static final int SNAPSHOT_WRITE_BYTES = 256 << 10;

    /** How many snapshots, newest first, recovery tries before it gives up. */
    public static final int MAX_SNAPSHOT_CANDIDATES = 100;

    /**
     * How much of a snapshot is written before it is forced, in bytes. A force of the log may have to wait until the file system has written all
     * that is new in other files, so a snapshot forced only once, at its end, would hold every write up for as long as that takes.
     */
    static final int SNAPSHOT_FORCE_BYTES = 256 << 10;

    /** The same of a leader's snapshot, while no client waits for the log. */
    static final int RECEIVED_SNAPSHOT_FORCE_BYTES = 4 << 20;

    /** {@code autopurge.snapRetainCount} may not be less. */
    public static final int MIN_SNAP_RETAIN_COUNT = 3;

    /** Snapshots, and logs, that one purge deletes at most. */
    public static final int MAX_PURGED_AT_ONCE = 16;

    /** How often what is not needed any more is deleted, unless it is configured: an hour, ms. */
    public static final long DEFAULT_PURGE_INTERVAL_MS = 60L * 60 * 1000;

    /** Largest record of a snapshot over the largest field: path, ACL id, stat, lengths; in bytes. */
    static final int SNAPSHOT_RECORD_SLACK_BYTES = 64 << 10;

    /** Bytes of a log entry beside the transaction: checksum, length, end byte. */
    static final int ENTRY_OVERHEAD_BYTES = 8 + 4 + 1;

    /** Smallest transaction: its header. */
    static final int MIN_TXN_BYTES = TxnHeader.BYTES;

    static {
        if (READ_BYTES % SECTOR_BYTES != 0
                || PADDING_THRESHOLD_BYTES % SECTOR_BYTES != 0
                || MAX_BATCH_BYTES < READ_BYTES) {
            throw new AssertionError("storage limits contradict each other");
        }
    }

    private StorageLimits() {}

    /** The most bytes of a log that can ever be written and not yet forced. */
    static long maxUnforcedBytes(int maxFieldBytes) {
        return Math.max(MAX_BATCH_BYTES, (long) maxFieldBytes + ENTRY_OVERHEAD_BYTES) + LogFormat.HEADER_BYTES;
    }
}
