package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.Zxid;
import io.quorate.tree.DataTree;
import io.quorate.tree.Txn;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.TreeMap;

/** What has happened since the start, for those who watch over servers. Written and read on the replica's loop. */
final class Counters {
    final Durations reads = new Durations();
    final Durations updates = new Durations();
    final Durations elections = new Durations();
    final Durations synchronizations = new Durations();
    final Durations snapshots = new Durations();
    final Durations unavailable = new Durations();

    /** Handshakes of clients that were begun. */
    long connectionRequests;

    /** Handshakes that were refused since too many came. */
    long rejectedConnections;

    /** Tokens that the bucket of handshakes lacked, after each. */
    final LongSummaryStatistics missingTokens = new LongSummaryStatistics();
    /** Attempts of clients to prove who they are that failed. */
    long authFailures;

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

    /** Proposals that came from a leader. */
    long proposalsReceived;

    long snapshotsSent;
    long historiesSent;

    /** Sessions that learners asked this leader for. */
    long revalidated;

    /** Connections that came while there was nobody to serve them. */
    long unserved;

    /** Sizes of what clients were sent. */
    private int lastResponse = -1;

    private int minResponse = -1;
    private int maxResponse = -1;

    /** By namespace; there are at most as many as there are quotas that were exceeded. */
    private final Map<String, Long> quotaErrors = new TreeMap<>();

    void onResponse(int bytes) {
        lastResponse = bytes;
        maxResponse = Math.max(maxResponse, bytes);
        minResponse = minResponse < 0 ? bytes : Math.min(minResponse, bytes);
    }

    void onQuotaError(String namespace) {
        if (quotaErrors.size() < ReplicaLimits.MAX_NAMESPACES_COUNTED || quotaErrors.containsKey(namespace)) {
            quotaErrors.merge(namespace, 1L, Long::sum);
        }
    }

    /** A transaction of the leader's made another tree here: counts it, and says the first. */
    void addDigestMismatch(Txn txn, DataTree tree, EventLog log) {
        digestMismatches++;
        TxnDigest expected = txn.digest();
        if (digestMismatches == 1 && expected != null) {
            log.warn("The digest of the tree after " + Zxid.show(txn.zxid()) + " is not the leader's: expected "
                    + Long.toUnsignedString(expected.treeDigest()) + ", found " + Long.toUnsignedString(tree.digest())
                    + ". This server's tree differs from the leader's; compare the trees, and if this one is wrong, stop this server and"
                    + " rebuild it from the leader (zkTool.sh rebuild). Further differences are only counted.");
        }
    }

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
                authFailures,
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
                unserved,
                new ReplicaStatus.Sizes(lastResponse, minResponse, maxResponse),
                new ReplicaStatus.Learning(proposalsReceived, snapshotsSent, historiesSent, revalidated),
                Map.copyOf(quotaErrors),
                new ReplicaStatus.Times(
                        elections.summary(), synchronizations.summary(), snapshots.summary(), unavailable.summary()),
                reads.summary(),
                updates.summary());
    }
}
