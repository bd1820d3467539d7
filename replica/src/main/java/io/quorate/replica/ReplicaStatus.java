package io.quorate.replica;

import io.quorate.tree.QuotaUsage;
import java.util.List;
import java.util.Locale;

/**
 * What a replica shows of itself. Immutable; made on the replica's loop, read anywhere.
 *
 * @param mode as four-letter words name it
 * @param serving whether clients are served
 * @param zabState {@code election}, {@code discovery}, {@code synchronization}, {@code broadcast}; empty for a server alone
 * @param leaderSid who leads, or -1
 * @param zxid last zxid processed; a leader shows the beginning of its epoch at least
 * @param currentEpoch epoch of the history
 * @param nodeCount nodes of the tree, the root once
 * @param proposalSizes last, smallest, largest in bytes; -1 before the first
 * @param learners who follows this leader
 * @param connections the clients
 * @param quotas what is below each path with a quota
 * @param disk how the log gets on
 * @param counts what has happened since the start
 */
public record ReplicaStatus(
        Mode mode,
        boolean serving,
        String zabState,
        long leaderSid,
        long zxid,
        long currentEpoch,
        int nodeCount,
        int ephemeralsCount,
        long approximateDataSize,
        int watchCount,
        int globalSessions,
        int localSessions,
        int outstanding,
        long packetsReceived,
        long packetsSent,
        long minLatencyMs,
        double avgLatencyMs,
        long maxLatencyMs,
        ProposalSizes proposalSizes,
        List<LearnerStatus> learners,
        List<ConnectionStatus> connections,
        List<QuotaUsage> quotas,
        DiskStatus disk,
        Counts counts) {
    /** What a server is at the moment. */
    public enum Mode {
        STANDALONE,
        LEADER,
        FOLLOWER,
        OBSERVER,
        LOOKING,
        READ_ONLY;

        /** As four-letter words show it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Sizes of proposals, bytes. */
    public record ProposalSizes(int last, int min, int max) {
        static final ProposalSizes NONE = new ProposalSizes(-1, -1, -1);

        ProposalSizes with(int size) {
            return new ProposalSizes(size, min < 0 ? size : Math.min(min, size), Math.max(max, size));
        }
    }

    /**
     * How the log gets on.
     *
     * @param full whether it waits for room on its disk
     * @param unwrittenBytes transactions that wait to be written
     */
    public record DiskStatus(boolean full, long unwrittenBytes) {}

    /** One learner of this leader. */
    public record LearnerStatus(long sid, String address, boolean observer, boolean voter, boolean synced) {}

    /** Counts since the start. A server that leads counts what it proposed and committed, a learner what it committed. */
    public record Counts(
            long connectionRequests,
            long revalidations,
            long expiredSessions,
            long eventBytes,
            long digestMismatches,
            long elections,
            long proposalsMade,
            long committedAsLeader,
            long committedAsLearner,
            long snapshotFailures,
            long diskFull,
            Throttling throttling,
            Summary reads,
            Summary updates) {
        public static final Counts NONE =
                new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Throttling.NONE, Summary.NONE, Summary.NONE);
    }

    /**
     * What the limits on clients have brought about since the start.
     *
     * @param rejectedConnections handshakes that were refused since too many came
     * @param missingTokens tokens that the bucket of handshakes lacked after each
     * @param dropProbability probability with which a handshake is refused now, 0..1
     * @param rejectedLarge connections that were closed since a large request found no room
     * @param waited requests that had to wait for their turn
     * @param stale those of them that were taken although their sessions' time-outs had passed
     * @param staleDropped those for which their connections were closed since the time-outs had passed
     * @param refused those that were answered with an error since they had waited for too long
     */
    public record Throttling(
            long rejectedConnections,
            Summary missingTokens,
            double dropProbability,
            long rejectedLarge,
            long waited,
            long stale,
            long staleDropped,
            long refused,
            Summary waits) {
        public static final Throttling NONE = new Throttling(0, Summary.NONE, 0, 0, 0, 0, 0, 0, Summary.NONE);
    }

    /** How long things took, ms. */
    public record Summary(long count, long sum, long min, long max, long p50, long p95, long p99, long p999) {
        public static final Summary NONE = new Summary(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /**
     * One client's connection.
     *
     * @param sessionId 0 while there is none yet
     * @param lastOp code of the last operation, see {@link io.quorate.protocol.OpCode}
     */
    public record ConnectionStatus(
            String address,
            long sessionId,
            int timeoutMs,
            int queued,
            long received,
            long sent,
            int lastOp,
            int lastCxid,
            long lastZxid,
            long minLatencyMs,
            double avgLatencyMs,
            long maxLatencyMs,
            long lastLatencyMs,
            long establishedMs,
            long lastResponseMs) {}
}
