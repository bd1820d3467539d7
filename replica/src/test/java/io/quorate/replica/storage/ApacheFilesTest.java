package io.quorate.replica.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that a standalone Apache ZooKeeper 3.9.5 wrote, with {@code preAllocSize} 8 KiB and a small {@code snapCount}, one request after
 * the other: read here, and written again byte for byte.
 */
class ApacheFilesTest {
    private static final StorageSettings STANDALONE =
            StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(8);

    @Test
    void startsFromTheNewestSnapshotAndReplaysTheLogsAfterIt() {
        MapDisk disk = MapDisk.apache("plain", "snapshot.0", "snapshot.22", "log.1", "log.24");
        Recorder found = new Recorder();
        RecoveredState state = new Storage(disk, STANDALONE, EventLog.NONE).recover(found, found);
        assertThat(found.tried).containsExactly(0x22L);
        assertThat(found.zxids).startsWith(0x23L, 0x24L, 0x25L).isSorted();
        assertThat(state.snapshotZxid()).isEqualTo(0x22);
        assertThat(state.lastZxid()).isEqualTo(found.zxids.get(found.zxids.size() - 1));
        assertThat(state.warnings()).isEmpty();
        assertThat(found.paths).contains("", "/a", "/zookeeper/config");
        assertThat(disk.done()).as("Apache does not force its snapshots").contains("force snapshot.22", "force log.24");
    }

    @ParameterizedTest(name = "{0}, preAllocSize {1}")
    @CsvSource({
        "plain, 8, log.1 log.24",
        "gz, 8, log.1",
        "snappy, 8, log.1 log.14 log.1f log.2d",
        "sealed-once, 0, log.1"
    })
    void logsAreWrittenByteForByte(String folder, int preAllocKiB, String names) {
        List<String> logs = List.of(names.split(" "));
        MapDisk apache = MapDisk.apache(folder, names.split(" "));
        Recorder entries = new Recorder();
        new LogReplay(apache, StorageSettings.DEFAULTS.maxFieldBytes(), new ArrayList<>()).replay(0, entries);

        MapDisk disk = new MapDisk();
        Storage storage = Recorder.first(disk, STANDALONE.withPreAllocKiB(preAllocKiB));
        for (int i = 0; i < entries.zxids.size(); i++) {
            long zxid = entries.zxids.get(i);
            if (logs.contains(StorageNames.log(zxid))) {
                storage.log().roll();
            }
            storage.log().append(zxid, entries.txns.get(i));
            storage.log().force();
        }
        assertThat(disk.list(DiskDirectory.LOG)).containsExactlyInAnyOrderElementsOf(logs);
        for (String log : logs) {
            assertThat(disk.contents(DiskDirectory.LOG, log)).isEqualTo(MapDisk.resource(folder + "/" + log));
        }
    }

    @ParameterizedTest(name = "{0}/{1}")
    @CsvSource({
        "plain, snapshot.0, true, true",
        "plain, snapshot.22, true, true",
        "sealed-once, snapshot.0, false, false",
        "zxid-section, snapshot.0, false, true"
    })
    void snapshotsAreWrittenByteForByte(String folder, String name, boolean digest, boolean lastZxid) {
        MapDisk apache = MapDisk.apache(folder, name);
        Recorder found = new Recorder();
        Recorder.open(apache, STANDALONE, found);
        LoadedSnapshot loaded = found.loaded;
        assertThat(loaded.bodyBytes()).isEqualTo(found.body.size());
        assertThat(loaded.lastProcessedZxid()).isEqualTo(lastZxid ? loaded.zxid() : -1);

        MapDisk disk = new MapDisk();
        Storage storage = Recorder.open(disk, STANDALONE.withSections(digest, lastZxid), new Recorder());
        SnapshotWriter writer = storage.beginSnapshot(loaded.zxid());
        for (byte b : found.body.toByteArray()) {
            writer.write(new byte[] {b}, 0, 1);
        }
        if (loaded.digestZxid() == 0) {
            writer.sealWithoutDigest(loaded.zxid());
            writer.publish();
        } else {
            writer.finish(loaded.digestZxid(), loaded.digest());
        }
        byte[] expected = MapDisk.resource(folder + "/" + name);
        assertThat(withoutDigest(disk.contents(DiskDirectory.DATA, name), digest))
                .isEqualTo(withoutDigest(expected, digest));
        if (loaded.digestZxid() != 0) {
            assertThat(disk.contents(DiskDirectory.DATA, name)).isEqualTo(expected);
        }
    }

