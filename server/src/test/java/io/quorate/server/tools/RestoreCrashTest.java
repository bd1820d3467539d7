package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.StorageException;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restore that is killed at each change of the disk in turn, half of it done: no server takes what is there for a history, and it can be done again. */
class RestoreCrashTest {
    private static final int MAX_FIELD = 1 << 20;
    private static final int FEWEST_CHANGES = 8;

    @TempDir
    private Path root;

    private Path backup;
    private long last;

    @BeforeEach
    void backUp() {
        Path data = root.resolve("data");
        WrittenDirectory written = new WrittenDirectory(data, data);
        written.createMany("/a", 5);
        written.snapshot();
        written.createMany("/b", 5);
        last = written.lastZxid();
        backup = root.resolve("backup");
        assertThat(ToolRun.of("backup", data, backup).exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCrashPointOfARestoreLeavesNothingOrAll(boolean ownLogDirectory) throws IOException {
        int crash = 1;
        while (stops(crash, ownLogDirectory)) {
            Path data = root.resolve("to-" + crash);
            Path log = ownLogDirectory ? root.resolve("log-" + crash) : data;
            requireNothingOrAll(data, log);
            restoreAgain(data, log);
            requireAll(data, log);
            crash++;
        }
        assertThat(crash).isGreaterThan(FEWEST_CHANGES);
    }

    private boolean stops(int crash, boolean ownLogDirectory) throws IOException {
        Path data = Files.createDirectories(root.resolve("to-" + crash));
        Path log = ownLogDirectory ? Files.createDirectories(root.resolve("log-" + crash)) : data;
        try {
            restore(data, log, new Stopping(crash));
            requireAll(data, log);
            return false;
        } catch (Stop stopped) {
            return true;
        }
    }

    private void restore(Path data, Path log, FileChanges changes) throws IOException {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        new Restore(backup, MAX_FIELD, data, log, new Findings(nowhere), new Progress(nowhere, false), changes)
                .run(new RestoreTarget());
    }

    private void restoreAgain(Path data, Path log) throws IOException {
        if (!Files.exists(data.resolve("version-2"))) {
            restore(data, log, FileChanges.REAL);
        }
    }

    private void requireNothingOrAll(Path data, Path log) throws IOException {
        if (Files.exists(data.resolve("version-2"))) {
            requireAll(data, log);
        } else if (Files.exists(log.resolve("version-2"))) {
            Path empty = Files.createDirectories(data.resolve("as-a-server-makes-it"));
            assertThatThrownBy(() -> Rehearsal.of(new ReadOnlyDisk(empty, log.resolve("version-2")), MAX_FIELD))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("was stopped")
                    .hasMessageContaining("zkTool.sh restore");
        }
    }

    private void requireAll(Path data, Path log) {
        ReadOnlyDisk disk = new ReadOnlyDisk(data.resolve("version-2"), log.resolve("version-2"));
        Rehearsal found = Rehearsal.of(disk, MAX_FIELD);
        assertThat(Zxid.show(found.state().lastZxid())).isEqualTo(Zxid.show(last));
        assertThat(found.state().acceptedEpoch()).isEqualTo(1);
    }

    @Test
    void aRestoreBeginsAnewWhatWasInterrupted() throws IOException {
        Path data = Files.createDirectories(root.resolve("to"));
        Path staging = Files.createDirectories(data.resolve("version-2.restoring"));
        Files.writeString(staging.resolve("snapshot.100000099"), "half");
        restore(data, data, FileChanges.REAL);
        requireAll(data, data);
    }

    /** Its mark was left, and a server has lived with the directories since: those are its logs. */
    @Test
    void theLogsOfAServerAreNotTakenForThoseOfAStoppedRestore() throws IOException {
        Path data = Files.createDirectories(root.resolve("to"));
        Path log = Files.createDirectories(root.resolve("log"));
        restore(data, log, FileChanges.REAL);
        Path logs = log.resolve("version-2");
        Files.writeString(logs.resolve("restore-unfinished"), "");
        Files.move(data.resolve("version-2"), data.resolve("version-2.old"));
        assertThatThrownBy(() -> restore(data, log, FileChanges.REAL))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("move " + logs + " aside, and restore again");
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Half of the change of this number is done, and nothing after it. */
    private static final class Stopping implements FileChanges {
        private int left;

        Stopping(int change) {
            left = change;
        }

        private boolean stopsNow() {
            return --left == 0;
        }

        @Override
        public void makeDirectories(Path directory) throws IOException {
            requireGoing();
            REAL.makeDirectories(directory);
        }

        @Override
        public void copy(DiskFile from, long end, Path to, Progress progress) throws IOException {
            if (stopsNow()) {
                REAL.copy(from, end / 2, to, progress);
                throw new Stop();
            }
            REAL.copy(from, end, to, progress);
        }

        @Override
        public void write(Path file, String text) throws IOException {
            if (stopsNow()) {
                REAL.write(file, text.substring(0, text.length() / 2));
                throw new Stop();
            }
            REAL.write(file, text);
        }

        @Override
        public void delete(Path path) throws IOException {
            requireGoing();
            REAL.delete(path);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            requireGoing();
            REAL.move(from, to);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            requireGoing();
            REAL.forceDirectory(directory);
        }

        private void requireGoing() {
            if (stopsNow()) {
                throw new Stop();
            }
        }
    }
}
