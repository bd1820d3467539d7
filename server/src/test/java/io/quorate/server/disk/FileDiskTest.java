package io.quorate.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotInstall;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.replica.storage.TruncateResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    @TempDir
    private Path root;

    private FileDisk open() {
        return FileDisk.open(root.resolve("data"), root.resolve("log"), true, new ForceTimes(1000));
    }

    private static void create(FileDisk disk, DiskDirectory directory, String name, String text) {
        try (DiskFile file = disk.open(directory, name, OpenMode.CREATE)) {
            file.write(0, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            file.force();
        }
        disk.forceDirectory(directory);
    }

    @Test
    void keepsFilesInVersion2OfBothDirectories() {
        FileDisk disk = open();
        create(disk, DiskDirectory.DATA, "currentEpoch", "3");
        create(disk, DiskDirectory.LOG, "log.1", "x");
        assertThat(root.resolve("data/version-2/currentEpoch")).hasContent("3");
        assertThat(root.resolve("log/version-2/log.1")).hasContent("x");
        assertThat(disk.oneDirectory()).isFalse();
        assertThat(disk.list(DiskDirectory.DATA)).containsExactly("currentEpoch");
        assertThat(disk.read(DiskDirectory.DATA, "currentEpoch")).containsExactly('3');
        assertThat(disk.freeBytes(DiskDirectory.LOG)).isPositive();
    }

    @Test
    void noticesThatBothAreOneDirectory() throws IOException {
        Files.createSymbolicLink(root.resolve("log"), Files.createDirectories(root.resolve("data")));
        assertThat(open().oneDirectory()).isTrue();
    }

    @Test
    void missingDirectoriesAreRefusedWithoutAutocreate() {
        assertThatThrownBy(() -> FileDisk.open(root.resolve("data"), root.resolve("log"), false, new ForceTimes(1000)))
                .isInstanceOf(DiskException.class)
                .hasMessageContaining("dataDir")
                .hasMessageContaining("mounted");
    }

    @Test
    void readsWritesAndCutsAtPositions() {
        FileDisk disk = open();
        try (DiskFile file = disk.open(DiskDirectory.LOG, "log.1", OpenMode.CREATE)) {
            file.write(10, ByteBuffer.wrap(new byte[] {1, 2, 3}));
            ByteBuffer read = ByteBuffer.allocate(20);
            assertThat(file.read(9, read)).isEqualTo(4);
            assertThat(read.flip().get()).as("a gap reads as zeros").isZero();
            assertThat(file.read(13, ByteBuffer.allocate(1))).isEqualTo(-1);
            file.truncate(11);
            file.force();
        }
        assertThat(disk.size(DiskDirectory.LOG, "log.1")).isEqualTo(11);
    }

    @Test
    void errorsNameTheFileTheAttemptAndWhatToDo() throws IOException {
        FileDisk disk = open();
        create(disk, DiskDirectory.LOG, "log.1", "x");
        assertThatThrownBy(() -> disk.open(DiskDirectory.LOG, "log.1", OpenMode.CREATE))
                .hasMessageContaining("log/version-2/log.1: cannot make the file")
                .hasMessageContaining("another server");
        assertThatThrownBy(() -> disk.open(DiskDirectory.LOG, "log.2", OpenMode.READ))
                .hasMessageContaining("cannot open the file")
                .hasMessageContaining("It is missing");
        assertThatThrownBy(() -> disk.delete(DiskDirectory.LOG, "log.2")).hasMessageContaining("cannot delete");
        assertThatThrownBy(() -> disk.rename(DiskDirectory.LOG, "log.2", "log.3"))
                .hasMessageContaining("rename it to log.3");
        Files.write(root.resolve("data/version-2/acceptedEpoch"), new byte[5000]);
        assertThatThrownBy(() -> disk.read(DiskDirectory.DATA, "acceptedEpoch")).hasMessageContaining("5000 bytes");
        assertThatThrownBy(() -> {
                    try (DiskFile file = disk.open(DiskDirectory.LOG, "log.1", OpenMode.READ)) {
                        file.write(0, ByteBuffer.allocate(1));
                    }
                })
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void theMarkerIsInTheLogDirectoryItself() throws IOException {
        FileDisk disk = open();
        assertThat(disk.initializeMarkerExists()).isFalse();
        disk.deleteInitializeMarker();
        Files.createFile(root.resolve("log/initialize"));
        assertThat(disk.initializeMarkerExists()).isTrue();
        disk.deleteInitializeMarker();
        assertThat(root.resolve("log/initialize")).doesNotExist();
    }

    /** Everything a storage does, on a real file system; what crashes do to it is the simulator's to show. */
    @Test
    void aStorageLivesOnIt() {
        Storage storage = new Storage(open(), StorageSettings.DEFAULTS.withPreAllocKiB(64), EventLog.NONE);
        assertThat(replay(storage)).isEmpty();
        snapshot(storage, 0);
        append(storage, 1, 20);
        snapshot(storage, 20);
        append(storage, 21, 30);
        assertThat(root.resolve("log/version-2/log.15")).hasSize(16 + 65536);
        assertThat(storage.truncateAfter(25)).isEqualTo(TruncateResult.CUT);
        assertThat(replay(storage)).containsExactly(21L, 22L, 23L, 24L, 25L);
        append(storage, 26, 26);
        storage.epochs().writeAcceptedEpochDurable(2);
        storage.epochs().writeCurrentEpochDurable(2);
        Storage again = new Storage(open(), StorageSettings.DEFAULTS, EventLog.NONE);
        assertThat(replay(again)).containsExactly(21L, 22L, 23L, 24L, 25L, 26L);
        SnapshotInstall install = again.beginInstall((2L << 32) + 5);
        install.write(new byte[] {42}, 0, 1);
        install.commit(1);
        assertThat(root.resolve("log/version-2")).isEmptyDirectory();
        append(again, (2L << 32) + 6, (2L << 32) + 7);
        assertThat(replay(new Storage(open(), StorageSettings.DEFAULTS, EventLog.NONE)))
                .containsExactly((2L << 32) + 6, (2L << 32) + 7);
    }

    @Test
    void whatAPurgeLeavesIsEnoughForEachSnapshotThatStays() throws IOException {
        Storage storage = new Storage(open(), StorageSettings.DEFAULTS.withPreAllocKiB(64), EventLog.NONE);
        replay(storage);
        for (long zxid = 0; zxid <= 50; zxid += 10) {
            snapshot(storage, zxid);
            append(storage, zxid + 1, zxid + 10);
        }
        assertThat(storage.purge(Long.MAX_VALUE)).isEqualTo(new Storage.Purged(3, 2, false));
        assertThat(root.resolve("data/version-2"))
                .isDirectoryNotContaining("glob:**/snapshot.{0,a,14}")
                .isDirectoryContaining("glob:**/snapshot.1e");
        Files.delete(root.resolve("data/version-2/snapshot.32"));
        Files.delete(root.resolve("data/version-2/snapshot.28"));
        assertThat(replay(new Storage(open(), StorageSettings.DEFAULTS, EventLog.NONE)))
                .hasSize(30)
                .startsWith(31L)
                .endsWith(60L);
    }

    private static void append(Storage storage, long from, long to) {
        for (long zxid = from; zxid <= to; zxid++) {
            storage.log().append(zxid, ByteBuffer.allocate(40).putLong(12, zxid).array());
        }
        storage.log().force();
    }

    private static void snapshot(Storage storage, long zxid) {
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        writer.write(new byte[] {42}, 0, 1);
        writer.finish(zxid, 1);
    }

    private static List<Long> replay(Storage storage) {
        List<Long> zxids = new ArrayList<>();
        RecoveredState state = storage.recover(zxid -> new OneByte(), (zxid, txn) -> zxids.add(zxid));
        assertThat(state.warnings()).isEmpty();
        return zxids;
    }

    /** A body of one byte. */
    private static final class OneByte implements SnapshotBodySink {
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
    }
}
