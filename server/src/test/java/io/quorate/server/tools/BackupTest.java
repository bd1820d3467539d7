package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replica.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTest {
    @TempDir
    private Path root;

    private WrittenDirectory written;
    private Path data;
    private Path log;
    private Path backup;

    @BeforeEach
    void write() {
        data = root.resolve("data");
        log = root.resolve("log");
        backup = root.resolve("backup");
        written = new WrittenDirectory(data, log);
        written.createMany("/a", 5); // 0x100000002 to 6
        written.snapshot();
        written.createMany("/b", 5); // 0x100000007 to b
    }

    private ToolRun backup() {
        return ToolRun.of("backup", data, backup, "--log-dir", log);
    }

    private ToolRun restore(String name, String... target) {
        Object[] words = new Object[3 + target.length];
        words[0] = "restore";
        words[1] = backup;
        words[2] = root.resolve(name);
        System.arraycopy(target, 0, words, 3, target.length);
        return ToolRun.of(words);
    }

    private static void assertOk(ToolRun run) {
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aBackupIsADataDirectoryThatIsSound() throws IOException {
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out())
                .contains("backup up to 0x10000000b: 2 snapshots, 2 logs, ")
                .contains("note: what follows 0x100000006 was copied from the log that the server writes");
        ToolRun verified = ToolRun.of("verify", backup);
        assertThat(verified.out()).contains("recovery: to 0x10000000b").endsWith("sound\n");
        assertThat(Files.readString(backup.resolve("manifest.json"))).contains("\"lastZxid\" : \"0x10000000b\"");
    }

    @Test
    void aSecondBackupTakesWhatIsNewAndKeepsWhatWasPurged() throws IOException {
        assertOk(backup());
        for (int i = 0; i < 3; i++) {
            written.createMany("/c" + i + "-", 3);
            written.snapshot();
        }
        written.purge();
        assertThat(log.resolve("version-2/log.100000001")).doesNotExist();
        written.createMany("/d", 1);
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out()).contains("backup up to 0x100000015: ").contains(" of them new");
        assertThat(backup.resolve("version-2/log.100000001")).exists();
        assertThat(ToolRun.of("verify", backup).out())
                .contains("recovery: to 0x100000015")
                .endsWith("sound\n");
        assertOk(restore("old", "--zxid", "0x100000004"));
        assertThat(ToolRun.of("verify", root.resolve("old")).out())
                .contains("recovery: to 0x100000004, from the snapshot of 0x0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0x100000001L, 0x100000004L, 0x100000006L, 0x100000007L, 0x10000000aL, 0x10000000bL})
    void restoresToEveryTransactionWithItsTree(long zxid) throws IOException {
        assertOk(backup());
        String shown = "0x" + Long.toHexString(zxid);
        ToolRun run = restore("new", "--zxid", shown);
        assertOk(run);
        assertThat(run.out()).contains("restored to " + shown).contains("Restore every server of the ensemble");
        // The digest that the log has for this transaction is the tree's.
        String digest = ToolRun.of("log", "dump", log, "--from", shown, "--to", shown)
                .out()
                .replaceAll("(?s).*digest=|\\s", "");
        ToolRun verified = ToolRun.of("verify", root.resolve("new"));
        assertThat(verified.out())
                .contains("recovery: to " + shown)
                .contains("digest " + digest + "\n")
                .endsWith("sound\n");
        assertThat(root.resolve("new/version-2/acceptedEpoch")).hasContent("1");
        assertThat(root.resolve("new/version-2/currentEpoch")).hasContent("1");
        assertThat(root.resolve("new/version-2.restoring")).doesNotExist();
    }

    @Test
    void restoresToATimeAndToTheEnd() {
        assertOk(backup());
        // One transaction a second from 22:13:20 on.
        assertThat(restore("at", "--time", "2023-11-14T22:13:24.500Z").out()).contains("restored to 0x100000005");
        assertThat(restore("all", "--latest").out()).contains("restored to 0x10000000b");
        ToolRun early = restore("early", "--time", "2023-11-14T22:13:19Z");
        assertThat(early.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(early.err()).contains("does not reach back further");
        assertThat(restore("late", "--time", "2100-01-01T00:00:00Z").err()).contains("says nothing about");
        assertThat(root.resolve("late/version-2")).doesNotExist();
    }

    @Test
    void logsAndSnapshotsAreRestoredToDirectoriesOfTheirOwn() {
        assertOk(backup());
        Path newLog = root.resolve("new-log");
        assertOk(restore("new-data", "--log-dir", newLog.toString(), "--zxid", "0x100000008"));
        assertThat(newLog.resolve("version-2/log.100000007")).exists();
        assertThat(root.resolve("new-data/version-2/log.100000007")).doesNotExist();
        assertThat(ToolRun.of("verify", root.resolve("new-data"), "--log-dir", newLog)
                        .out())
                .contains("recovery: to 0x100000008")
                .endsWith("sound\n");
    }

    @Test
    void keepsAsManySnapshotsAsItIsTold() throws IOException {
        assertOk(backup());
        for (int i = 0; i < 3; i++) {
            written.createMany("/c" + i + "-", 3);
            written.snapshot();
        }
        written.createMany("/d", 1);
        for (int i = 0; i < 2; i++) {
            ToolRun run = ToolRun.of("backup", data, backup, "--log-dir", log, "--keep", "2");
            assertOk(run);
            assertThat(run.out()).contains("backup up to 0x100000015: 2 snapshots, 3 logs");
        }
        assertThat(backup.resolve("version-2/log.100000001")).doesNotExist();
        assertThat(ToolRun.of("verify", backup).out())
                .contains("recovery: to 0x100000015")
                .endsWith("sound\n");
        assertOk(restore("kept", "--zxid", "0x100000012"));
        assertThat(restore("gone", "--zxid", "0x100000008").err()).contains("does not reach back so far");
        assertThat(ToolRun.of("backup", data, backup, "--keep", "0").exit()).isEqualTo(ToolExit.USAGE);
    }

    /** Apache's server writes snapshots that hold more than their name says, and can be told not to write the sections that would tell. */
    @Test
    void aSnapshotThatDoesNotSayHowFarItReachesIsNotTrustedToEndWithItsName() {
        Path silent = root.resolve("silent");
        WrittenDirectory directory =
                new WrittenDirectory(silent, silent, StorageSettings.DEFAULTS.withSections(false, false));
        directory.createMany("/a", 5); // 0x100000002 to 6
        directory.snapshot();
        directory.createMany("/b", 5); // to b
        directory.snapshot();
        directory.createMany("/c", 1); // c
        ToolRun run = ToolRun.of("backup", silent, backup);
        assertOk(run);
        assertThat(run.out())
                .contains(
                        "the snapshot of 0x100000006 does not say how far it reaches; it counts as one of 0x10000000b")
                .contains(
                        "the snapshot of 0x10000000b does not say how far it reaches; it counts as one of 0x10000000c");
        assertThat(restore("between", "--zxid", "0x100000008").out())
                .contains("snapshot.0 and 8 transactions behind it");
        assertThat(restore("behind", "--zxid", "0x10000000b").out())
                .contains("snapshot.100000006 and 5 transactions behind it");
    }

    /** Its log has been cut since, in front of a later one: to the reader that looks like the end of an Apache server's. */
    @Test
    void aLogThatIsCutShortIsNotRestoredAsIfThatWereItsEnd() throws IOException {
        written.snapshot();
        written.createMany("/later", 2);
        assertOk(backup());
        Path cut = backup.resolve("version-2/log.100000007");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length - 10));
        ToolRun byTime = restore("cut", "--time", "2023-11-14T22:13:31.500Z");
        assertThat(byTime.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(byTime.err()).contains("log.100000007").contains("damaged at offset");
    }

    @Test
    void neverWritesOverAHistory() {
        assertOk(backup());
        ToolRun run = ToolRun.of("restore", backup, data, "--latest");
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("holds files: a restore never writes over a history");
    }

    @Test
    void whatTheBackupDoesNotHoldIsRefused() {
        assertOk(backup());
        assertThat(restore("x", "--zxid", "0x200000000").err()).contains("the backup ends with 0x10000000b");
        assertThat(restore("x").exit()).isEqualTo(ToolExit.USAGE);
        assertThat(restore("x", "--latest", "--zxid", "0x100000001").exit()).isEqualTo(ToolExit.USAGE);
        assertThat(ToolRun.of("restore", data, root.resolve("x"), "--latest").err())
                .contains("is no backup");
    }

    @Test
    void aChangedBackupIsNoticed() {
        assertOk(backup());
        ToolRun.flip(backup.resolve("version-2/snapshot.100000006"), 50);
        ToolRun run = restore("new", "--latest");
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("snapshot.100000006 is not what was backed up");
        assertThat(root.resolve("new/version-2")).doesNotExist();
    }

    @Test
    void aTailThatTheLeaderCutLeavesTheBackupToo() {
        assertOk(backup());
        written.cutAfter(0x100000009L);
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out()).contains("backup up to 0x100000009").contains("the server's leader cut its history");
        assertThat(ToolRun.of("verify", backup).out())
                .contains("recovery: to 0x100000009")
                .endsWith("sound\n");
    }

    @Test
    void aSnapshotOfAFutureThatTheServerGaveUpEndsTheBackup() {
        written.snapshot();
        written.createMany("/later", 2);
        assertOk(backup());
        written.cutAfter(0x100000009L);
        ToolRun run = backup();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err())
                .contains("leaves that of the backup after 0x100000009")
                .contains("snapshot.10000000b")
                .contains("begin a new backup");
    }

    @Test
    void whatRotsInTheBackupIsCopiedOnceMore() throws IOException {
        written.createMany("/long", 1_500);
        written.snapshot();
        written.createMany("/new", 1);
        assertOk(backup());
        Path rotten = backup.resolve("version-2/log.100000007");
        byte[] sound = Files.readAllBytes(rotten);
        byte[] bytes = sound.clone();
        assertThat(bytes.length).as("more than is compared with the server's").isGreaterThan(100_000);
        bytes[5_000] ^= 1;
        Files.write(rotten, bytes);
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out())
                .contains("log.100000007 is not what was backed up")
                .contains("copied once more");
        assertThat(Files.readAllBytes(rotten)).isEqualTo(sound);
        assertThat(ToolRun.of("verify", backup).out()).endsWith("sound\n");
        assertThat(backup().out()).doesNotContain("copied once more");
    }

    @Test
    void aHistoryThatDoesNotGoOnFromTheBackupIsRefused() throws IOException {
        assertOk(backup());
        for (int i = 0; i < 4; i++) {
            written.createMany("/c" + i + "-", 3);
            written.snapshot();
        }
        written.createMany("/d", 1);
        Files.delete(log.resolve("version-2/log.100000001"));
        Files.delete(log.resolve("version-2/log.100000007"));
        ToolRun run = backup();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("the backup ends with 0x10000000b").contains("begin a new backup");
    }

    @Test
    void filesOfAnotherServerAreRefused() {
        assertOk(backup());
        WrittenDirectory other = new WrittenDirectory(root.resolve("other"), root.resolve("other"));
        other.createMany("/other", 12);
        ToolRun run = ToolRun.of("backup", root.resolve("other"), backup);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("not the one in the backup");
    }

    @Test
    void aTornTailIsLeftOutAndDamageIsRefused() throws IOException {
        Path newest = log.resolve("version-2/log.100000007");
        byte[] bytes = Files.readAllBytes(newest);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        System.arraycopy(new byte[] {0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 50, 9}, 0, bytes, end, 13);
        Files.write(newest, bytes);
        assertOk(backup());
        assertThat(backup.resolve("version-2/log.100000007")).hasSize(end);

        ToolRun.flip(newest, 60);
        ToolRun run = ToolRun.of("backup", data, root.resolve("second"), "--log-dir", log);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("log.100000007 is damaged at offset 16");
    }

    /** What reads as the end of the log, with more behind it than one write of a server can leave. */
    @Test
    void zerosInTheMiddleOfTheNewestLogAreDamage() throws IOException {
        for (int i = 0; i < 3; i++) {
            written.create("/large" + i, "x".repeat(700_000));
        }
        Path newest = log.resolve("version-2/log.100000007");
        byte[] bytes = Files.readAllBytes(newest);
        Arrays.fill(bytes, 16, 16 + 200, (byte) 0);
        Files.write(newest, bytes);
        ToolRun run = backup();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("log.100000007 is damaged at offset 16");
    }

    @Test
    void aGapBetweenLogsIsSaid() throws IOException {
        written.snapshot();
        written.createMany("/c", 2);
        Files.delete(log.resolve("version-2/log.100000007"));
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out()).contains("has a gap before log.10000000c");
        assertOk(restore("new", "--latest"));
        assertThat(restore("old", "--zxid", "0x100000006").err()).contains("the oldest is of 0x10000000b");
    }

    @Test
    void aSnapshotThatIsNotWholeIsLeftOut() throws IOException {
        Path snapshot = data.resolve("version-2/snapshot.100000006");
        Files.write(snapshot, Arrays.copyOf(Files.readAllBytes(snapshot), 100));
        ToolRun run = backup();
        assertOk(run);
        assertThat(run.out())
                .contains("snapshot.100000006 is not whole and is left out")
                .contains("1 snapshots");
        assertOk(restore("new", "--latest"));
    }

    @Test
    void anInterruptedBackupIsTheOneBefore() throws IOException {
        assertOk(backup());
        String manifest = Files.readString(backup.resolve("manifest.json"));
        written.createMany("/c", 3);
        assertOk(backup());
        // As if the second one had ended before its manifest, and in the middle of a file.
        Files.writeString(backup.resolve("manifest.json"), manifest);
        Files.write(backup.resolve("version-2/log.100000007"), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        assertThat(restore("first", "--latest").out()).contains("restored to 0x10000000b");
        assertOk(backup());
        assertThat(restore("second", "--latest").out()).contains("restored to 0x10000000e");
    }

    @Test
    void aDirectoryWithOtherFilesIsLeftAlone() throws IOException {
        Files.createDirectories(backup);
        Files.writeString(backup.resolve("notes.txt"), "mine");
        assertThat(backup().err()).contains("holds notes.txt and no backup");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gz", "snappy", "sealed-once"})
    void filesOfApacheAreBackedUpAndRestored(String folder) {
        assertOk(ToolRun.of("backup", ToolRun.apache(folder), backup));
        assertOk(restore("new", "--latest"));
        assertThat(ToolRun.of("verify", root.resolve("new")).out()).endsWith("sound\n");
        assertOk(restore("early", "--zxid", "0x5"));
        assertThat(ToolRun.of("verify", root.resolve("early")).out()).contains("recovery: to 0x5,");
    }
}
