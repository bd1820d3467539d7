package io.quorate.zab;

/**
 * The durable side of ZAB. Every call returns at once; the work is done in the order of the calls, and its outcome comes back later, in the
 * same order, by the method that each call names. A failure of the log does not come back: the replica ends.
 */
public interface LogPort {
    /** Appends to the log. When it is forced: {@code onDurable(zxid)}, once for the last of a batch. */
    void append(Proposal proposal);

    /** Stores the highest epoch promised. When it is forced: {@code onAcceptedEpochDurable(epoch)}. */
    void storeAcceptedEpoch(long epoch);

    /** Stores the epoch of the history, after all that was appended is forced. When it is: {@code onCurrentEpochDurable(epoch)}. */
    void storeCurrentEpoch(long epoch);

    /**
     * Looks for the place of a zxid in the log on disk; {@link LearnerHandler#onLocated} follows. The log is usable if it has all from there on
     * to what is in memory; what is older than the installation of a leader's snapshot does not count.
     *
     * @param zxid the last one that the learner has
     * @param maxBytesFactor the part of the newest snapshot's size that the log from there on may have; 0 for no limit
     */
    void locate(LearnerHandler handler, long zxid, double maxBytesFactor);

    /**
     * Reads some of the log behind a zxid; {@link LearnerHandler#onLogRead} follows. The first entry must be the one that comes directly behind
     * it: the log has {@code afterZxid} itself, or begins right there. If what was behind it is purged, nothing is returned: between two
     * epochs the numbers do not tell that something is missing (ZOOKEEPER-4925). {@link Leader#logNeededAfter} keeps it from being purged.
     */
    void read(LearnerHandler handler, long afterZxid, int maxBytes);

    /** The learner is fed from memory from now on: what is open of the log for it may be closed. It may {@link #read} again all the same. */
    void closeLog(LearnerHandler handler);

    /** Prepares a snapshot of at least {@code minZxid} for a learner; {@link LearnerHandler#onSnapshotReady} follows. */
    void openSnapshot(LearnerHandler handler, long minZxid);

    /**
     * Reads the next piece of the snapshot that was opened; {@link LearnerHandler#onSnapshotBytes} follows, or
     * {@link LearnerHandler#onSnapshotUnreadable}.
     */
    void readSnapshot(LearnerHandler handler);

    /** The learner needs its snapshot no more. */
    void closeSnapshot(LearnerHandler handler);
}
