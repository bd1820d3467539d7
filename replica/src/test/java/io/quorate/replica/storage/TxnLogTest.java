package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TxnLogTest {
    private static final StorageSettings SETTINGS = StorageSettings.DEFAULTS.withPreAllocKiB(8);

    private final MapDisk disk = new MapDisk();
    private Storage storage;
    private TxnLog log;

    @BeforeEach
    void start() {
        open(SETTINGS);
    }

    private void open(StorageSettings settings) {
        storage = Recorder.first(disk, settings);
        log = storage.log();
        storage.epochs().writeAcceptedEpochDurable(2);
        disk.done();
    }

    private List<Long> replayed() {
        Recorder found = new Recorder();
        Recorder.open(disk, SETTINGS, found);
        return found.zxids;
    }

    @Test
    void aBatchIsOneWriteAndOneForce() {
        for (long zxid = 1; zxid <= 100; zxid++) {
            log.append(zxid, Recorder.txn(zxid, 20));
        }
        assertThat(disk.done()).as("nothing before the force").isEmpty();
        assertThat(log.durableZxid()).isZero();
        assertThat(log.force()).isEqualTo(100);
        assertThat(disk.done())
                .containsExactly(
                        "create log.1", "write log.1 16399 1", "write log.1 0 6516", "force log.1", "force LOG");
        Recorder.append(storage, 101, 102);
        assertThat(disk.done()).containsExactly("write log.1 6516 130", "force log.1");
        log.force();
        assertThat(disk.done()).as("nothing to force").isEmpty();
    }

    @Test
    void withoutForceSyncABatchIsOnlyWritten() {
        open(SETTINGS.withForceSync(false));
        Recorder.append(storage, 1, 1);
        assertThat(disk.done()).noneMatch(operation -> operation.startsWith("force"));
        assertThat(log.durableZxid()).isEqualTo(1);
    }

    @Test
    void aBatchThatGrowsTooLongIsForcedByItself() {
        int size = 100_000;
        for (long zxid = 1; zxid <= 11; zxid++) {
            log.append(zxid, Recorder.txn(zxid, size));
        }
        assertThat(log.durableZxid()).isEqualTo(10);
        assertThat(log.unforcedBytes()).isEqualTo(size + 32 + 13);
    }

    @Test
    void aLogOverItsSizeIsRolledAfterABatch() {
        open(SETTINGS.withTxnLogSizeLimitKb(1));
        Recorder.append(storage, 1, 20);
        Recorder.append(storage, 21, 21);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1", "log.15");
    }

    @Test
    void anEpochChangeDoesNotRoll() {
        Recorder.append(storage, 1, 2);
        Recorder.append(storage, Zxid.of(1, 1), Zxid.of(1, 2));
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1");
        assertThat(replayed()).containsExactly(1L, 2L, Zxid.of(1, 1), Zxid.of(1, 2));
    }

    @Test
    void aSnapshotRolls() {
        Recorder.append(storage, 1, 2);
        Recorder.snapshot(storage, 2);
        Recorder.append(storage, 3, 3);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1", "log.3");
    }

    @Test
    void whatCannotBeReadAgainIsNotAppended() {
        Recorder.append(storage, 1, 5);
        assertThatThrownBy(() -> log.append(5, Recorder.txn(5, 0))).hasMessageContaining("comes after 0x5");
        assertThatThrownBy(() -> log.append(7, Recorder.txn(6, 0))).hasMessageContaining("was to be logged as 0x7");
        assertThatThrownBy(() -> log.append(6, Recorder.txn(6, SETTINGS.maxFieldBytes())))
                .hasMessageContaining("jute.maxbuffer");
        assertThatThrownBy(() -> log.append(6, new byte[31])).hasMessageContaining("31 bytes long");
        assertThat(log.lastZxid()).isEqualTo(5);
    }

    @Test
    void zookeeper4882_aLogThatFailedOnceRefusesEverything() {
        for (String failing : List.of("write log.1 ", "force log.1", "force LOG", "create log.1")) {
            MapDisk other = new MapDisk();
            Storage broken = Recorder.first(other, SETTINGS);
            other.failWhen(operation -> operation.startsWith(failing));
            broken.log().append(1, Recorder.txn(1, 20));
            assertThatThrownBy(() -> broken.log().force()).isInstanceOf(DiskException.class);
            other.failWhen(operation -> false);
            assertThat(broken.log().state()).isEqualTo(TxnLog.State.POISONED);
            assertThatThrownBy(() -> broken.log().append(2, Recorder.txn(2, 20)))
                    .hasMessageContaining("refuses all work");
            assertThatThrownBy(() -> broken.log().force()).hasMessageContaining("refuses all work");
            assertThatThrownBy(() -> broken.log().durableZxid()).hasMessageContaining(failing.strip());
            assertThatThrownBy(() -> broken.beginSnapshot(1)).hasMessageContaining("refuses all work");
            assertThatThrownBy(() -> broken.truncateAfter(0)).hasMessageContaining("refuses all work");
        }
    }

    @Test
    void isNotUsedBeforeRecovery() {
        TxnLog fresh = new Storage(disk, SETTINGS, EventLog.NONE).log();
        assertThatThrownBy(fresh::lastZxid).hasMessageContaining("before recovery");
        assertThatThrownBy(() -> fresh.append(1, Recorder.txn(1, 0))).hasMessageContaining("before recovery");
    }

    @Test
    void anExistingFileIsNeverWrittenOver() {
        disk.put(DiskDirectory.LOG, "log.1", new byte[] {1});
        log.append(1, Recorder.txn(1, 0));
        assertThatThrownBy(() -> log.force()).hasMessageContaining("It exists");
        assertThat(disk.contents(DiskDirectory.LOG, "log.1")).containsExactly(1);
    }

    @Test
    void aCursorSeesWhatIsDurableAcrossFiles() {
        Recorder.append(storage, 1, 3);
        log.roll();
        Recorder.append(storage, 4, 5);
        log.append(6, Recorder.txn(6, 20));
        try (TxnLogCursor cursor = log.read(2)) {
            assertThat(walk(cursor))
                    .as("from the beginning of the file that holds 2")
                    .containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(cursor.startsAbove()).isFalse();
            assertThat(cursor.totalFileBytes()).isEqualTo(2 * 8208);
            log.force();
            assertThat(walk(cursor)).containsExactly(6L);
            log.roll();
            Recorder.append(storage, 7, 7);
            assertThat(walk(cursor)).containsExactly(7L);
            assertThat(cursor.txn()).isEqualTo(Recorder.txn(7, 20));
            assertThat(cursor.next()).isFalse();
        }
        try (TxnLogCursor cursor = log.read(5)) {
            assertThat(walk(cursor)).containsExactly(4L, 5L, 6L, 7L);
        }
    }

    @Test
    void aCursorSaysWhetherTransactionsBeforeTheLogAreMissing() {
        for (long zxid = 1; zxid <= 5; zxid++) {
            Recorder.append(storage, zxid, zxid);
            log.roll();
        }
        Recorder.append(storage, Zxid.of(1, 1), Zxid.of(1, 2));
        assertThat(startsAbove(0)).as("the log begins with 1").isFalse();
        disk.delete(DiskDirectory.LOG, "log.1");
        assertThat(startsAbove(0)).isTrue();
        assertThat(startsAbove(1)).isFalse();
        Recorder.snapshot(storage, 5);
        Recorder.append(storage, Zxid.of(1, 3), Zxid.of(1, 3));
        List.of("log.2", "log.3", "log.4", "log.5").forEach(name -> disk.delete(DiskDirectory.LOG, name));
        assertThat(startsAbove(4)).as("5 is missing").isTrue();
        assertThat(startsAbove(5)).as("its snapshot is there").isFalse();
    }

    private boolean startsAbove(long zxid) {
        try (TxnLogCursor cursor = log.read(zxid)) {
            return cursor.startsAbove();
        }
    }

    @Test
    void aCursorOverAnEmptyLogWaits() {
        try (TxnLogCursor cursor = log.read(0)) {
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.totalFileBytes()).isZero();
            Recorder.append(storage, 1, 1);
            assertThat(walk(cursor)).containsExactly(1L);
        }
    }

    @Test
    void aCursorStopsAtAHoleAndAtDamage() {
        Recorder.append(storage, 1, 3);
        log.roll();
        Recorder.append(storage, 4, 5);
        log.roll();
        Recorder.append(storage, 6, 6);
        disk.flip(DiskDirectory.LOG, "log.6", 40);
        try (TxnLogCursor cursor = log.read(1)) {
            assertThatThrownBy(() -> walk(cursor)).hasMessageContaining("log.6 is damaged at offset 16");
        }
        disk.delete(DiskDirectory.LOG, "log.4");
        disk.flip(DiskDirectory.LOG, "log.6", 40);
        try (TxnLogCursor cursor = log.read(1)) {
            assertThatThrownBy(() -> walk(cursor)).hasMessageContaining("transaction 0x6 comes after 0x3");
        }
    }

    /** It is used on another thread than that which writes. */
    @Test
    void aCursorReadsNoByteBehindWhatIsDurable() {
        Recorder.append(storage, 1, 3);
        int end = 16 + 3 * (13 + Recorder.txn(1, 20).length);
        disk.flip(DiskDirectory.LOG, "log.1", end + 8);
        try (TxnLogCursor cursor = log.read(1)) {
            assertThat(walk(cursor)).containsExactly(1L, 2L, 3L);
            disk.flip(DiskDirectory.LOG, "log.1", end + 8);
            Recorder.append(storage, 4, 5);
            assertThat(walk(cursor)).as("what was read ahead is read again").containsExactly(4L, 5L);
        }
    }

    /** Across epochs the numbers would not tell. */
    @Test
    void aCursorMissesAFileThatIsPurgedBeforeItGetsThere() {
        Recorder.append(storage, 1, 3);
        log.roll();
        Recorder.append(storage, 4, 5);
        log.roll();
        Recorder.append(storage, Zxid.of(1, 1), Zxid.of(1, 1));
        try (TxnLogCursor cursor = log.read(1)) {
            cursor.next();
            disk.delete(DiskDirectory.LOG, "log.1");
            disk.delete(DiskDirectory.LOG, "log.4");
            assertThatThrownBy(() -> walk(cursor)).hasMessageContaining("log.4");
        }
    }

    @Test
    void aCursorIsVoidAfterACut() {
        Recorder.append(storage, 1, 3);
        try (TxnLogCursor cursor = log.read(1)) {
            cursor.next();
            storage.truncateAfter(2);
            assertThatThrownBy(cursor::next).hasMessageContaining("was cut");
        }
    }

    private static List<Long> walk(TxnLogCursor cursor) {
        List<Long> zxids = new ArrayList<>();
        while (cursor.next()) {
            zxids.add(cursor.zxid());
        }
        return zxids;
    }

    @Test
    void truncationCutsBehindTheEntryAndDeletesLaterFiles() {
        Recorder.append(storage, 1, 3);
        log.roll();
        Recorder.append(storage, 4, 5);
        log.roll();
        Recorder.append(storage, 6, 6);
        disk.done();
        assertThat(storage.truncateAfter(2)).isEqualTo(TruncateResult.CUT);
        assertThat(disk.done())
                .containsExactly(
                        "delete log.6", "force LOG", "delete log.4", "force LOG", "truncate log.1 146", "force log.1");
        assertThat(replayed()).containsExactly(1L, 2L);
        Recorder.open(disk, SETTINGS, new Recorder());
        Recorder found = new Recorder();
        Storage again = Recorder.open(disk, SETTINGS, found);
        Recorder.append(again, Zxid.of(1, 1), Zxid.of(1, 1));
        assertThat(replayed()).containsExactly(1L, 2L, Zxid.of(1, 1));
    }

    @Test
    void zookeeper1549And4837_truncationRemovesNewerSnapshotsFirst() {
        Recorder.append(storage, 1, 3);
        Recorder.snapshot(storage, 3);
        Recorder.append(storage, 4, 5);
        Recorder.snapshot(storage, 5);
        disk.done();
        assertThat(storage.truncateAfter(2)).isEqualTo(TruncateResult.CUT);
        assertThat(disk.done())
                .containsExactly(
                        "delete snapshot.5",
                        "force DATA",
                        "delete snapshot.3",
                        "force DATA",
                        "delete log.4",
                        "force LOG",
                        "truncate log.1 146",
                        "force log.1");
        assertThat(replayed()).containsExactly(1L, 2L);
        assertThat(storage.snapshots().newestExact()).map(ExactSnapshot::zxid).contains(0L);
    }

    @Test
    void truncationToAZxidThatIsNotInTheHistoryChangesNothing() {
        Recorder.append(storage, 1, 3);
        Recorder.append(storage, Zxid.of(2, 1), Zxid.of(2, 3));
        Recorder.snapshot(storage, Zxid.of(2, 3));
        disk.done();
        assertThat(storage.truncateAfter(Zxid.of(1, 5))).isEqualTo(TruncateResult.NOT_FOUND);
        assertThat(storage.truncateAfter(4)).isEqualTo(TruncateResult.NOT_FOUND);
        assertThat(disk.done()).isEmpty();
        assertThat(log.lastZxid()).isEqualTo(Zxid.of(2, 3));
    }

    @Test
    void truncationToTheBeginningOfAnEpochEndsWithTheLastTransactionBelow() {
        Recorder.append(storage, 1, 3);
        Recorder.append(storage, Zxid.of(2, 1), Zxid.of(2, 3));
        assertThat(storage.truncateAfter(Zxid.of(2, 0))).isEqualTo(TruncateResult.CUT);
        assertThat(log.lastZxid()).isEqualTo(3);
        assertThat(replayed()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void truncationToASnapshotLeavesNoLog() {
        Recorder.append(storage, 1, 3);
        assertThat(storage.truncateAfter(0)).isEqualTo(TruncateResult.CUT);
        assertThat(disk.list(DiskDirectory.LOG)).isEmpty();
        assertThat(replayed()).isEmpty();
    }

    @Test
    void truncationBeforeTheOldestSnapshotIsRefused() {
        Recorder.append(storage, 1, 3);
        Recorder.snapshot(storage, 3);
        Recorder.append(storage, 4, 5);
        disk.delete(DiskDirectory.DATA, "snapshot.0");
        assertThat(storage.truncateAfter(2)).isEqualTo(TruncateResult.NOT_FOUND);
        assertThat(replayed()).containsExactly(4L, 5L);
    }

    @Test
    void zookeeper3701_aFailedTruncationPoisons() {
        Recorder.append(storage, 1, 3);
        disk.failWhen(operation -> operation.startsWith("truncate"));
        assertThatThrownBy(() -> storage.truncateAfter(2)).isInstanceOf(DiskException.class);
        assertThatThrownBy(() -> log.append(4, Recorder.txn(4, 0))).hasMessageContaining("refuses all work");
    }

    @ParameterizedTest
    @ValueSource(strings = {"create log", "write log"})
    void aFullDiskKeepsTheBatchAndLeavesWhatIsDurable(String full) {
        disk.fullWhen(operation -> operation.startsWith(full));
        log.append(1, Recorder.txn(1, 100));
        for (int tries = 0; tries < 3; tries++) {
            assertThatThrownBy(log::force).isInstanceOf(NoRoomException.class).hasMessageContaining("make room");
            assertThat(disk.list(DiskDirectory.LOG)).isEmpty();
            assertThat(log.durableZxid()).isZero();
        }
        log.append(2, Recorder.txn(2, 100));
        disk.fullWhen(operation -> false);
        disk.done();
        assertThat(log.force()).isEqualTo(2);
        assertThat(disk.done()).contains("force log.1", "force LOG");

        log.append(3, Recorder.txn(3, 100));
        disk.fullWhen(operation -> operation.startsWith("write log"));
        disk.done();
        assertThatThrownBy(log::force).isInstanceOf(NoRoomException.class);
        assertThat(disk.done())
                .as("a crash in the next attempt must not leave parts of both")
                .endsWith("truncate log.1 " + (16 + 2 * (132 + 13)), "force log.1");
        assertThat(disk.contents(DiskDirectory.LOG, "log.1"))
                .as("cut to what is durable")
                .hasSize(16 + 2 * (132 + 13))
                .endsWith(LogFormat.END_BYTE);
        disk.fullWhen(operation -> false);
        assertThat(log.force()).isEqualTo(3);
        assertThat(replayed()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aForceThatFindsNoRoomIsTrustedAsLittleAsAnyThatFails() {
        disk.fullWhen(operation -> operation.startsWith("force log"));
        log.append(1, Recorder.txn(1, 100));
        assertThatThrownBy(log::force).isInstanceOf(DiskException.class);
        disk.fullWhen(operation -> false);
        assertThatThrownBy(log::force).hasMessageContaining("refuses all work");
    }

    @Test
    void purgeKeepsWhatTheOldestKeptSnapshotNeeds() {
        for (long zxid = 1; zxid <= 12; zxid += 2) {
            Recorder.append(storage, zxid, zxid + 1);
            Recorder.snapshot(storage, zxid + 1);
        }
        disk.done();
        assertThat(storage.purge(Long.MAX_VALUE).logs()).isEqualTo(3);
        assertThat(disk.list(DiskDirectory.DATA))
                .contains("snapshot.8", "snapshot.a", "snapshot.c")
                .doesNotContain("snapshot.6");
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.7", "log.9", "log.b");
        assertThat(disk.done())
                .endsWith("delete log.1", "force LOG", "delete log.3", "force LOG", "delete log.5", "force LOG");
        assertThat(storage.purge(Long.MAX_VALUE).logs()).isZero();
    }

    @Test
    void aPinnedZxidIsNotPurged() {
        for (long zxid = 1; zxid <= 12; zxid += 2) {
            Recorder.append(storage, zxid, zxid + 1);
            Recorder.snapshot(storage, zxid + 1);
        }
        log.pin(4);
        log.pin(4);
        assertThat(storage.purge(Long.MAX_VALUE).logs()).isEqualTo(1);
        assertThat(disk.list(DiskDirectory.LOG)).contains("log.3").doesNotContain("log.1");
        log.unpin(4);
        assertThat(storage.purge(Long.MAX_VALUE).logs()).isZero();
        log.unpin(4);
        assertThat(storage.purge(Long.MAX_VALUE).logs()).isEqualTo(2);
        assertThatThrownBy(() -> log.unpin(4)).hasMessageContaining("not pinned");
    }
}
