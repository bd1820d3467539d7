package io.quorate.server.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system that is really full, or really read-only: of 1 MiB, in memory. Needs the right to mount one, and is skipped without. */
class SmallFileSystemTest {
    private static final int FILLER_BYTES = 200 << 10;

    @TempDir
    private Path place;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place.toString());
        Assumptions.assumeTrue(mounted, "no file system can be mounted here: a disk that is really full is not tried");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            // A storage that was given up still has its log open: the file system goes with the last file.
            assertThat(run("umount", "-l", place.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // There is no such program.
        }
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Test
    void aFullDiskKeepsWhatIsForcedAndGoesOnWhenThereIsRoom() throws IOException {
        Path filler = Files.write(place.resolve("filler"), new byte[FILLER_BYTES]);
        Storage storage = open();
        assertThat(replay(storage)).isEmpty();
        snapshot(storage, 0);
        long zxid = appendUntilFull(storage);
        long durable = storage.log().durableZxid();
        assertThat(durable).isEqualTo(zxid - 1).isPositive();
        assertThatThrownBy(() -> storage.log().force())
                .isInstanceOf(NoRoomException.class)
                .hasMessageContaining(place.toString())
                .hasMessageContaining("The disk is full: make room");
        assertThatThrownBy(() -> snapshot(storage, durable)).isInstanceOf(NoRoomException.class);

        Files.delete(filler);
        assertThat(storage.log().force()).isEqualTo(zxid);
        assertThat(replay(open())).hasSize((int) zxid).endsWith(zxid);
    }

    @Test
    void anEpochFileThatFindsNoRoomIsStillTheOldOne() throws IOException {
        Storage storage = open();
        replay(storage);
        snapshot(storage, 0);
        storage.epochs().writeAcceptedEpochDurable(1);
        Path filler = fill();
        assertThatThrownBy(() -> storage.epochs().writeAcceptedEpochDurable(2)).isInstanceOf(NoRoomException.class);
        assertThat(place.resolve("version-2/acceptedEpoch")).hasContent("1");
        Files.delete(filler);
        storage.epochs().writeAcceptedEpochDurable(2);
        assertThat(place.resolve("version-2/acceptedEpoch")).hasContent("2");
    }

    @Test
    void aReadOnlyFileSystemIsNamedAtTheStart() throws Exception {
        open();
        assertThat(run("mount", "-o", "remount,ro", place.toString())).isTrue();
        assertThatThrownBy(this::open)
                .isInstanceOf(DiskException.class)
                .hasMessageContaining(place.resolve("version-2").toString())
                .hasMessageContaining("whether its file system is mounted read-only");
    }

    private Storage open() {
        return new Storage(
                FileDisk.open(place, place, true, new ForceTimes(1000)),
                StorageSettings.DEFAULTS.withPreAllocKiB(64),
                EventLog.NONE);
    }

    private Path fill() throws IOException {
        Path filler = place.resolve("filler");
        long left = Files.getFileStore(place).getUsableSpace();
        return Files.write(filler, new byte[(int) left]);
    }

    private static long appendUntilFull(Storage storage) {
        for (long zxid = 1; ; zxid++) {
            storage.log()
                    .append(zxid, ByteBuffer.allocate(10_000).putLong(12, zxid).array());
            try {
                storage.log().force();
            } catch (NoRoomException e) {
                return zxid;
            }
        }
    }

    private static void snapshot(Storage storage, long zxid) {
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        writer.write("*".getBytes(StandardCharsets.US_ASCII), 0, 1);
        writer.finish(zxid, 1);
    }

    private static List<Long> replay(Storage storage) {
        List<Long> zxids = new ArrayList<>();
        storage.recover(zxid -> new OneByte(), (zxid, txn) -> zxids.add(zxid));
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
