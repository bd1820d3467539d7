package io.quorate.replica;

import io.quorate.election.EventLog;
import java.util.LongSummaryStatistics;

/** What has happened since the start, for those who watch over servers. Written and read on the replica's loop. */
final class Counters {
    final Durations reads = new Durations();
    final Durations updates = new Durations();

    /** Handshakes of clients that were begun. */
    long connectionRequests;

    /** Handshakes that were refused since too many came. */
    long rejectedConnections;

    /** Tokens that the bucket of handshakes lacked, after each. */
    final LongSummaryStatistics missingTokens = new LongSummaryStatistics();

    /** Sessions that came back and were asked for at the leader. */
    long revalidations;

    /** Sessions that expired here. */
    long expiredSessions;

    /** Bytes of watch events. */
    long eventBytes;

    long digestMismatches;

    /** Snapshots that the disk did not take, or did not give back to a learner. */
    long snapshotFailures;

    /** How often the log had to wait for room. */
    long diskFull;

    /** Elections that this server took part in. */
    long looked;

    long proposalsMade;
    long committedAsLeader;
    long committedAsLearner;

    /** A tree was loaded: counts what its files say of it, and says the first. */
    void addDigestMismatches(LoadingDigests digests, EventLog log) {
        digestMismatches += digests.mismatches();
        if (digests.mismatches() > 0) {
            log.warn(digests.describe());
        }
    }

    /** Forgets what {@code srst} resets. */
    void resetLatencies() {
        reads.reset();
        updates.reset();
    }

    ReplicaStatus.Counts counts(ReplicaStatus.Throttling throttling) {
        return new ReplicaStatus.Counts(
                connectionRequests,
                revalidations,
                expiredSessions,
                eventBytes,
                digestMismatches,
                looked,
                proposalsMade,
                committedAsLeader,
                committedAsLearner,
                snapshotFailures,
                diskFull,
                throttling,
                reads.summary(),
                updates.summary());
    }
}
