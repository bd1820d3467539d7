package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SnapshotTest {
    private static final StorageSettings SETTINGS = StorageSettings.DEFAULTS.withPreAllocKiB(8);

    private final MapDisk disk = new MapDisk();
    private Storage storage;

    @BeforeEach
    void start() {
        storage = Recorder.first(disk, SETTINGS);
        Recorder.append(storage, 1, 5);
        disk.done();
    }

    private RecoveredState recover(Recorder found) {
        return new Storage(disk, SETTINGS, EventLog.NONE).recover(found, found);
    }

    /** No sessions, no ACLs, one node with so much data. */
    private static byte[] body(int dataBytes) {
        ByteBuffer body = ByteBuffer.allocate(4 + 4 + 4 + 4 + dataBytes + 8 + 60 + 5);
        body.putInt(0).putInt(0).putInt(0).putInt(dataBytes);
        for (int i = 0; i < dataBytes; i++) {
            body.put((byte) i);
        }
        body.position(body.position() + 8 + 60);
        return body.putInt(1).put((byte) '/').array();
    }

    @Test
    void hasItsNameOnlyWhenItIsWholeAndForced() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        byte[] body = body(10);
        writer.write(body, 0, body.length);
        assertThat(disk.done()).containsExactly("create unfinished.snapshot.5.2");
        writer.finish(5, 1);
        int length = 16 + body.length + 13 + 20 + 13 + 8 + 13;
        assertThat(disk.done())
                .containsExactly(
                        "write unfinished.snapshot.5.2 0 " + length,
                        "force unfinished.snapshot.5.2",
                        "rename unfinished.snapshot.5.2 snapshot.5",
                        "force DATA");
        assertThat(storage.snapshots().newestZxid()).hasValue(5);
        assertThat(storage.snapshots().newestFileBytes()).isEqualTo(length);
    }

    @Test
    void aLongOneIsForcedEveryFewMegabytes() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        byte[] some = new byte[100_000];
        for (long written = 0; written < 3L * StorageLimits.SNAPSHOT_FORCE_BYTES; written += some.length) {
            writer.write(some, 0, some.length);
        }
        assertThat(disk.done().stream().filter(each -> each.startsWith("force")))
                .hasSizeBetween(2, 3)
                .containsOnly("force unfinished.snapshot.5.2");
        writer.abort();
    }

    @Test
    void aLongNodeAcrossManyReadsIsLoaded() {
        byte[] body = body(1_000_000);
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        Recorder found = new Recorder();
        recover(found);
        assertThat(found.body.toByteArray()).isEqualTo(body);
        assertThat(found.loaded).isEqualTo(new LoadedSnapshot(5, "snapshot.5", body.length, 5, 1, 5));
    }

    @Test
    void aRecordBeyondTheLimitIsRefusedAndNamesTheSetting() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        byte[] body = body(200_000);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        Recorder found = new Recorder();
        StorageSettings tight =
                new StorageSettings(8, true, -1, 3, 0, 1024, true, true, false, true, true, SnapshotCompression.NONE);
        RecoveredState state = new Storage(disk, tight, EventLog.NONE).recover(found, found);
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("jute.maxbuffer"));
        assertThat(found.tried).containsExactly(5L, 0L);
    }

    @Test
    void anAbortedOneLeavesNothing() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(body(10), 0, 10);
        writer.abort();
        writer.abort();
        assertThat(disk.list(DiskDirectory.DATA))
                .containsExactlyInAnyOrder("snapshot.0", "acceptedEpoch", "currentEpoch");
        assertThatThrownBy(() -> writer.write(new byte[1], 0, 1)).hasMessageContaining("is ABORTED");
    }

    @Test
    void aFullDiskCostsTheSnapshotNotTheLog() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        byte[] body = body(400_000);
        disk.failWhen(operation -> operation.startsWith("write unfinished"));
        assertThatThrownBy(() -> writer.write(body, 0, body.length)).isInstanceOf(DiskException.class);
        disk.failWhen(operation -> false);
        writer.abort();
        Recorder.append(storage, 6, 6);
        assertThat(storage.log().durableZxid()).isEqualTo(6);
    }

    @Test
    void anUnfinishedFileIsDeletedAtTheStart() {
        storage.beginSnapshot(5).write(body(400_000), 0, 300_000);
        RecoveredState state = recover(new Recorder());
        assertThat(state.snapshotZxid()).isZero();
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("unfinished.snapshot.5.2"));
        assertThat(disk.list(DiskDirectory.DATA)).noneMatch(name -> name.startsWith("unfinished"));
    }

    @Test
    void aDamagedSnapshotIsPassedOverForAnOlderOneAndTheLog() {
        Recorder.snapshot(storage, 5);
        Recorder.append(storage, 6, 7);
        disk.flip(DiskDirectory.DATA, "snapshot.5", 20);
        Recorder found = new Recorder();
        RecoveredState state = recover(found);
        assertThat(found.tried).containsExactly(5L, 0L);
        assertThat(found.zxids).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(state.warnings()).anyMatch(warning -> warning.contains("snapshot.5 cannot be loaded"));
    }

    @Test
    void zookeeper1653_aShortSnapshotIsPassedOver() {
        Recorder.snapshot(storage, 5);
        disk.cut(DiskDirectory.DATA, "snapshot.5", 30);
        Recorder found = new Recorder();
        assertThat(recover(found).lastZxid()).isEqualTo(5);
        assertThat(found.tried).containsExactly(0L);
    }

    @Test
    void fallingBackNeverCostsTransactionsSilently() {
        Recorder.snapshot(storage, 5);
        disk.flip(DiskDirectory.DATA, "snapshot.5", 20);
        disk.delete(DiskDirectory.LOG, "log.1");
        assertThatThrownBy(() -> recover(new Recorder()))
                .hasMessageContaining("snapshot.5 cannot be loaded")
                .hasMessageContaining("ends with 0x0");
    }

    @Test
    void noSnapshotThatLoadsIsFatal() {
        disk.flip(DiskDirectory.DATA, "snapshot.0", 20);
        assertThatThrownBy(() -> recover(new Recorder())).hasMessageContaining("none of them can be loaded");
        disk.cut(DiskDirectory.DATA, "snapshot.0", 3);
        assertThatThrownBy(() -> recover(new Recorder()))
                .hasMessageContaining("there is a transaction log and no snapshot");
    }

    @Test
    void bytesBehindTheLastSealAreNotASnapshot() {
        byte[] file = disk.contents(DiskDirectory.DATA, "snapshot.0");
        byte[] longer = Arrays.copyOf(file, file.length + 5);
        System.arraycopy(SnapshotFormat.MARK, 0, longer, file.length, 5);
        disk.put(DiskDirectory.DATA, "snapshot.0", longer);
        assertThatThrownBy(() -> recover(new Recorder())).hasMessageContaining("none of them can be loaded");
    }

    @Test
    void theNewestExactSnapshotIsReadInPieces() {
        byte[] body = body(300_000);
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        ExactSnapshot exact = storage.snapshots().newestExact().orElseThrow();
        assertThat(exact).isEqualTo(new ExactSnapshot(5, "snapshot.5", 16, body.length));
        storage.snapshots().pin(exact);
        assertThat(read(exact)).isEqualTo(body);
        storage.snapshots().unpin(exact);
        assertThatThrownBy(() -> storage.snapshots().unpin(exact)).hasMessageContaining("without being pinned");
    }

    @Test
    void aByteThatHasChangedSinceASnapshotWasWrittenIsNoticedBeforeALearnerHasAllOfIt() {
        byte[] body = body(1_000);
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        ExactSnapshot exact = storage.snapshots().newestExact().orElseThrow();
        int seal = 16 + body.length;
        for (int at : new int[] {0, 16, 500, seal - 1, seal, seal + 7, seal + 8, seal + 12}) {
            disk.flip(DiskDirectory.DATA, exact.name(), at);
            assertThatThrownBy(() -> read(exact)).hasMessageContaining("snapshot.5 is damaged");
            disk.flip(DiskDirectory.DATA, exact.name(), at);
        }
        assertThat(read(exact)).isEqualTo(body);
    }

    private byte[] read(ExactSnapshot exact) {
        try (CheckedInputStream in = exact.openBody(disk)) {
            byte[] body = in.readNBytes((int) exact.bodyBytes());
            exact.requireSealed(in);
            return body;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotCompression.class,
            names = {"GZIP", "SNAPPY"})
    void aCompressedSnapshotIsLoadedAndCanBeSent(SnapshotCompression compression) {
        storage = Recorder.open(disk, SETTINGS.withSnapshotCompression(compression), new Recorder());
        byte[] body = body(300_000);
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        String name = "snapshot.5" + compression.suffix();
        assertThat(disk.contents(DiskDirectory.DATA, name)).hasSizeLessThan(300_000);
        ExactSnapshot exact = storage.snapshots().newestExact().orElseThrow();
        assertThat(exact.name()).isEqualTo(name);
        assertThat(read(exact)).isEqualTo(body);

        Recorder found = new Recorder();
        storage = Recorder.open(disk, SETTINGS, found);
        assertThat(found.loaded.name()).isEqualTo(name);
        assertThat(found.body.toByteArray()).isEqualTo(body);
        assertThat(storage.snapshots().newestExact()).contains(exact);
    }

    @Test
    void aSnapshotThatTransactionsOvertookIsNotExact() {
        SnapshotWriter writer = storage.beginSnapshot(4);
        byte[] body = body(10);
        writer.write(body, 0, body.length);
        writer.finish(5, 1);
        assertThat(storage.snapshots().newestExact()).map(ExactSnapshot::zxid).contains(0L);
    }

    @Test
    void aLoadedSnapshotWithItsOwnDigestIsExact() {
        Recorder.snapshot(storage, 5);
        Storage again = Recorder.open(disk, SETTINGS, new Recorder());
        assertThat(again.snapshots().newestExact()).contains(new ExactSnapshot(5, "snapshot.5", 16, 13));
    }

    @Test
    void aPinnedSnapshotSurvivesPurgeAndTruncation() {
        Recorder.snapshot(storage, 1);
        ExactSnapshot exact = storage.snapshots().newestExact().orElseThrow();
        storage.snapshots().pin(exact);
        for (long zxid = 2; zxid <= 5; zxid++) {
            Recorder.snapshot(storage, zxid);
        }
        storage.purge(Long.MAX_VALUE);
        assertThat(disk.list(DiskDirectory.DATA))
                .contains("snapshot.1", "snapshot.2")
                .doesNotContain("snapshot.0");
        assertThat(read(exact)).isEqualTo(Recorder.emptyBody());
        storage.snapshots().unpin(exact);
        storage.purge(Long.MAX_VALUE);
        assertThat(disk.list(DiskDirectory.DATA)).doesNotContain("snapshot.1");
    }

    @Test
    void purgeCountsOnlySnapshotsThatLookWhole() {
        for (long zxid = 1; zxid <= 5; zxid++) {
            Recorder.snapshot(storage, zxid);
        }
        disk.cut(DiskDirectory.DATA, "snapshot.4", 20);
        storage.purge(Long.MAX_VALUE);
        assertThat(storage.snapshots().list()).isEqualTo(List.of("snapshot.5", "snapshot.3", "snapshot.2"));
    }

    @Test
    void theSnapshotThatWasLoadedStaysUntilEnoughNewerOnesAreWritten() {
        for (long zxid = 1; zxid <= 5; zxid++) {
            Recorder.snapshot(storage, zxid);
        }
        for (long zxid = 3; zxid <= 5; zxid++) {
            disk.flip(DiskDirectory.DATA, "snapshot." + zxid, 20); // The body; the mark at the end is whole.
        }
        storage = Recorder.open(disk, SETTINGS, new Recorder());
        assertThat(storage.snapshots().list()).as("the quick test").contains("snapshot.5", "snapshot.4", "snapshot.3");
        storage.purge(Long.MAX_VALUE);
        assertThat(disk.list(DiskDirectory.DATA)).contains("snapshot.2").doesNotContain("snapshot.1");
        for (long zxid = 6; zxid <= 8; zxid++) {
            storage.purge(Long.MAX_VALUE);
            assertThat(disk.list(DiskDirectory.DATA)).contains("snapshot.2");
            Recorder.snapshot(storage, zxid);
        }
        storage.purge(Long.MAX_VALUE);
        assertThat(storage.snapshots().list()).isEqualTo(List.of("snapshot.8", "snapshot.7", "snapshot.6"));
    }

    @Test
    void aSnapshotThatCannotBeReadStopsNeitherThePurgeNorTheStart() {
        for (long zxid = 1; zxid <= 6; zxid++) {
            Recorder.snapshot(storage, zxid);
        }
        disk.unreadableWhen(name -> name.equals("snapshot.2") || name.equals("snapshot.5"));
        storage.purge(Long.MAX_VALUE);
        assertThat(disk.list(DiskDirectory.DATA))
                .filteredOn(name -> name.startsWith("snapshot."))
                .containsExactly("snapshot.3", "snapshot.4", "snapshot.5", "snapshot.6");
        Recorder found = new Recorder();
        recover(found);
        assertThat(found.loaded.zxid()).isEqualTo(6);
        assertThat(storage.truncateAfter(6)).isEqualTo(TruncateResult.CUT);
        assertThat(disk.list(DiskDirectory.DATA)).as("it may hold what is cut").doesNotContain("snapshot.5");
    }

    @Test
    void aTruncationKeepsItsBaseWhicheverReadOfItFails() {
        for (int good = 0; good < 8; good++) {
            MapDisk failing = new MapDisk();
            Storage cut = Recorder.first(failing, SETTINGS);
            Recorder.append(cut, 1, 5);
            AtomicInteger left = new AtomicInteger(good);
            failing.unreadableWhen(name -> name.equals("snapshot.0") && left.getAndDecrement() <= 0);
            TruncateResult result = cut.truncateAfter(3);
            failing.unreadableWhen(name -> false);
            assertThat(failing.list(DiskDirectory.DATA))
                    .as("%s after %d good reads", result, good)
                    .contains("snapshot.0");
        }
    }

    @Test
    void aTruncationGoesOnFromASnapshotThatIsAsItWasWrittenOnly() {
        String base = severalSnapshots(SnapshotCompression.NONE);
        byte[] good = disk.contents(DiskDirectory.DATA, base);
        for (int at = 0; at < good.length; at++) {
            requireNotCut(base, good, at);
        }
        disk.put(DiskDirectory.DATA, base, good);
        assertThat(storage.truncateAfter(7)).isEqualTo(TruncateResult.CUT);
        assertThat(recover(new Recorder()).lastZxid()).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(
            value = SnapshotCompression.class,
            names = {"GZIP", "SNAPPY"})
    void aTruncationGoesOnFromACompressedSnapshotThatIsAsItWasWrittenOnly(SnapshotCompression compression) {
        String base = severalSnapshots(compression);
        byte[] good = disk.contents(DiskDirectory.DATA, base);
        requireNotCut(base, good, good.length / 2);
        disk.put(DiskDirectory.DATA, base, good);
        assertThat(storage.truncateAfter(7)).isEqualTo(TruncateResult.CUT);
        assertThat(recover(new Recorder()).lastZxid()).isEqualTo(7);
    }

    /** Transactions 1 to 9, and snapshots of 5 and 8 only. */
    private String severalSnapshots(SnapshotCompression compression) {
        storage = Recorder.open(disk, SETTINGS.withSnapshotCompression(compression), new Recorder());
        Recorder.append(storage, 6, 9);
        Recorder.snapshot(storage, 5);
        Recorder.snapshot(storage, 8);
        disk.delete(DiskDirectory.DATA, "snapshot.0");
        return disk.list(DiskDirectory.DATA).stream()
                .filter(name -> name.startsWith("snapshot.5"))
                .findFirst()
                .orElseThrow();
    }

    private void requireNotCut(String base, byte[] good, int at) {
        byte[] rotten = good.clone();
        rotten[at] ^= 1;
        disk.put(DiskDirectory.DATA, base, rotten);
        List<String> before = disk.list(DiskDirectory.DATA);
        assertThat(storage.truncateAfter(7)).as("a bit of byte %d turned", at).isEqualTo(TruncateResult.NOT_FOUND);
        assertThat(disk.list(DiskDirectory.DATA)).isEqualTo(before);
    }

    @Test
    void theNewestSnapshotIsNotPassedOverSilentlyBecauseItCannotBeRead() {
        Recorder.snapshot(storage, 5);
        disk.delete(DiskDirectory.LOG, "log.1");
        disk.unreadableWhen(name -> name.equals("snapshot.5"));
        assertThatThrownBy(() -> recover(new Recorder()))
                .hasMessageContaining("snapshot.5 cannot be loaded")
                .hasMessageContaining("ends with 0x0");
    }

    @Test
    void aPurgeDeletesOnlySomeAtOnce() {
        for (long zxid = 1; zxid <= 30; zxid++) {
            Recorder.snapshot(storage, zxid);
        }
        assertThat(storage.purge(Long.MAX_VALUE).more()).isTrue();
        assertThat(storage.snapshots().list()).hasSize(31 - StorageLimits.MAX_PURGED_AT_ONCE);
        assertThat(storage.purge(Long.MAX_VALUE).more()).isFalse();
        assertThat(storage.snapshots().list()).hasSize(3);
    }

    @Test
    void zookeeper1549_aSnapshotBegunBeforeATruncationIsDropped() {
        SnapshotWriter writer = storage.beginSnapshot(5);
        writer.write(Recorder.emptyBody(), 0, 13);
        writer.seal(5, 1);
        storage.truncateAfter(3);
        storage.recover(new Recorder(), new Recorder());
        writer.publish();
        assertThat(writer.state()).isEqualTo(SnapshotWriter.State.ABORTED);
        assertThat(storage.snapshots().list()).containsExactly("snapshot.0");
    }

    @Test
    void aSnapshotThatIsGivenUpDoesNotDeleteTheNextOneOfItsZxid() {
        SnapshotWriter given = storage.beginSnapshot(5);
        SnapshotWriter next = storage.beginSnapshot(5);
        given.abort();
        next.write(Recorder.emptyBody(), 0, 13);
        next.finish(5, 1);
        assertThat(recover(new Recorder()).snapshotZxid()).isEqualTo(5);
    }

    @Test
    void zookeeper4837_aSnapshotThatReachesBeyondATruncationIsRemoved() {
        for (boolean digest : new boolean[] {true, false}) {
            for (boolean lastZxid : new boolean[] {true, false}) {
                MapDisk fresh = new MapDisk();
                Storage fuzzy = Recorder.first(fresh, SETTINGS.withSections(digest, lastZxid));
                Recorder.append(fuzzy, 1, 5);
                SnapshotWriter writer = fuzzy.beginSnapshot(3);
                writer.write(Recorder.emptyBody(), 0, 13);
                writer.finish(5, 1);
                assertThat(fuzzy.truncateAfter(4)).isEqualTo(TruncateResult.CUT);
                boolean told = digest || lastZxid;
                assertThat(fuzzy.snapshots().list().contains("snapshot.3"))
                        .as("a file without sections does not tell: %s %s", digest, lastZxid)
                        .isEqualTo(!told);
            }
        }
    }
}
