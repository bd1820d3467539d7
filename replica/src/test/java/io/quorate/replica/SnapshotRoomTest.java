package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EventLog;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.DataTree;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import io.quorate.zab.History;
import io.quorate.zab.Proposal;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When snapshots are begun, and what becomes of one that the load outruns. */
class SnapshotRoomTest {
    private static final int NODES = 2000;
    private static final int NODE_BYTES = 1000;
    private static final int PRESERVED_BYTES = 100 * NODE_BYTES;
    private static final int SNAP_COUNT = 1000;
    private static final long SECOND = 1_000_000_000L;

    private final MapDisk disk = new MapDisk();
    private final ReplicaHarness.ManualLoop logLoop = new ReplicaHarness.ManualLoop();
    private final ReplicaHarness.ManualLoop snapshotLoop = new ReplicaHarness.ManualLoop();
    private final Counters counters = new Counters();
    private final Warnings warnings = new Warnings();
    private final DataTree tree = new DataTree(TreeSettings.defaults());
    private SnapshotRoom room;
    private final LogRoom log;
    private long nowNanos = -5 * SECOND;
    private long zxid;

    SnapshotRoomTest() {
        ReplicaSettings settings = settings(Long.MAX_VALUE);
        Storage storage = new Storage(disk, settings.storage(), EventLog.NONE);
        TreeLoading loading = new TreeLoading(settings.tree(), new History(500));
        storage.recover(loading, loading);
        log = new LogRoom(logLoop, storage, new Nobody());
        room = new SnapshotRoom(settings, log, snapshotLoop, disk, new Random(1), counters, warnings);
        for (int i = 1; i <= NODES; i++) {
            apply(new TxnBody.Create(OpCode.CREATE, "/node-" + i, new byte[NODE_BYTES], Acl.OPEN, false, i));
        }
    }

    private static ReplicaSettings settings(long snapshotBytesPerSecond) {
        return new ReplicaSettings(
                1,
                null,
                1000,
                2000,
                20_000,
                SessionModes.GLOBAL,
                RoleSettings.DEFAULTS,
                SNAP_COUNT,
                1L << 32,
                snapshotBytesPerSecond,
                ClientLimits.ofOutstanding(1000),
                ReplicaSettings.DEFAULT_SYNC_BACKLOG_BYTES,
                new ZabSettings(SECOND, 10, 5, 500, 0.33, false, SyncLimits.DEFAULTS),
                ElectionSettings.DEFAULT,
                TreeSettings.defaults().withMaxPreservedBytes(PRESERVED_BYTES),
                ReaperSettings.DEFAULTS,
                StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(64));
    }

    @Test
    void oneThatTheLoadOutrunsIsBegunAgainAfterAPauseAndMayHoldBackMore() {
        beginAndWriteSome();
        setNodes(150);
        giveUp();

        nowNanos += SECOND - 1;
        work();
        assertThat(unfinished()).as("not yet").isZero();
        nowNanos += 1;
        work();
        assertThat(unfinished()).isEqualTo(1);
        work();
        setNodes(150);
        finish();
        assertThat(snapshots()).singleElement().isEqualTo("snapshot." + Long.toHexString(zxid - 150));
    }

    @Test
    void aRateThatWritesOutrunIsNotKeptToTheNextTime() {
        long noBytes = 1;
        room = new SnapshotRoom(settings(noBytes), log, snapshotLoop, disk, new Random(1), counters, warnings);
        room.request();
        beginAndWriteSome();
        assertThat(unfinished()).as("held back").isEqualTo(1);
        setNodes(150);
        giveUp();
        assertThat(warnings.lines).last().asString().contains("raise snapshot.maxKbPerSecond");

        nowNanos += SECOND;
        work();
        setNodes(50);
        finish();
        assertThat(snapshots()).hasSize(1);

        room.request();
        work();
        finish();
        assertThat(snapshots()).as("held back again").hasSize(1);
    }

    @Test
    void thePauseDoubles() {
        beginAndWriteSome();
        setNodes(150);
        giveUp();
        nowNanos += SECOND;
        beginAndWriteSome();
        setNodes(400);
        giveUp();

        nowNanos += 2 * SECOND - 1;
        work();
        assertThat(unfinished()).isZero();
        nowNanos += 1;
        work();
        assertThat(unfinished()).isEqualTo(1);
    }

    @Test
    void aLongReplayMakesOneDueOnceClientsAreServed() {
        room.onReplayed(SNAP_COUNT / 10 + 1, 1);
        room.work(tree, false, nowNanos);
        assertThat(logLoop.runAll(nowNanos)).isFalse();
        work();
        finish();
        assertThat(snapshots()).hasSize(1);
    }

    @Test
    void aShortReplayCountsTowardsTheNext() {
        room.onReplayed(SNAP_COUNT / 10, 1);
        work();
        assertThat(unfinished()).isZero();
        for (int i = 0; i < SNAP_COUNT - SNAP_COUNT / 10; i++) {
            room.onApplied(1);
        }
        work();
        assertThat(unfinished()).isEqualTo(1);
    }

