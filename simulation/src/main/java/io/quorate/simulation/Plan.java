package io.quorate.simulation;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ClientLimits;
import io.quorate.replica.ReplicaSettings;
import io.quorate.replica.RoleSettings;
import io.quorate.replica.SessionModes;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * What a run is like, drawn from its seed.
 *
 * @param voters servers 1 to {@code voters} vote
 * @param observers servers behind them do not
 * @param spares servers behind these are not in the ensemble, and may be taken in as voters
 * @param standalone whether the one server that there is has no ensemble
 * @param mayLoseDisks whether a server without files has no vote until it is brought up to date, unless its operator says that it is new
 * @param sessions which kinds of sessions there are
 * @param tickMs length of a tick, ms
 * @param faultNanos how long there are faults, simulated ns
 * @param latencyNanos the most that a message takes on a good day, ns
 * @param forceNanos the most that a force takes on a good day, ns
 * @param socketBytes how much a connection holds that was not delivered, bytes
 * @param operationGapNanos the mean time between two operations of a client, ns
 * @param operations how many a client asks for at most
 * @param restChance how likely a client takes a rest behind an operation
 */
public record Plan(
        int voters,
        int observers,
        boolean standalone,
        boolean mayLoseDisks,
        SessionModes sessions,
        int clients,
        int tickMs,
        int initLimit,
        int syncLimit,
        int snapCount,
        double snapshotSizeFactor,
        boolean forceSnapshotSync,
        boolean oneDirectory,
        int preAllocKiB,
        long txnLogSizeLimitKb,
        ElectionSettings election,
        long faultNanos,
        long faultGapNanos,
        long latencyNanos,
        long forceNanos,
        int socketBytes,
        long operationGapNanos,
        int operations,
        double restChance,
        int spares) {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    /** So little that every learner that is behind has to stop reading for a while. */
    private static final long SYNC_BACKLOG_BYTES = 256;

    private static final long REAPER_INTERVAL_MS = 300;

    /** Short, so that servers delete files while learners read them. */
    private static final long PURGE_INTERVAL_MS = 700;

    public static Plan draw(Dice dice) {
        int minNotification = dice.pick(List.of(20, 50, 200));
        int tickMs = dice.pick(List.of(50, 100, 200));
        boolean standalone = dice.chance(0.05);
        return new Plan(
                standalone ? 1 : dice.pick(List.of(1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 7)),
                standalone ? 0 : dice.pick(List.of(0, 0, 0, 0, 0, 0, 1, 1, 2)),
                standalone,
                !standalone && dice.chance(0.4),
                !standalone && dice.chance(0.1) ? new SessionModes(true, true, false) : SessionModes.GLOBAL,
                dice.between(2, 6),
                tickMs,
                dice.between(5, 10),
                dice.between(3, 5),
                dice.pick(List.of(30, 100, 500, 100_000)),
                dice.pick(List.of(0.33, 0.33, 0.0, 3.0, -1.0)),
                dice.chance(0.04),
                dice.chance(0.5),
                dice.pick(List.of(0, 4, 16, 64)),
                dice.pick(List.of(-1L, -1L, 1L, 16L)),
                new ElectionSettings(minNotification, dice.pick(List.of(400, 1600)), dice.pick(List.of(0, 20, 200))),
                dice.between(3, 20) * SECOND,
                dice.skewed(100 * MS, 2 * SECOND),
                dice.skewed(MS / 10, tickMs * MS / 10),
                dice.skewed(MS / 10, tickMs * MS / 10),
                dice.pick(List.of(300, 4_000, 1 << 20)),
                dice.skewed(2 * MS, 200 * MS),
                dice.between(50, 500),
                dice.pick(List.of(0.0, 0.02, 0.1, 0.3)),
                !standalone && dice.chance(0.2) ? dice.between(1, 2) : 0);
    }

    /** An ensemble whose weather is fine, for scripts. */
    public static Plan calm(int voters, int observers) {
        return new Plan(
                voters,
                observers,
                false,
                false,
                SessionModes.GLOBAL,
                1,
                100,
                10,
                5,
                100_000,
                0.33,
                false,
                false,
                0,
                -1,
                new ElectionSettings(20, 400, 20),
                SECOND,
                SECOND,
                2 * MS,
                MS,
                1 << 20,
                SECOND,
                1,
                0,
                0);
    }

    public Plan withSnapCount(int count) {
        return new Plan(
                voters,
                observers,
                standalone,
                mayLoseDisks,
                sessions,
                clients,
                tickMs,
                initLimit,
                syncLimit,
                count,
                snapshotSizeFactor,
                forceSnapshotSync,
                oneDirectory,
                preAllocKiB,
                txnLogSizeLimitKb,
                election,
                faultNanos,
                faultGapNanos,
                latencyNanos,
                forceNanos,
                socketBytes,
                operationGapNanos,
                operations,
                restChance,
                spares);
    }

    /** Learners always get the whole tree. */
    public Plan withSnapshots() {
        return new Plan(
                voters,
                observers,
                standalone,
                mayLoseDisks,
                sessions,
                clients,
                tickMs,
                initLimit,
                syncLimit,
                snapCount,
                snapshotSizeFactor,
                true,
                oneDirectory,
                preAllocKiB,
                txnLogSizeLimitKb,
                election,
                faultNanos,
                faultGapNanos,
                latencyNanos,
                forceNanos,
                socketBytes,
                operationGapNanos,
                operations,
                restChance,
                spares);
    }

    /** A server without a leader serves clients that only read. */
    public Plan withReadOnly() {
        return new Plan(
                voters,
                observers,
                standalone,
                mayLoseDisks,
                new SessionModes(false, false, true),
                clients,
                tickMs,
                initLimit,
                syncLimit,
                snapCount,
                snapshotSizeFactor,
                forceSnapshotSync,
                oneDirectory,
                preAllocKiB,
                txnLogSizeLimitKb,
                election,
                faultNanos,
                faultGapNanos,
                latencyNanos,
                forceNanos,
                socketBytes,
                operationGapNanos,
                operations,
                restChance,
                spares);
    }

    Plan limited(RunSpec spec) {
        return new Plan(
                voters,
                observers,
                standalone,
                mayLoseDisks,
                sessions,
                Math.min(clients, spec.clients()),
                tickMs,
                initLimit,
                syncLimit,
                snapCount,
                snapshotSizeFactor,
                forceSnapshotSync,
                oneDirectory,
                preAllocKiB,
                txnLogSizeLimitKb,
                election,
                Math.min(faultNanos, spec.faultMs() * MS),
                faultGapNanos,
                latencyNanos,
                forceNanos,
                socketBytes,
                operationGapNanos,
                Math.min(operations, spec.operations()),
                restChance,
                spares);
    }

    /** How many there are, in the ensemble or not. */
    public int servers() {
        return voters + observers + spares;
    }

    /** How many voters there are at most. */
    int mostVoters() {
        return voters + spares;
    }

    public boolean isObserver(long sid) {
        return sid > voters && sid <= voters + observers;
    }

    /** Whether it is not in the ensemble at first. */
    public boolean isSpare(long sid) {
        return sid > voters + observers;
    }

    SortedSet<Long> firstVoters() {
        return new TreeSet<>(LongStream.rangeClosed(1, voters).boxed().toList());
    }

    /** As it is at first. */
    public EnsembleConfig ensemble() {
        return ensemble(firstVoters());
    }

    EnsembleConfig ensemble(SortedSet<Long> voting) {
        StringBuilder text = new StringBuilder();
        for (long sid = 1; sid <= servers(); sid++) {
            if (voting.contains(sid) || isObserver(sid)) {
                text.append("server.")
                        .append(sid)
                        .append("=10.0.0.")
                        .append(sid)
                        .append(":2888:3888:");
                text.append(isObserver(sid) ? "observer\n" : "participant\n");
            }
        }
        return EnsembleConfig.parse(text.append("version=0").toString());
    }

    public long tickNanos() {
        return tickMs * MS;
    }

    public int minSessionTimeoutMs() {
        return 2 * tickMs;
    }

    public int maxSessionTimeoutMs() {
        return 20 * tickMs;
    }

    public ReplicaSettings replica(long sid, EnsembleConfig ensemble) {
        StorageSettings storage = StorageSettings.DEFAULTS
                .withPreAllocKiB(preAllocKiB)
                .withTxnLogSizeLimitKb(txnLogSizeLimitKb)
                .withRetention(3, PURGE_INTERVAL_MS)
                .withEmptyStart(false, !mayLoseDisks)
                .withEnsemble(!standalone);
        return new ReplicaSettings(
                sid,
                standalone ? null : ensemble,
                tickMs,
                minSessionTimeoutMs(),
                maxSessionTimeoutMs(),
                sessions,
                RoleSettings.DEFAULTS,
                snapCount,
                1L << 30,
                Long.MAX_VALUE,
                ClientLimits.ofOutstanding(1000),
                SYNC_BACKLOG_BYTES,
                new ZabSettings(
                        tickNanos(),
                        initLimit,
                        syncLimit,
                        500,
                        snapshotSizeFactor,
                        forceSnapshotSync,
                        SyncLimits.DEFAULTS),
                election,
                TreeSettings.defaults().withExtendedTypesEnabled(true).withEnforceQuota(true),
                new ReaperSettings(REAPER_INTERVAL_MS, 10_000, 0),
                storage);
    }

    /** How long at most, when there are no faults any more, until a leader is established and all servers and clients are in order, ns. */
    public long calmLimitNanos() {
        return 20L * election.maxNotificationIntervalMs() * MS
                + 6L * (initLimit + syncLimit) * tickNanos()
                + 2L * maxSessionTimeoutMs() * MS
                + 10 * SECOND;
    }
}
