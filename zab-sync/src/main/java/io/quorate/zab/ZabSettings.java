package io.quorate.zab;

/**
 * What an operator sets of the quorum protocol.
 *
 * @param tickNanos length of a tick, ns
 * @param initLimit ticks that connecting and synchronizing may take
 * @param syncLimit ticks that a peer may be silent, or an acknowledgement late
 * @param commitLogCount committed proposals that are kept in memory for learners that were away
 * @param snapshotSizeFactor a learner is synchronized from the log on disk while that is at most this part of the newest snapshot's size;
 *     0 for no limit, negative to never use the log on disk
 * @param forceSnapshotSync whether every learner gets a snapshot, for tests and emergencies
 * @param syncLimits how many learners are brought up to date at once
 */
public record ZabSettings(
        long tickNanos,
        int initLimit,
        int syncLimit,
        int commitLogCount,
        double snapshotSizeFactor,
        boolean forceSnapshotSync,
        SyncLimits syncLimits) {
    public ZabSettings {
        if (tickNanos <= 0 || initLimit <= 0 || syncLimit <= 0) {
            throw new IllegalArgumentException("tick " + tickNanos + " ns, initLimit " + initLimit + " and syncLimit "
                    + syncLimit + " must all be positive");
        }
        commitLogCount = Math.max(commitLogCount, ZabLimits.MIN_COMMIT_LOG_COUNT);
    }

    long initNanos() {
        return initLimit * tickNanos;
    }

    long syncNanos() {
        return syncLimit * tickNanos;
    }
}
