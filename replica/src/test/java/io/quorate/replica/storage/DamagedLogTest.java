package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of damaged logs in the format reference, and what only a crash of this server leaves behind. */
class DamagedLogTest {
    private static final StorageSettings SETTINGS = StorageSettings.DEFAULTS.withPreAllocKiB(8);
    private static final int ENTRY = 32 + 20 + 13;

    private final MapDisk disk = new MapDisk();
    private Storage storage;

    @BeforeEach
    void tenTransactions() {
        storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 10);
    }

    private static int offset(int entry) {
        return 16 + (entry - 1) * ENTRY;
    }

    private RecoveredState recover(Recorder found) {
        return new Storage(disk, SETTINGS, EventLog.NONE).recover(found, found);
    }

    private List<Long> recovered() {
        Recorder found = new Recorder();
        recover(found);
        return found.zxids;
    }

    private void isFatal(String... parts) {
        byte[] before = disk.contents(DiskDirectory.LOG, "log.1").clone();
        for (String part : parts) {
            assertThatThrownBy(this::recovered)
                    .isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining(part)
                    .hasMessageContaining("rebuild this server from the leader");
        }
        assertThat(disk.contents(DiskDirectory.LOG, "log.1"))
                .as("damage is left as it is")
                .isEqualTo(before);
    }

    private void putByte(int position, int value) {
        disk.contents(DiskDirectory.LOG, "log.1")[position] = (byte) value;
    }

    private void zero(int from, int to) {
        Arrays.fill(disk.contents(DiskDirectory.LOG, "log.1"), from, to, (byte) 0);
    }

    @Test
    void anEntryThatIsCutShortAtTheEndIsCutOff() {
        for (int length = offset(10) + 5; length < offset(11); length++) {
            tenAgain();
            disk.cut(DiskDirectory.LOG, "log.1", length);
            Recorder found = new Recorder();
            RecoveredState state = recover(found);
            assertThat(state.lastZxid()).isEqualTo(9);
            assertThat(disk.size(DiskDirectory.LOG, "log.1")).isEqualTo(offset(10));
            assertThat(state.warnings()).anyMatch(warning -> warning.contains("log.1 ends at offset " + offset(10)));
        }
    }

    @Test
    void aTornEntryInsideThePaddingIsCutOff() {
        for (int torn = offset(10) + 1; torn < offset(11); torn++) {
            tenAgain();
            zero(torn, offset(11));
            assertThat(recovered()).as("torn at " + torn).hasSize(9);
        }
    }

    private void tenAgain() {
        for (String name : disk.list(DiskDirectory.LOG)) {
            disk.delete(DiskDirectory.LOG, name);
        }
        Recorder.append(Recorder.open(disk, SETTINGS, new Recorder()), 1, 10);
    }

    @Test
    void whatWasTornStaysGoneWhenLaterFilesFollow() {
        zero(offset(10) + 20, offset(11));
        Storage again = Recorder.open(disk, SETTINGS, new Recorder());
        Recorder.append(again, 10, 11);
        assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1", "log.a");
        assertThat(recovered()).hasSize(11).isSorted();
        again = Recorder.open(disk, SETTINGS, new Recorder());
        try (TxnLogCursor cursor = again.log().read(1)) {
            int count = 0;
            while (cursor.next()) {
                count++;
            }
            assertThat(count).isEqualTo(11);
        }
    }

    @Test
    void anOlderFileOfAnApacheServerMayEndWithinAnEntry() {
        disk.cut(DiskDirectory.LOG, "log.1", offset(10) + 30);
        MapDisk other = new MapDisk();
        Storage writer = Recorder.first(other, SETTINGS);
        Recorder.append(writer, 1, 9);
        writer.log().roll();
        Recorder.append(writer, 10, 11);
        disk.put(DiskDirectory.LOG, "log.a", other.contents(DiskDirectory.LOG, "log.a"));
        Recorder found = new Recorder();
        RecoveredState state = recover(found);
        assertThat(found.zxids).hasSize(11);
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("unfinished entry"));
    }

    /** With a later epoch behind it no zxid says that anything is missing. */
    @Test
    void anyChangedBitOfALengthInTheLastFileOfAnEpochIsNoticed() {
        storage.log().roll();
        Recorder.append(storage, Zxid.of(2, 1), Zxid.of(2, 2));
        byte[] whole = Arrays.copyOf(disk.contents(DiskDirectory.LOG, "log.1"), offset(11));
        for (int entry = 1; entry <= 10; entry++) {
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                disk.put(DiskDirectory.LOG, "log.1", whole.clone());
                disk.contents(DiskDirectory.LOG, "log.1")[offset(entry) + Long.BYTES + bit / 8] ^=
                        (byte) (1 << bit % 8);
                assertThatThrownBy(this::recovered)
                        .as("bit " + bit + " of the length of entry " + entry)
                        .isInstanceOf(DamagedFileException.class)
                        .hasMessageContaining("log.1 is damaged at offset " + offset(entry))
                        .hasMessageContaining("rebuild this server from the leader");
            }
        }
    }

    /** While the server runs, and feeds a learner from the log: found by the simulator, seed 1026195967628. */
    @Test
    void whoReadsTheLogForALearnerNoticesAChangedBitOfALengthToo() {
        storage.log().roll();
        Recorder.append(storage, Zxid.of(2, 1), Zxid.of(2, 2));
        byte[] whole = Arrays.copyOf(disk.contents(DiskDirectory.LOG, "log.1"), offset(11));
        for (int entry = 1; entry <= 10; entry++) {
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                disk.put(DiskDirectory.LOG, "log.1", whole.clone());
                disk.contents(DiskDirectory.LOG, "log.1")[offset(entry) + Long.BYTES + bit / 8] ^=
                        (byte) (1 << bit % 8);
                assertThatThrownBy(this::readAll)
                        .as("bit " + bit + " of the length of entry " + entry)
                        .isInstanceOf(DamagedFileException.class)
                        .hasMessageContaining("log.1 is damaged at offset " + offset(entry))
                        .hasMessageContaining("The learner gets a snapshot instead");
            }
        }
    }

    private void readAll() {
        try (TxnLogCursor cursor = storage.log().read(0)) {
            while (cursor.next()) {
                assertThat(cursor.txn()).isNotEmpty();
            }
        }
    }

    @Test
    void anOlderFileThatMissesTransactionsIsFatal() {
        storage.log().roll();
        Recorder.append(storage, 11, 12);
        disk.cut(DiskDirectory.LOG, "log.1", offset(9) + 30);
        assertThatThrownBy(this::recovered).hasMessageContaining("transaction 0xb comes after 0x8");
    }

    @Test
    void aMissingFileIsFatal() {
        storage.log().roll();
        Recorder.append(storage, 11, 12);
        storage.log().roll();
        Recorder.append(storage, 13, 13);
        disk.delete(DiskDirectory.LOG, "log.b");
        assertThatThrownBy(this::recovered)
                .hasMessageContaining("log.d is damaged at offset 16: transaction 0xd comes after 0xa");
    }

    @Test
    void anyChangedBitOfAnyEntryIsNoticed() {
        byte[] whole = disk.contents(DiskDirectory.LOG, "log.1").clone();
        for (int position = 0; position < offset(11); position++) {
            boolean headerField = position >= 4 && position < 16;
            for (int bit = 0; bit < 8 && !headerField; bit++) {
                disk.put(DiskDirectory.LOG, "log.1", whole);
                disk.contents(DiskDirectory.LOG, "log.1")[position] ^= (byte) (1 << bit);
                assertThatThrownBy(this::recovered)
                        .as("bit " + bit + " of byte " + position)
                        .isInstanceOf(DamagedFileException.class);
            }
        }
    }

    @Test
    void aChecksumThatDoesNotMatchIsFatalWithFileAndOffset() {
        disk.flip(DiskDirectory.LOG, "log.1", offset(5) + 30);
        isFatal("log.1 is damaged at offset " + offset(5), "the file says");
    }

    @Test
    void aChecksumThatDoesNotMatchIsFatalInTheLastEntryToo() {
        disk.flip(DiskDirectory.LOG, "log.1", offset(10) + 30);
        isFatal("log.1 is damaged at offset " + offset(10));
    }

    @Test
    void aWrongEndByteInTheMiddleIsFatal() {
        putByte(offset(6) - 1, 0x43);
        isFatal("ends with 0x43 instead of 0x42");
        putByte(offset(6) - 1, 0);
        isFatal("ends with 0x00 instead of 0x42");
    }

    @Test
    void anEndByteThatNeverArrivedEndsTheLog() {
        putByte(offset(11) - 1, 0);
        assertThat(recovered()).hasSize(9);
    }

    @Test
    void bytesInThePaddingAreFatal() {
        byte[] entry = Arrays.copyOfRange(disk.contents(DiskDirectory.LOG, "log.1"), offset(3), offset(4));
        entry[40] ^= 1;
        System.arraycopy(entry, 0, disk.contents(DiskDirectory.LOG, "log.1"), offset(11), entry.length);
        isFatal("log.1 is damaged at offset " + offset(11));
    }

    @Test
    void anAbsurdLengthIsFatal() {
        putByte(offset(5) + 8, 0x7f);
        isFatal("possible are 32 to " + SETTINGS.maxFieldBytes());
        putByte(offset(5) + 8, 0xff);
        isFatal("possible are 32 to " + SETTINGS.maxFieldBytes());
    }

    @Test
    void aLengthThatReachesBehindTheEndDoesNotHideTheEntriesAfterIt() {
        putByte(offset(5) + 9, 0x01);
        isFatal("log.1 is damaged at offset " + offset(5), "begins, the file ends after");
    }

    @Test
    void badMagicIsFatal() {
        putByte(0, 'X');
        isFatal("the file begins with 0x584b4c47, a log begins with 0x5a4b4c47");
    }

    @Test
    void zeroedSectorsInTheMiddleOfALongLogAreFatal() {
        for (long zxid = 11; zxid <= 40; zxid++) {
            storage.log().append(zxid, Recorder.txn(zxid, 100_000));
            storage.log().force();
        }
        byte[] bytes = disk.contents(DiskDirectory.LOG, "log.1");
        Arrays.fill(bytes, 512, 1024, (byte) 0);
        isFatal("log.1 is damaged at offset ");
    }

    @Test
    void zeroedSectorsInAnOlderFileAreFatal() {
        storage.log().roll();
        Recorder.append(storage, 11, 11);
        zero(512, 1024);
        assertThatThrownBy(this::recovered).isInstanceOf(DamagedFileException.class);
    }

    @Test
    void zookeeper2332_anEmptyNewestFileIsDeleted() {
        for (byte[] contents : List.of(new byte[0], new byte[9], new byte[8208], new byte[] {0x5a, 0x4b, 0x4c})) {
            disk.put(DiskDirectory.LOG, "log.b", contents);
            assertThat(recovered()).hasSize(10);
            assertThat(disk.list(DiskDirectory.LOG)).containsExactly("log.1");
        }
    }

    @Test
    void aNewestFileWithAHeaderOnlyIsFine() {
        byte[] header = Arrays.copyOf(disk.contents(DiskDirectory.LOG, "log.1"), 16);
        disk.put(DiskDirectory.LOG, "log.b", header);
        Storage again = Recorder.open(disk, SETTINGS, new Recorder());
        Recorder.append(again, 11, 11);
        assertThat(recovered()).hasSize(11);
    }

    @Test
    void anEmptyFileInTheMiddleIsPassedOverIfNothingIsMissing() {
        storage.log().roll();
        Recorder.append(storage, 11, 11);
        disk.put(DiskDirectory.LOG, "log.5", new byte[0]);
        assertThat(recovered()).hasSize(11);
    }

    @Test
    void aFirstBatchThatArrivedInPartsOnlyIsDeletedWithItsFile() {
        for (int lost = 0; lost < 3; lost++) {
            MapDisk fresh = new MapDisk();
            Storage first = Recorder.first(fresh, SETTINGS);
            Recorder.append(first, 1, 20);
            Arrays.fill(fresh.contents(DiskDirectory.LOG, "log.1"), 512 * lost, 512 * (lost + 1), (byte) 0);
            Recorder found = new Recorder();
            Recorder.open(fresh, SETTINGS, found);
            assertThat(found.zxids.size()).isLessThan(8 * lost + 1);
        }
    }

    @Test
    void aDuplicateZxidIsAcceptedAsApacheWritesIt() {
        byte[] bytes = disk.contents(DiskDirectory.LOG, "log.1");
        System.arraycopy(bytes.clone(), offset(10), bytes, offset(11), ENTRY);
        assertThat(recovered()).endsWith(9L, 10L, 10L);
    }

    @Test
    void transactionsThatGoBackAreFatal() {
        byte[] bytes = disk.contents(DiskDirectory.LOG, "log.1");
        System.arraycopy(bytes.clone(), offset(4), bytes, offset(11), ENTRY);
        isFatal("transaction 0x4 comes after 0xa");
    }
}
