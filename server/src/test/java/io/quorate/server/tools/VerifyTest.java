package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.server.disk.HeldDisk;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyTest {
    @TempDir
    private Path root;

    private WrittenDirectory written;
    private Path data;
    private Path log;

    @BeforeEach
    void write() {
        written = new WrittenDirectory(root.resolve("data"), root.resolve("log"));
        data = root.resolve("data/version-2");
        log = root.resolve("log/version-2");
        written.createMany("/a", 5);
        written.snapshot();
        written.createMany("/b", 5);
        written.snapshot();
        written.createMany("/c", 5);
    }

    private ToolRun verify() throws IOException {
        Map<Path, String> before = contents();
        ToolRun run = ToolRun.of("verify", root.resolve("data"), "--log-dir", root.resolve("log"));
        assertThat(contents()).as("nothing is written").isEqualTo(before);
        return run;
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                FileTime changed = Files.getLastModifiedTime(file);
                found.put(file, changed + " " + (Files.isRegularFile(file) ? Files.size(file) : 0));
            }
        }
        return found;
    }

    /** A running server. */
    @Test
    void whatIsPurgedAndWrittenMeanwhileDoesNotLookDamaged() {
        StringWriter out = new StringWriter();
        ReadOnlyDisk disk = new ReadOnlyDisk(data, log);
        try (HeldDisk held = HeldDisk.open(disk)) {
            for (int i = 0; i < 3; i++) {
                written.snapshot();
                written.createMany("/d" + i + "-", 2);
            }
            written.purge();
            assertThat(log.resolve("log.100000001")).doesNotExist();
            Progress progress = new Progress(new PrintWriter(out), false);
            int exit = new DirectoryCheck(disk, held, 1 << 20, new Findings(new PrintWriter(out)), progress).run();
            assertThat(exit).as(out.toString()).isZero();
        }
        assertThat(out.toString()).contains("recovery: to 0x100000010").endsWith("sound\n");
    }

    @Test
    void aWholeDirectoryIsSoundAndRecoveryGoesToItsEnd() throws IOException {
        ToolRun run = verify();
        assertThat(run.out())
                .contains("acceptedEpoch: 1")
                .contains("digests: those of 16 transactions are the tree's")
                .contains("recovery: to 0x100000010, from the snapshot of 0x10000000b and 5 transactions behind it")
                .contains("digest 0x" + Long.toHexString(written.tree().digest()))
                .endsWith("sound\n");
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gz", "snappy", "sealed-once", "zxid-section"})
    void directoriesOfApacheAreSound(String folder) {
        ToolRun run = ToolRun.of("verify", ToolRun.apache(folder));
        assertThat(run.out()).endsWith("sound\n");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aFlippedBitInAnOldLogIsDamageThoughRecoveryDoesNotReadIt() throws IOException {
        ToolRun.flip(log.resolve("log.100000001"), 300);
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("damage: " + log.resolve("log.100000001") + ": damaged at offset ");
        assertThat(run.out()).contains("recovery: to 0x100000010");
    }

    @Test
    void anOldLogWhoseEntriesAreHiddenByALengthIsDamaged() throws IOException {
        ToolRun.flip(log.resolve("log.100000001"), 16 + 8 + 1);
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("damaged at offset 16: ", "the length has changed");
    }

    @Test
    void aFlippedBitInTheNewestLogIsDamageAndNoServerStarts() throws IOException {
        ToolRun.flip(log.resolve("log.10000000c"), 60);
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("damage: a server does not start with these files");
    }

    @Test
    void aTornTailIsNoDamage() throws IOException {
        Path newest = log.resolve("log.10000000c");
        byte[] bytes = Files.readAllBytes(newest);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        System.arraycopy(new byte[] {0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 50, 9}, 0, bytes, end, 13);
        Files.write(newest, bytes);
        ToolRun run = verify();
        assertThat(run.out()).contains("unfinished write of 13 bytes").endsWith("sound\n");
        assertThat(run.exit()).isZero();
    }

    @Test
    void aMissingLogIsAGap() throws IOException {
        Files.delete(log.resolve("log.10000000c"));
        Files.delete(data.resolve("snapshot.10000000b"));
        written.snapshot();
        written.createMany("/d", 1);
        Files.delete(data.resolve("snapshot.100000010"));
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("transactions between 0x10000000b and 0x100000011 are missing");
    }

    @Test
    void aGapThatASnapshotCoversIsOnlySaid() throws IOException {
        Files.delete(log.resolve("log.100000007"));
        ToolRun run = verify();
        assertThat(run.out())
                .contains("note: transactions between 0x100000006 and 0x10000000c are missing before log.10000000c; "
                        + "snapshot.10000000b has their effects")
                .endsWith("sound\n");
    }

    @Test
    void aSnapshotWithoutItsEndIsDamage() throws IOException {
        Path snapshot = data.resolve("snapshot.10000000b");
        byte[] bytes = Files.readAllBytes(snapshot);
        Files.write(snapshot, Arrays.copyOf(bytes, bytes.length - 20));
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out())
                .contains(snapshot + ": ")
                .contains("recovery: to 0x100000010, from the snapshot of 0x100000006");
    }

    @Test
    void epochFilesThatContradictTheHistoryAreDamage() throws IOException {
        Files.writeString(data.resolve("acceptedEpoch"), "0");
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("acceptedEpoch is 0");
        Files.writeString(data.resolve("acceptedEpoch"), "one");
        assertThat(verify().out()).contains("it holds \"one\" instead of a decimal number");
    }

    @Test
    void aLogWithoutSnapshotIsDamage() throws IOException {
        for (String name : new String[] {"snapshot.0", "snapshot.100000006", "snapshot.10000000b"}) {
            Files.delete(data.resolve(name));
        }
        ToolRun run = verify();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.out()).contains("no snapshot");
    }

    @Test
    void progressIsShownOnATerminalOnly() {
        ToolRun run = ToolRun.onTerminal("verify", root.resolve("data"), "--log-dir", root.resolve("log"));
        assertThat(run.err()).contains("\rreading log.100000001 ");
    }

    @Test
    void noDirectoryIsAUsageError() {
        assertThat(ToolRun.of("verify", root.resolve("nowhere")).exit()).isEqualTo(ToolExit.USAGE);
    }
}