    /** An empty server writes the digest of its empty tree and yet zxid 0, which a writer without a digest does not know. */
    private static byte[] withoutDigest(byte[] file, boolean digest) {
        int behindDigest = digest ? 8 + 13 + 8 + 13 : 0;
        return Arrays.copyOf(file, file.length - behindDigest);
    }

    @ParameterizedTest
    @CsvSource({
        "gz, snapshot.16.gz",
        "snappy, snapshot.12.snappy",
        "snappy, snapshot.1d.snappy",
        "snappy, snapshot.2b.snappy"
    })
    void compressedSnapshotsAreReadByTheirName(String folder, String name) {
        MapDisk disk = MapDisk.apache(folder, name);
        Recorder found = new Recorder();
        Recorder.open(disk, STANDALONE, found);
        assertThat(found.loaded.digestZxid()).isGreaterThanOrEqualTo(found.loaded.zxid());
        assertThat(found.loaded.lastProcessedZxid()).isGreaterThanOrEqualTo(found.loaded.zxid());
        assertThat(found.paths).contains("/a");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, snapshot.22",
        "gz, snapshot.16.gz",
        "snappy, snapshot.1d.snappy",
        "sealed-once, snapshot.0",
        "zxid-section, snapshot.0"
    })
    void howFarASnapshotReachesIsInItsTail(String folder, String name) {
        MapDisk disk = MapDisk.apache(folder, name);
        Recorder found = new Recorder();
        Recorder.open(disk, STANDALONE, found);
        LoadedSnapshot loaded = found.loaded;
        long last = Math.max(loaded.zxid(), Math.max(loaded.digestZxid(), loaded.lastProcessedZxid()));
        assertThat(SnapshotTail.lastZxid(disk, new Numbered(loaded.zxid(), name)))
                .isEqualTo(last);
    }

    @ParameterizedTest
    @CsvSource({"plain, snapshot.22", "gz, snapshot.16.gz", "snappy, snapshot.12.snappy", "snappy, snapshot.1d.snappy"})
    void aChangedByteOfASnapshotIsNoticedOrChangesNothing(String folder, String name) {
        byte[] whole = MapDisk.resource(folder + "/" + name);
        byte[] body = body(whole, name).orElseThrow();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            // Unnoticed can only be gzip's time stamp, snappy's version, or a copy of zeros from a little further away.
            Optional<byte[]> found = body(changed, name);
            assertThat(found.isEmpty() || Arrays.equals(found.get(), body))
                    .as("byte " + i)
                    .isTrue();
        }
    }

    private static Optional<byte[]> body(byte[] file, String name) {
        MapDisk disk = new MapDisk();
        disk.put(DiskDirectory.DATA, name, file);
        Recorder found = new Recorder();
        try {
            Recorder.open(disk, STANDALONE, found);
            return Optional.of(found.body.toByteArray());
        } catch (StorageException e) {
            return Optional.empty();
        }
    }

    @Test
    void aLongRawSnappyBlockWithOverlappingCopiesIsDecoded() throws Exception {
        // 10 bytes: literal "ab", then a copy of 8 from 2 back.
        byte[] block = {10, 1 << 2, 'a', 'b', (8 - 4) << 2 | 1, 2};
        assertThat(SnappyInputStream.decode(block)).asString().isEqualTo("ababababab");
    }

    @Test
    void namesThatApacheIgnoresAreIgnored() {
        List<String> names = List.of(
                "log.1",
                "log.",
                "log.xyz",
                "log.1.tmp",
                "currentEpoch",
                "log.10000000000000000",
                "log.ffffffffffffffff");
        assertThat(StorageNames.numbered(names, "log.", false)).containsExactly(new Numbered(1, "log.1"));
    }
}
