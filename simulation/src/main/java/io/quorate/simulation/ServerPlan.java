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
import org.jspecify.annotations.Nullable;

/**
 * How the servers of a run are set.
 *
 * @param sessions which kinds of sessions there are
 * @param tickMs length of a tick, ms
 * @param storage what snapshots and logs are like
 * @param resyncOnDivergence whether a server whose tree is not its leader's does something about it
 */
public record ServerPlan(
        SessionModes sessions,
        int tickMs,
        int initLimit,
        int syncLimit,
        ElectionSettings election,
        Storage storage,
        boolean resyncOnDivergence) {
    private static final long MS = 1_000_000L;

    /** So little that every learner that is behind has to stop reading for a while. */
    private static final long SYNC_BACKLOG_BYTES = 256;

    private static final long REAPER_INTERVAL_MS = 300;

    /** Short, so that servers delete files while learners read them. */
    private static final long PURGE_INTERVAL_MS = 700;

    /** For scripts. */
    static final ServerPlan CALM = new ServerPlan(
            SessionModes.GLOBAL,
            100,
            10,
            5,
            new ElectionSettings(20, 400, 20),
            new Storage(100_000, 0.33, false, false, 0, -1),
            false);

    /** When snapshots are taken and sent, and how files grow; as in {@code zoo.cfg}. */
    record Storage(
            int snapCount,
            double snapshotSizeFactor,
            boolean forceSnapshotSync,
            boolean oneDirectory,
            int preAllocKiB,
            long txnLogSizeLimitKb) {
        static Storage draw(Dice dice) {
            return new Storage(
                    dice.pick(List.of(30, 100, 500, 100_000)),
                    dice.pick(List.of(0.33, 0.33, 0.0, 3.0, -1.0)),
                    dice.chance(0.04),
                    dice.chance(0.5),
                    dice.pick(List.of(0, 4, 16, 64)),
                    dice.pick(List.of(-1L, -1L, 1L, 16L)));
        }
    }

    /** How fast an election is, and all else. */
    record Pace(int minNotificationMs, int tickMs) {
        static Pace draw(Dice dice) {
            return new Pace(dice.pick(List.of(20, 50, 200)), dice.pick(List.of(50, 100, 200)));
        }
    }

    static ServerPlan draw(Dice dice, Pace pace, boolean localSessions) {
        int initLimit = dice.between(5, 10);
        int syncLimit = dice.between(3, 5);
        Storage storage = Storage.draw(dice);
        ElectionSettings election = new ElectionSettings(
                pace.minNotificationMs(), dice.pick(List.of(400, 1600)), dice.pick(List.of(0, 20, 200)));
        SessionModes sessions = localSessions ? new SessionModes(true, true, false) : SessionModes.GLOBAL;
        return new ServerPlan(sessions, pace.tickMs(), initLimit, syncLimit, election, storage, false);
    }

    public ServerPlan snapshottingEvery(int txns) {
        Storage changed = new Storage(
                txns,
                storage.snapshotSizeFactor(),
                storage.forceSnapshotSync(),
                storage.oneDirectory(),
                storage.preAllocKiB(),
                storage.txnLogSizeLimitKb());
        return with(sessions, changed, resyncOnDivergence);
    }

    /** Learners always get the whole tree. */
    public ServerPlan sendingSnapshots() {
        Storage changed = new Storage(
                storage.snapCount(),
                storage.snapshotSizeFactor(),
                true,
                storage.oneDirectory(),
                storage.preAllocKiB(),
                storage.txnLogSizeLimitKb());
        return with(sessions, changed, resyncOnDivergence);
    }

    /** A server without a leader serves clients that only read. */
    public ServerPlan servingReadOnly() {
        return with(new SessionModes(sessions.local(), sessions.upgrading(), true), storage, resyncOnDivergence);
    }

    public ServerPlan resyncingOnDivergence() {
        return with(sessions, storage, true);
    }

    private ServerPlan with(SessionModes newSessions, Storage newStorage, boolean resyncs) {
        return new ServerPlan(newSessions, tickMs, initLimit, syncLimit, election, newStorage, resyncs);
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

    /** Whether logs and snapshots are in the same directory. */
    public boolean hasOneDirectory() {
        return storage.oneDirectory();
    }

    /** @param ensemble null for a server alone */
    ReplicaSettings settings(long sid, @Nullable EnsembleConfig ensemble, boolean mayLoseDisks) {
        StorageSettings files = StorageSettings.DEFAULTS
                .withPreAllocKiB(storage.preAllocKiB())
                .withTxnLogSizeLimitKb(storage.txnLogSizeLimitKb())
                .withRetention(3, PURGE_INTERVAL_MS)
                .withEmptyStart(false, !mayLoseDisks)
                .withEnsemble(ensemble != null);
        return new ReplicaSettings(
                sid,
                ensemble,
                tickMs,
                minSessionTimeoutMs(),
                maxSessionTimeoutMs(),
                sessions,
                new RoleSettings(true, 0, resyncOnDivergence),
                storage.snapCount(),
                1L << 30,
                Long.MAX_VALUE,
                ClientLimits.ofOutstanding(1000),
                SYNC_BACKLOG_BYTES,
                new ZabSettings(
                        tickNanos(),
                        initLimit,
                        syncLimit,
                        500,
                        storage.snapshotSizeFactor(),
                        storage.forceSnapshotSync(),
                        SyncLimits.DEFAULTS),
                election,
                TreeSettings.defaults().withExtendedTypesEnabled(true).withEnforceQuota(true),
                new ReaperSettings(REAPER_INTERVAL_MS, 10_000, 0),
                files);
    }
}
