package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Start-up, truncation and installation as an operator or a learner sees them. Crashes in the middle are in the simulator's tests. */
class RecoveryTest {
    private static final StorageSettings SETTINGS = StorageSettings.DEFAULTS.withPreAllocKiB(8);

    private final MapDisk disk = new MapDisk();

    private RecoveredState recover(StorageSettings settings) {
        Recorder found = new Recorder();
        return new Storage(disk, settings, EventLog.NONE).recover(found, found);
    }

    @Test
    void anEmptyServerStartsEmptyAndWritesItsFirstSnapshot() {
        RecoveredState state = recover(SETTINGS);
        assertThat(state.emptySnapshotNeeded()).isTrue();
        assertThat(state.lastZxid()).isZero();
        Recorder.first(disk, SETTINGS);
        assertThat(recover(SETTINGS).emptySnapshotNeeded()).isFalse();
        assertThat(recover(SETTINGS).lastZxid()).isZero();
    }

    @Test
    void withoutAutocreateAnEmptyServerDoesNotVote() {
        StorageSettings careful = SETTINGS.withEmptyStart(false, false);
        RecoveredState state = recover(careful);
        assertThat(state.lastZxid()).isEqualTo(Zxid.NONE);
        assertThat(state.trusted()).isFalse();
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("does not vote"));
    }

    @Test
    void anEmptiedServerThatIsSentTransactionsOnlyStartsAgainWithoutAVote() {
        StorageSettings careful = SETTINGS.withEmptyStart(false, false);
        assertThat(recover(careful).emptySnapshotNeeded()).isTrue();
        Storage storage = Recorder.first(disk, careful);
        Recorder.append(storage, 1, 3);
        RecoveredState state = recover(careful);
        assertThat(state.lastZxid()).isEqualTo(3);
        assertThat(state.trusted()).isFalse();
    }

    @Test
    void anEmptiedServerIsGivenItsVoteUntilALeaderHasSentItSomething() {
        StorageSettings careful = SETTINGS.withEmptyStart(false, false);
        Storage storage = Recorder.first(disk, careful);
        assertThat(recover(careful).warnings()).anyMatch(warning -> warning.contains("a file named initialize"));
        disk.putInitializeMarker();
        assertThat(recover(careful).trusted()).isTrue();
        assertThat(disk.exists(DiskDirectory.DATA, Rebuild.MARKER)).isFalse();
        assertThat(recover(careful).trusted()).as("once is enough").isTrue();
        Recorder.append(storage, 1, 1);
        assertThat(recover(careful).trusted()).isTrue();
    }

    @Test
    void leaveThatComesTooLateGivesNoVote() {
        StorageSettings careful = SETTINGS.withEmptyStart(false, false);
        Recorder.append(Recorder.first(disk, careful), 1, 3);
        disk.putInitializeMarker();
        assertThat(recover(careful).trusted()).isFalse();
        assertThat(disk.initializeMarkerExists()).isFalse();
    }

    @Test
    void theMarkerLetsItVoteOnce() {
        StorageSettings careful = SETTINGS.withEmptyStart(false, false);
        disk.putInitializeMarker();
        assertThat(recover(careful).emptySnapshotNeeded()).isTrue();
        assertThat(disk.initializeMarkerExists())
                .as("still needed if it crashes now")
                .isTrue();
        Recorder.first(disk, careful);
        assertThat(disk.initializeMarkerExists()).isFalse();
    }

    @Test
    void aMarkerThatIsLeftOverIsRemovedBeforeItCanDoHarm() {
        Recorder.first(disk, SETTINGS);
        disk.putInitializeMarker();
        recover(SETTINGS);
        assertThat(disk.initializeMarkerExists()).isFalse();
    }

    @Test
    void aServerWhoseDatabaseIsGoneDoesNotVote() {
        Storage storage = Recorder.first(disk, SETTINGS);
        storage.epochs().writeAcceptedEpochDurable(4);
        disk.delete(DiskDirectory.DATA, "snapshot.0");
        RecoveredState state = recover(SETTINGS);
        assertThat(state.lastZxid()).isEqualTo(Zxid.NONE);
        assertThat(state.acceptedEpoch()).isEqualTo(4);
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("had a database"));
        disk.putInitializeMarker();
        assertThat(recover(SETTINGS).lastZxid()).isZero();
    }

    @Test
    void aServerWhoseDatabaseIsGoneDoesNotVoteBeforeItHasALeadersHistoryAndEpoch() {
        StorageSettings noLeave = SETTINGS.withEmptyStart(false, false);
        assertThat(recover(noLeave).trusted()).isFalse();
        assertThat(recover(noLeave).warnings())
                .as("every start says how an empty one is allowed")
                .anyMatch(warning -> warning.contains("put a file named initialize into dataLogDir"));
        assertGetsItsVoteWithHistoryAndEpoch(new Storage(disk, noLeave, EventLog.NONE), noLeave);
    }

    @Test
    void aLeaveToBeEmptyComesTooLateWhereALeadersHistoryIsHalfThere() {
        StorageSettings noLeave = SETTINGS.withEmptyStart(false, false);
        Storage storage = new Storage(disk, noLeave, EventLog.NONE);
        storage.recover(new Recorder(), new Recorder());
        storage.epochs().writeAcceptedEpochDurable(6);
        SnapshotInstall install = storage.beginInstall(Zxid.of(5, 100));
        byte[] body = Recorder.emptyBody();
        install.write(body, 0, body.length);
        install.commitWithoutDigest();
        disk.putInitializeMarker();
        assertThat(recover(noLeave).trusted()).isFalse();
    }

    @Test
    void aServerThatIsBeingRebuiltIsNotTrustedBeforeItHasALeadersHistoryAndEpoch() {
        disk.put(DiskDirectory.DATA, Rebuild.MARKER, Rebuild.READY.getBytes(StandardCharsets.US_ASCII));
        disk.putInitializeMarker();
        Storage storage = new Storage(disk, SETTINGS, EventLog.NONE);
        RecoveredState empty = storage.recover(new Recorder(), new Recorder());
        assertThat(empty.trusted())
                .as("though nothing says that it ever had anything")
                .isFalse();
        assertThat(empty.lastZxid()).isEqualTo(Zxid.NONE);
        assertThat(empty.warnings()).anyMatch(warning -> warning.contains("takes no part in elections"));
        assertGetsItsVoteWithHistoryAndEpoch(storage, SETTINGS);
    }

    private void assertGetsItsVoteWithHistoryAndEpoch(Storage storage, StorageSettings settings) {
        storage.recover(new Recorder(), new Recorder());
        storage.epochs().writeAcceptedEpochDurable(6);
        SnapshotInstall install = storage.beginInstall(Zxid.of(5, 100));
        byte[] body = Recorder.emptyBody();
        install.write(body, 0, body.length);
        install.commitWithoutDigest();
        RecoveredState installed = recover(settings);
        assertThat(installed.lastZxid()).isEqualTo(Zxid.of(5, 100));
        assertThat(installed.currentEpoch()).isZero();
        assertThat(installed.trusted()).as("it would vote as one of epoch 0").isFalse();

        storage.epochs().writeCurrentEpochDurable(6);
        RecoveredState whole = recover(settings);
        assertThat(whole.trusted()).isTrue();
        assertThat(disk.list(DiskDirectory.DATA)).doesNotContain(Rebuild.MARKER);
    }

    @Test
    void aRebuildWhoseFilesAreNotAllSetAsideDoesNotStart() {
        Recorder.append(Recorder.first(disk, SETTINGS), 1, 3);
        disk.put(DiskDirectory.DATA, Rebuild.MARKER, Rebuild.BEGUN.getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> recover(SETTINGS))
                .hasMessageContaining("not all set aside")
                .hasMessageContaining("zkTool.sh rebuild");
    }

    @Test
    void zookeeper3644_aLogWithoutASnapshotIsFatalUnlessTrusted() {
        Recorder.append(Recorder.first(disk, SETTINGS), 1, 3);
        disk.delete(DiskDirectory.DATA, "snapshot.0");
        assertThatThrownBy(() -> recover(SETTINGS))
                .hasMessageContaining("no snapshot")
                .hasMessageContaining("snapshot.trust.empty=true");
        RecoveredState state = recover(SETTINGS.withEmptyStart(true, true));
        assertThat(state.lastZxid()).isEqualTo(3);
        assertThat(state.snapshotZxid()).isEqualTo(Zxid.NONE);
    }

    @Test
    void aTrustedLogThatDoesNotBeginAtTheBeginningIsFatal() {
        Storage storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 3);
        storage.log().roll();
        Recorder.append(storage, 4, 5);
        disk.delete(DiskDirectory.DATA, "snapshot.0");
        disk.delete(DiskDirectory.LOG, "log.1");
        assertThatThrownBy(() -> recover(SETTINGS.withEmptyStart(true, true))).hasMessageContaining("comes after 0x0");
    }

    @Test
    void aShortFirstSnapshotOfAnApacheServerIsNoDatabase() {
        disk.put(DiskDirectory.DATA, "snapshot.0", new byte[20]);
        RecoveredState state = recover(SETTINGS);
        assertThat(state.emptySnapshotNeeded()).isTrue();
        Recorder.first(disk, SETTINGS);
        assertThat(recover(SETTINGS).snapshotZxid()).isZero();
    }

    @Test
    void filesInTheOtherDirectoryAreAnError() {
        disk.put(DiskDirectory.DATA, "log.5", new byte[0]);
        assertThatThrownBy(() -> recover(SETTINGS)).hasMessageContaining("log.5 is in dataDir/version-2");
        disk.delete(DiskDirectory.DATA, "log.5");
        disk.put(DiskDirectory.LOG, "snapshot.5.gz", new byte[0]);
        assertThatThrownBy(() -> recover(SETTINGS)).hasMessageContaining("snapshot.5.gz is in dataLogDir/version-2");
    }

    @Test
    void zookeeper2845_recoveryCanBeRepeatedOnALiveStorage() {
        Storage storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 3);
        storage.log().append(4, Recorder.txn(4, 20));
        Recorder found = new Recorder();
        RecoveredState state = storage.recover(found, found);
        assertThat(found.zxids).containsExactly(1L, 2L, 3L, 4L);
        assertThat(state.lastZxid()).isEqualTo(4);
        Recorder.append(storage, 5, 5);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1", "log.5");
    }

    /** Stopped at any change of the disk: the history is the old one or the new one, and nothing of the old one is lost. */
    @Test
    void whatAReceivedSnapshotReplacesCanBeSetAside() {
        int last = installSettingAside(new MapDisk(), Integer.MAX_VALUE);
        assertThat(last).isGreaterThan(15);
        for (int failing = 1; failing <= last; failing++) {
            MapDisk stopped = new MapDisk();
            installSettingAside(stopped, failing);
            Storage again = new Storage(stopped, SETTINGS, EventLog.NONE);
            RecoveredState state = again.recover(new Recorder(), new Recorder());
            boolean old = state.lastZxid() == Zxid.of(1, 1);
            assertThat(old || state.lastZxid() == Zxid.of(1, 4))
                    .as("change %d", failing)
                    .isTrue();
            List<String> kept = new ArrayList<>(old ? stopped.list(DiskDirectory.DATA) : stopped.aside("aside-1"));
            kept.addAll(old ? stopped.list(DiskDirectory.LOG) : List.of());
            assertThat(kept).as("change %d", failing).contains("snapshot.0", "snapshot.3", "log.1", "log.100000001");
        }
    }

    /** Returns how many changes were made. */
    private static int installSettingAside(MapDisk on, int failing) {
        Storage storage = Recorder.first(on, SETTINGS);
        storage.epochs().writeAcceptedEpochDurable(2);
        Recorder.append(storage, 1, 3);
        Recorder.snapshot(storage, 3);
        Recorder.append(storage, Zxid.of(1, 1), Zxid.of(1, 1));
        int[] changes = {0};
        on.failWhen(operation -> {
            changes[0]++;
            return changes[0] >= failing;
        });
        try {
            SnapshotInstall install = storage.beginInstall(Zxid.of(1, 4), "aside-1");
            byte[] body = Recorder.emptyBody();
            install.write(body, 0, body.length);
            install.commitWithoutDigest();
        } catch (DiskException e) {
            assertThat(changes[0]).isGreaterThanOrEqualTo(failing);
        }
        on.failWhen(operation -> false);
        return changes[0];
    }

    /** An ensemble that stood still: the leader's tree has the zxid of the one that is in doubt. */
    @Test
    void aSnapshotOfTheSameZxidIsSetAsideToo() {
        Storage storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 3);
        Recorder.snapshot(storage, 3);
        byte[] before = disk.contents(DiskDirectory.DATA, "snapshot.3");
        SnapshotInstall install = storage.beginInstall(3, "aside-1");
        byte[] body = Recorder.emptyBody();
        install.write(body, 0, body.length);
        install.commitWithoutDigest();
        assertThat(disk.aside("aside-1")).contains("snapshot.3", "why-set-aside");
        assertThat(disk.contents(DiskDirectory.DATA, "snapshot.3")).isNotEqualTo(before);
    }

    @Test
    void aReceivedSnapshotIsTheWholeHistory() {
        Storage storage = Recorder.first(disk, SETTINGS);
        storage.epochs().writeAcceptedEpochDurable(2);
        Recorder.append(storage, 1, 3);
        Recorder.snapshot(storage, 3);
        Recorder.append(storage, Zxid.of(1, 1), Zxid.of(1, 9));
        SnapshotInstall install = storage.beginInstall(Zxid.of(1, 4));
        byte[] body = Recorder.emptyBody();
        install.write(body, 0, body.length);
        disk.done();
        install.commit(77);
        assertThat(disk.done())
                .containsExactly(
                        "write unfinished.install.100000004 0 96",
                        "force unfinished.install.100000004",
                        "force DATA",
                        "create install.100000004.tmp",
                        "write install.100000004.tmp 0 27",
                        "force install.100000004.tmp",
                        "rename install.100000004.tmp install.100000004",
                        "force DATA",
                        "rename unfinished.install.100000004 snapshot.100000004",
                        "delete snapshot.3",
                        "delete snapshot.0",
                        "force DATA",
                        "delete log.100000001",
                        "delete log.1",
                        "force LOG",
                        "delete install.100000004",
                        "force DATA");
        assertThat(storage.log().lastZxid()).isEqualTo(Zxid.of(1, 4));
        assertThat(storage.snapshots().newestExact()).map(ExactSnapshot::zxid).contains(Zxid.of(1, 4));
        Recorder.append(storage, Zxid.of(1, 5), Zxid.of(1, 6));
        Recorder found = new Recorder();
        assertThat(new Storage(disk, SETTINGS, EventLog.NONE)
                        .recover(found, found)
                        .lastZxid())
                .isEqualTo(Zxid.of(1, 6));
        assertThat(found.zxids).containsExactly(Zxid.of(1, 5), Zxid.of(1, 6));
        assertThat(found.loaded.digest()).isEqualTo(77);
    }

    @Test
    void zookeeper2872_anInterruptedTransferChangesNothing() {
        Storage storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 3);
        storage.beginInstall(9).write(new byte[100], 0, 100);
        Recorder found = new Recorder();
        new Storage(disk, SETTINGS, EventLog.NONE).recover(found, found);
        assertThat(found.zxids).containsExactly(1L, 2L, 3L);
        SnapshotInstall second = storage.beginInstall(9);
        second.abort();
        Recorder.append(storage, 4, 4);
        assertThat(storage.log().durableZxid()).isEqualTo(4);
    }

    @Test
    void aTransferThatWasForgottenDoesNotDisturbTheNextOne() {
        Storage storage = Recorder.first(disk, SETTINGS);
        SnapshotInstall forgotten = storage.beginInstall(9);
        forgotten.write(new byte[100], 0, 100);
        SnapshotInstall next = storage.beginInstall(9);
        forgotten.abort();
        next.write(Recorder.emptyBody(), 0, 13);
        next.commitWithoutDigest();
        assertThat(recover(SETTINGS).snapshotZxid()).isEqualTo(9);
    }

    @Test
    void anIntentWithoutItsSnapshotIsFatal() {
        Recorder.first(disk, SETTINGS);
        disk.put(
                DiskDirectory.DATA,
                "install.9",
                "install snapshot.9\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> recover(SETTINGS)).hasMessageContaining("that snapshot is not there");
        disk.put(DiskDirectory.DATA, "install.9", new byte[0]);
        assertThatThrownBy(() -> recover(SETTINGS)).hasMessageContaining("install.9 is damaged");
    }

    @Test
    void warningsGoToTheEventLogToo() {
        Recorder.first(disk, SETTINGS);
        disk.put(DiskDirectory.LOG, "log.1", new byte[0]);
        List<String> warned = new ArrayList<>();
        EventLog events = new EventLog() {
            @Override
            public void info(String message) {}

            @Override
            public void warn(String message) {
                warned.add(message);
            }
        };
        Recorder found = new Recorder();
        RecoveredState state = new Storage(disk, SETTINGS, events).recover(found, found);
        assertThat(warned).isEqualTo(state.warnings()).hasSize(1);
    }
}
