package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EpochFilesTest {
    private final MapDisk disk = new MapDisk();
    private Storage storage;

    @BeforeEach
    void start() {
        storage = Recorder.first(disk, StorageSettings.DEFAULTS);
        disk.done();
    }

    private String stored(String name) {
        return new String(disk.contents(DiskDirectory.DATA, name), StandardCharsets.US_ASCII);
    }

    private void store(String name, String text) {
        disk.put(DiskDirectory.DATA, name, text.getBytes(StandardCharsets.US_ASCII));
    }

    private RecoveredState recover() {
        Recorder found = new Recorder();
        return new Storage(disk, StorageSettings.DEFAULTS, EventLog.NONE).recover(found, found);
    }

    /** A history that ends in epoch 3. */
    private void epochThree() {
        storage.epochs().writeAcceptedEpochDurable(3);
        Recorder.append(storage, Zxid.of(3, 1), Zxid.of(3, 4));
    }

    @Test
    void aNewServerStartsWithZero() {
        assertThat(stored("acceptedEpoch")).isEqualTo("0");
        assertThat(stored("currentEpoch")).isEqualTo("0");
    }

    @Test
    void isWrittenToATemporaryFileForcedRenamedAndTheDirectoryForced() {
        storage.epochs().writeAcceptedEpochDurable(12);
        assertThat(disk.done())
                .containsExactly(
                        "create acceptedEpoch.tmp",
                        "write acceptedEpoch.tmp 0 2",
                        "force acceptedEpoch.tmp",
                        "rename acceptedEpoch.tmp acceptedEpoch",
                        "force DATA");
        assertThat(stored("acceptedEpoch")).as("decimal, no newline").isEqualTo("12");
    }

    @Test
    void promisesAreNotTakenBack() {
        storage.epochs().writeAcceptedEpochDurable(5);
        assertThatThrownBy(() -> storage.epochs().writeAcceptedEpochDurable(4))
                .hasMessageContaining("back from 5 to 4");
        assertThatThrownBy(() -> storage.epochs().writeCurrentEpochDurable(6))
                .hasMessageContaining("possible are 0 to 5");
        storage.epochs().writeCurrentEpochDurable(5);
        assertThatThrownBy(() -> storage.epochs().writeCurrentEpochDurable(4))
                .hasMessageContaining("possible are 5 to 5");
    }

    @Test
    void zookeeper4269_aFailedWriteLeavesTheOldPromiseAndCanBeRepeated() {
        for (String failing : new String[] {"create", "write", "force acceptedEpoch.tmp", "rename"}) {
            disk.failWhen(operation -> operation.startsWith(failing));
            assertThatThrownBy(() -> storage.epochs().writeAcceptedEpochDurable(7))
                    .isInstanceOf(DiskException.class);
            disk.failWhen(operation -> false);
            assertThat(storage.epochs().acceptedEpoch()).isZero();
            assertThat(recover().acceptedEpoch()).isZero();
        }
        storage.epochs().writeAcceptedEpochDurable(7);
        assertThat(recover().acceptedEpoch()).isEqualTo(7);
    }

    @Test
    void zookeeper4643_aHistoryAheadOfItsEpochIsAnUnfinishedSynchronisation() {
        epochThree();
        RecoveredState state = recover();
        assertThat(state.currentEpoch()).isZero();
        assertThat(state.acceptedEpoch()).isEqualTo(3);
        assertThat(state.lastZxid()).isEqualTo(Zxid.of(3, 4));
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("was not finished"));
    }

    @Test
    void aHistoryBeyondEveryPromiseIsFatal() {
        epochThree();
        store("acceptedEpoch", "2");
        assertThatThrownBy(this::recover).hasMessageContaining("of epoch 3").hasMessageContaining("above 2");
    }

    @Test
    void zookeeper2307_acceptedEpochBelowCurrentEpochIsFatal() {
        store("currentEpoch", "4");
        store("acceptedEpoch", "3");
        assertThatThrownBy(this::recover).hasMessageContaining("acceptedEpoch is 3 and currentEpoch is 4");
    }

    @Test
    void missingFilesAreMadeFromTheHistory() {
        epochThree();
        disk.delete(DiskDirectory.DATA, "acceptedEpoch");
        disk.delete(DiskDirectory.DATA, "currentEpoch");
        RecoveredState state = recover();
        assertThat(state.currentEpoch()).isEqualTo(3);
        assertThat(state.acceptedEpoch()).isEqualTo(3);
        assertThat(stored("currentEpoch")).isEqualTo("3");
        assertThat(stored("acceptedEpoch")).isEqualTo("3");
        assertThat(state.warnings()).hasSize(2);
    }

    @Test
    void aMissingPromiseThatWasAboveTheHistoryIsFatal() {
        store("currentEpoch", "4");
        disk.delete(DiskDirectory.DATA, "acceptedEpoch");
        assertThatThrownBy(this::recover).hasMessageContaining("acceptedEpoch is missing and currentEpoch is 4");
    }

    @Test
    void garbageIsFatal() {
        for (String garbage :
                new String[] {"", "x", "-1", "1.5", "99999999999999999999", "\0\0", "1 2", "9223372036854775808"}) {
            store("acceptedEpoch", garbage);
            assertThatThrownBy(this::recover)
                    .as(garbage)
                    .isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining("acceptedEpoch is damaged")
                    .hasMessageContaining("instead of a decimal number");
        }
    }

    @Test
    void aNewlineOfAnEditorIsAccepted() {
        store("acceptedEpoch", "5\n");
        assertThat(recover().acceptedEpoch()).isEqualTo(5);
    }

    @Test
    void temporaryFilesAreDropped() {
        store("acceptedEpoch.tmp", "9");
        store("currentEpoch.tmp", "");
        assertThat(recover().acceptedEpoch()).isZero();
        assertThat(disk.list(DiskDirectory.DATA)).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void aStandaloneServerHasNone() {
        MapDisk standalone = new MapDisk();
        Recorder.first(standalone, StorageSettings.DEFAULTS.withEnsemble(false));
        assertThat(standalone.list(DiskDirectory.DATA)).containsExactly("snapshot.0");
    }
}