    @Test
    void oneThatWasDueAndIsGivenUpIsDueAgain() {
        beginAndWriteSome();
        room.giveUp();
        snapshotLoop.runAll(nowNanos);
        assertThat(unfinished()).isZero();
        finish();
        assertThat(snapshots()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"create unfinished", "write unfinished", "force unfinished", "rename unfinished", "force DATA"})
    void aDiskThatDoesNotTakeASnapshotCostsThatSnapshotOnly(String failing) {
        disk.failWhen(operation -> operation.startsWith(failing));
        room.request();
        finish();
        assertThat(counters.snapshotFailures).isEqualTo(1);
        assertThat(warnings.lines).singleElement().asString().contains("is not written", failing, "within 1 s");
        assertThat(unfinished()).as("is removed").isZero();

        nowNanos += SECOND;
        finish();
        assertThat(counters.snapshotFailures).as("it is tried again").isEqualTo(2);

        disk.failWhen(operation -> false);
        nowNanos += 2 * SECOND - 1;
        finish();
        assertThat(room.isBusy()).as("not yet").isFalse();
        nowNanos += 1;
        finish();
        assertThat(snapshots()).singleElement().isEqualTo("snapshot." + Long.toHexString(zxid));
        assertThat(counters.snapshotFailures).isEqualTo(2);
    }

    @Test
    void theTreeWaitsForTheDiskBetweenSlices() {
        beginAndWriteSome();
        int before = snapshotLoop.waiting();
        work();
        assertThat(snapshotLoop.waiting()).as("one slice is on its way").isEqualTo(before);
        assertThat(room.isBusy()).isFalse();
        snapshotLoop.runAll(nowNanos);
        assertThat(room.isBusy()).isTrue();
        work();
        assertThat(snapshotLoop.waiting()).isEqualTo(1);
    }

    @Test
    void oneThatIsGivenUpWhileTheDiskFailsAtItIsRemovedAndNotCounted() {
        beginAndWriteSome();
        for (int slice = 0; slice < 3; slice++) {
            snapshotLoop.runAll(nowNanos);
            work();
        }
        disk.failWhen(operation -> operation.startsWith("write unfinished"));
        room.giveUp();
        snapshotLoop.runAll(nowNanos);
        assertThat(unfinished()).isZero();
        assertThat(counters.snapshotFailures).isZero();
    }

    @Test
    void aLogThatFailsWhileASnapshotBeginsIsFatal() {
        log.append(new Proposal(
                zxid + 1, new Txn(new TxnHeader(1, 1, zxid + 1, 1, -1), new TxnBody.Failure(-1), null).encode()));
        disk.failWhen(operation -> operation.startsWith("force log"));
        room.request();
        room.work(tree, true, nowNanos);
        log.flush();
        assertThatThrownBy(() -> logLoop.runAll(nowNanos)).hasMessageContaining("refuses all work");
    }

    private static final class Warnings implements EventLog {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {
            lines.add(message);
        }
    }

    private void beginAndWriteSome() {
        room.request();
        work();
        work();
        assertThat(unfinished()).isEqualTo(1);
    }

    /** The slices of what was abandoned are still on their way. */
    private void giveUp() {
        for (int i = 0; i < 2; i++) {
            snapshotLoop.runAll(nowNanos);
            work();
        }
        assertThat(unfinished()).isZero();
        assertThat(snapshots()).isEmpty();
    }

    private void setNodes(int count) {
        for (int i = 1; i <= count; i++) {
            apply(new TxnBody.SetData("/node-" + i, new byte[NODE_BYTES], 1));
        }
    }

    private void apply(TxnBody body) {
        zxid++;
        tree.apply(new Txn(new TxnHeader(1, 1, zxid, 1, body.type()), body, null), null);
    }

    /** One batch, and the log's work; slices wait. */
    private void work() {
        room.work(tree, true, nowNanos);
        log.flush();
        logLoop.runAll(nowNanos);
    }

    private void finish() {
        for (int i = 0; i < NODES; i++) {
            work();
            snapshotLoop.runAll(nowNanos);
        }
        work();
    }

    private List<String> snapshots() {
        return disk.list(DiskDirectory.DATA).stream()
                .filter(name -> name.startsWith("snapshot."))
                .toList();
    }

    /** Files that are being written. */
    private int unfinished() {
        return disk.list(DiskDirectory.DATA).size() - snapshots().size();
    }

    private static final class Nobody implements LogRoom.Listener {
        @Override
        public void onDurable(long zxid, long nowNanos) {}

        @Override
        public void onAcceptedEpochDurable(long epoch) {}

        @Override
        public void onCurrentEpochDurable(long epoch, long nowNanos) {}
    }
}
