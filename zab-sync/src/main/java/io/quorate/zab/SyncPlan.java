package io.quorate.zab;

import io.quorate.jute.Zxid;

/**
 * How a learner is brought up to date.
 *
 * @param kind which way
 * @param headerZxid zxid of the DIFF or TRUNC packet; nothing for SNAP and DISK
 * @param afterZxid proposals above this one follow; nothing for SNAP and DISK
 */
record SyncPlan(Kind kind, long headerZxid, long afterZxid) {
    enum Kind {
        /** The learner's history is a prefix of the leader's. */
        DIFF,
        /** The learner has what the leader does not: it cuts back, and nothing or something follows. */
        TRUNC,
        /** The learner gets the whole tree. */
        SNAP,
        /** The window does not reach back to the learner: the log on disk is asked first. */
        DISK
    }

    static final SyncPlan SNAP = new SyncPlan(Kind.SNAP, 0, 0);
    private static final SyncPlan DISK = new SyncPlan(Kind.DISK, 0, 0);

    /**
     * The choice from memory. The rules and their order are those of the reference, but for what it does with an empty window, that is right
     * after a restart: it compares with the leader's last processed zxid, the beginning of its epoch, finds every learner to be far behind, and
     * sends the whole tree. Here the learner is compared with what is committed, and with where the window begins. Zero is nobody's history:
     * who has nothing gets the tree (ZOOKEEPER-4352).
     *
     * @param learnerZxid the learner's last zxid
     * @param lastZxid the leader's last processed zxid, which may be the mere beginning of its epoch
     */
    static SyncPlan choose(History history, long learnerZxid, long lastZxid, ZabSettings settings) {
        if (settings.forceSnapshotSync()) {
            return SNAP;
        }
        if (learnerZxid == lastZxid) {
            return new SyncPlan(Kind.DIFF, learnerZxid, learnerZxid);
        }
        long max = history.committedZxid() == 0 ? lastZxid : history.committedZxid();
        if (learnerZxid > max) {
            return Zxid.isEpochStart(learnerZxid) ? SNAP : new SyncPlan(Kind.TRUNC, max, max);
        }
        if (learnerZxid == 0) {
            return SNAP;
        }
        if (learnerZxid == max) {
            return new SyncPlan(Kind.DIFF, max, max);
        }
        if (learnerZxid < history.baseZxid()) {
            return settings.snapshotSizeFactor() >= 0 ? DISK : SNAP;
        }
        return history.hasCommitted() ? chooseInWindow(history, learnerZxid, max) : SNAP;
    }

    /** The choice when the place of the learner's zxid was looked up in the log on disk. */
    static SyncPlan chooseOnDisk(LogPosition position, long learnerZxid, long max) {
        if (!position.usable() || (!position.found() && !position.hasPrevious())) {
            return SNAP;
        }
        if (position.found()) {
            return new SyncPlan(Kind.DIFF, max, learnerZxid);
        }
        return position.hasNext() ? between(position.previous(), position.next(), learnerZxid, max) : SNAP;
    }

    private static SyncPlan chooseInWindow(History history, long learnerZxid, long max) {
        long after = history.seqAfter(learnerZxid);
        long previous = after > history.firstSeq() ? history.at(after - 1).zxid() : history.baseZxid();
        if (previous == learnerZxid) {
            return new SyncPlan(Kind.DIFF, max, learnerZxid);
        }
        return between(previous, history.at(after).zxid(), learnerZxid, max);
    }

    /**
     * The learner's last zxid is not in the leader's history: it stands between two that are. If it shares its epoch with either of them, the
     * learner has {@code previous}: one leader's history is one sequence, so what the leader of that epoch had before is the same for all. (The
     * reference sends a whole snapshot when only {@code previous} is of the learner's epoch: a deposed leader that logged alone and comes back
     * after the next epoch's first write.)
     */
    private static SyncPlan between(long previous, long next, long learnerZxid, long max) {
        if (Zxid.isEpochStart(learnerZxid)) {
            return new SyncPlan(Kind.DIFF, max, previous);
        }
        long epoch = Zxid.epoch(learnerZxid);
        boolean sharesPrevious = Zxid.epoch(previous) == epoch && !Zxid.isEpochStart(previous);
        return sharesPrevious || Zxid.epoch(next) == epoch ? new SyncPlan(Kind.TRUNC, previous, previous) : SNAP;
    }
}
