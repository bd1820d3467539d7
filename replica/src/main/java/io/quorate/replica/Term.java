package io.quorate.replica;

import io.quorate.replica.storage.StorageException;
import io.quorate.tree.Txn;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One term of leading, following, or serving alone. It is of no use once it has ended; what comes back from the disk for it finds it closed.
 */
interface Term {
    void start(long nowNanos);

    void onTick(long nowNanos);

    /** A batch of inputs has been handed over. */
    default void endBatch() {}

    /** All up to {@code zxid} is forced on this server's disk. */
    void onDurable(long zxid);

    default void onAcceptedEpochDurable(long epoch) {}

    default void onCurrentEpochDurable(long epoch, long nowNanos) {}

    /** The transaction of a proposal that is committed, before it is applied. */
    default Txn take(Proposal proposal) {
        return Txn.decode(proposal.bytes());
    }

    default void onApplied(long zxid) {}

    /**
     * The tree was compared with the leader's while clients are served. May end the term.
     *
     * @param same whether the digest in the transaction is that of the tree behind it
     */
    default void onCompared(long zxid, boolean same) {}

    /** What listens to a would-be learner; null if nobody can be followed here. */
    default @Nullable PeerListener accept() {
        return null;
    }

    /** Idempotent. */
    void end(String reason);

    // ---- what it shows of itself

    ReplicaStatus.Mode mode();

    /** As {@link ReplicaStatus#zabState}. */
    String phase();

    /** Who leads, or -1. */
    long leaderSid();

    /** The last zxid that was processed. */
    long lastProcessedZxid();

    /** The sessions that this server lets expire; null where a leader does. */
    default @Nullable SessionSets trackedSessions() {
        return null;
    }

    /** The log on disk behind this zxid is needed for learners; Long.MAX_VALUE if none is fed. */
    default long logNeededAfter() {
        return Long.MAX_VALUE;
    }

    default ReplicaStatus.Sizes proposalSizes() {
        return ReplicaStatus.Sizes.NONE;
    }

    default ReplicaStatus.Leading leading() {
        return ReplicaStatus.Leading.NONE;
    }

    default List<ReplicaStatus.LearnerStatus> learners() {
        return List.of();
    }

    /** What a term tells its replica. */
    interface Host {
        /** A transaction is committed and durable here: it is for the tree. */
        void deliver(Proposal proposal);

        /** The term has a history that a quorum has. */
        void settled(long epoch);

        /** From now on clients are served. */
        void serve(Upstream upstream);

        /** What the leader sent has no room on the disk; {@link #leave} follows. */
        void lackRoom(StorageException failure);

        /** The term is over. */
        void leave(String reason);

        /** The process cannot go on. */
        void fail(int exitCode, String message);
    }
}
