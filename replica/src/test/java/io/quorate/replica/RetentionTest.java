package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import io.quorate.zab.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When old files go, and which stay. */
class RetentionTest {
    private static final long NOBODY = Long.MAX_VALUE;
    private static final long SECOND = 1_000_000_000L;

    private final MapDisk disk = new MapDisk();
    private final Lines lines = new Lines();
    private final ReplicaHarness.ManualLoop loop = new ReplicaHarness.ManualLoop();
    private Storage storage;

    /** Six snapshots, two transactions before each. */
    @BeforeEach
    void fill() {
        storage = new Storage(disk, settings(), EventLog.NONE);
        storage.recover(new TreeLoadingOfNothing(), (zxid, txn) -> {});
        for (long zxid = 1; zxid <= 12; zxid += 2) {
            storage.log().append(zxid, txn(zxid));
            storage.log().append(zxid + 1, txn(zxid + 1));
            storage.log().force();
            snapshot(zxid + 1);
        }
    }

    @Test
    void itRunsWhenClientsAreFirstServedAndThenByTheClock() {
        Retention retention = retention(settings());
        tick(retention, NOBODY, SECOND);
        assertThat(disk.list(DiskDirectory.DATA)).containsExactly("snapshot.8", "snapshot.a", "snapshot.c");
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.7", "log.9", "log.b");
        assertThat(lines.info).singleElement().asString().contains("Deleted 3 old snapshots and 3 logs");

        snapshot(14);
        tick(retention, NOBODY, 11 * SECOND - 1);
        assertThat(disk.list(DiskDirectory.DATA)).as("not yet").hasSize(4);
        tick(retention, NOBODY, 11 * SECOND);
        assertThat(disk.list(DiskDirectory.DATA)).hasSize(3);
        tick(retention, NOBODY, 21 * SECOND);
        assertThat(lines.info).as("nothing to say about nothing").hasSize(2);
    }

    @Test
    void zeroIsOff() {
        tick(retention(settings().withRetention(3, 0)), NOBODY, SECOND);
        assertThat(disk.list(DiskDirectory.DATA)).hasSize(6);
    }

    @Test
    void whatALearnerIsFedFromStays() {
        Retention retention = retention(settings());
        tick(retention, 4, SECOND);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.3", "log.5", "log.7", "log.9", "log.b");
        tick(retention, NOBODY, 11 * SECOND);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.7", "log.9", "log.b");
    }

    @Test
    void aFileThatCannotBeDeletedIsAWarningAndTriedAgain() {
        Retention retention = retention(settings());
        disk.failWhen(operation -> operation.equals("delete log.1"));
        tick(retention, NOBODY, SECOND);
        assertThat(lines.warn).singleElement().asString().contains("delete log.1", "tried again in 10 s");
        disk.failWhen(operation -> false);
        tick(retention, NOBODY, 11 * SECOND);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.7", "log.9", "log.b");
    }

    @Test
    void theHistoryBehindTheOldestSnapshotThatStaysIsWhole() {
        tick(retention(settings()), NOBODY, SECOND);
        disk.put(DiskDirectory.DATA, "snapshot.a", new byte[3]);
        disk.put(DiskDirectory.DATA, "snapshot.c", new byte[3]);
        List<Long> replayed = new ArrayList<>();
        new Storage(disk, settings(), EventLog.NONE)
                .recover(new TreeLoadingOfNothing(), (zxid, txn) -> replayed.add(zxid));
        assertThat(replayed).containsExactly(9L, 10L, 11L, 12L);
    }

    @Test
    void aFullDiskDoesNotWaitForTheClock() {
        LogRoom room = new LogRoom(loop, storage, new Nobody());
        Retention retention = new Retention(settings(), room, lines);
        tick(retention, NOBODY, SECOND);
        for (long zxid = 13; zxid <= 18; zxid++) {
            storage.log().append(zxid, txn(zxid));
            storage.log().force();
            snapshot(zxid);
        }
        retention.onTick(NOBODY, 2 * SECOND);
        disk.fullWhen(operation -> operation.startsWith("write log") && disk.exists(DiskDirectory.LOG, "log.7"));
        room.append(new Proposal(19, txn(19)));
        room.flush();
        loop.runAll(2 * SECOND);
        assertThat(loop.full).as("room was made").isNull();
        assertThat(storage.log().durableZxid()).isEqualTo(19);
        assertThat(disk.list(DiskDirectory.DATA)).containsExactly("snapshot.10", "snapshot.11", "snapshot.12");
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.10", "log.11", "log.12", "log.13");
    }

    @Test
    void whatAFullDiskHoldsStaysWhileNoClientsAreServedOrItIsOff() {
        LogRoom room = new LogRoom(loop, storage, new Nobody());
        Retention retention = new Retention(settings(), room, lines);
        retention.onTick(NOBODY, SECOND);
        retention.pause();
        loop.runAll(SECOND);
        new Retention(settings().withRetention(3, 0), room, lines).onTick(NOBODY, SECOND);
        for (long zxid = 13; zxid <= 15; zxid++) {
            storage.log().append(zxid, txn(zxid));
            storage.log().force();
            snapshot(zxid);
        }
        List<String> before = disk.list(DiskDirectory.DATA);
        disk.fullWhen(operation -> operation.startsWith("write log"));
        room.append(new Proposal(16, txn(16)));
        room.flush();
        loop.runAll(SECOND);
        assertThat(loop.full).isNotNull();
        assertThat(disk.list(DiskDirectory.DATA)).isEqualTo(before);
    }

    @Test
    void aSnapshotThatHadNoRoomHurriesThePurge() {
        Retention retention = retention(settings());
        tick(retention, NOBODY, SECOND);
        snapshot(14);
        retention.hurry();
        tick(retention, NOBODY, 2 * SECOND);
        assertThat(disk.list(DiskDirectory.DATA)).hasSize(3);
    }

    private Retention retention(StorageSettings settings) {
        return new Retention(settings, new LogRoom(loop, storage, new Nobody()), lines);
    }

    private void tick(Retention retention, long neededAfter, long nowNanos) {
        retention.onTick(neededAfter, nowNanos);
        loop.runAll(nowNanos);
    }

    private static StorageSettings settings() {
        return StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(64).withRetention(3, 10_000);
    }

    private static byte[] txn(long zxid) {
        TxnBody body = new TxnBody.Create(OpCode.CREATE, "/" + zxid, new byte[0], Acl.OPEN, false, 1);
        return new Txn(new TxnHeader(1, 1, zxid, 1, body.type()), body, null).encode();
    }

    private void snapshot(long zxid) {
        var writer = storage.beginSnapshot(zxid);
        writer.write(new byte[] {42}, 0, 1);
        writer.finish(zxid, 1);
    }

    private static final class Lines implements EventLog {
        private final List<String> info = new ArrayList<>();
        private final List<String> warn = new ArrayList<>();

        @Override
        public void info(String message) {
            info.add(message);
        }

        @Override
        public void warn(String message) {
            warn.add(message);
        }
    }

    /** A snapshot's body is one byte. */
    private static final class TreeLoadingOfNothing implements SnapshotLoading {
        @Override
        public SnapshotBodySink begin(long zxid) {
            return new SnapshotBodySink() {
                private boolean complete;

                @Override
                public int feed(byte[] bytes, int offset, int length) {
                    complete = true;
                    return 1;
                }

                @Override
                public boolean complete() {
                    return complete;
                }
            };
        }
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
