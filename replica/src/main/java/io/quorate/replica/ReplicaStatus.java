package io.quorate.replica;

import io.quorate.tree.QuotaUsage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
 * @param leading what only a leader has
 * @param proposalSizes of what this leader has proposed
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
        Leading leading,
        Sizes proposalSizes,
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

    /**
     * What only a leader has.
     *
     * @param uptimeMs since it was established; 0 where nobody leads
     * @param pendingSyncs of its own clients and its learners'
     */
    public record Leading(long uptimeMs, int pendingSyncs) {
        static final Leading NONE = new Leading(0, 0);
    }

    /** Sizes in bytes, -1 before the first. */
    public record Sizes(int last, int min, int max) {
        static final Sizes NONE = new Sizes(-1, -1, -1);

        Sizes with(int size) {
            return new Sizes(size, min < 0 ? size : Math.min(min, size), Math.max(max, size));
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

    /**
     * How learners are taken along.
     *
     * @param proposals that this server has got as a learner
     * @param snapshotsSent to learners of this leader, to bring them up to date
     * @param historiesSent as well
     * @param revalidated sessions that learners have asked this leader for
     */
    public record Learning(long proposals, long snapshotsSent, long historiesSent, long revalidated) {
        static final Learning NONE = new Learning(0, 0, 0, 0);
    }

    /**
     * How long rare things took.
     *
     * @param elections until a leader was found
     * @param synchronizations as a learner
     * @param snapshots until they were on disk
     * @param unavailable how long no clients were served at a time
     */
    public record Times(Summary elections, Summary synchronizations, Summary snapshots, Summary unavailable) {
        static final Times NONE = new Times(Summary.NONE, Summary.NONE, Summary.NONE, Summary.NONE);
    }

    /**
     * Counts since the start. A server that leads counts what it proposed and committed, a learner what it committed.
     *
     * @param unserved connections that came while no clients were served
     * @param quotaErrors writes that a hard quota refused, by the first component of the quota's path
     */
    public record Counts(
            long connectionRequests,
            long authFailures,
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
            long unserved,
            Sizes responses,
            Learning learning,
            Map<String, Long> quotaErrors,
            Times times,
            Summary reads,
            Summary updates) {
        public static final Counts NONE = new Counts(
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Throttling.NONE,
                0,
                Sizes.NONE,
                Learning.NONE,
                Map.of(),
                Times.NONE,
                Summary.NONE,
                Summary.NONE);
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
