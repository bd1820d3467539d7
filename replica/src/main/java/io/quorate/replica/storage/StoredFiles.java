package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The files of a server one by one, as they are, for tools. Changes nothing and judges little: whether they make a history, and which, is
 * what {@link Storage#recover} says.
 */
public final class StoredFiles {
    private final DiskPort disk;
    private final int maxFieldBytes;

    /** @param maxFieldBytes longest transaction and longest field in a snapshot, in bytes */
    public StoredFiles(DiskPort disk, int maxFieldBytes) {
        this.disk = disk;
        this.maxFieldBytes = maxFieldBytes;
    }

    /** Oldest first. */
    public List<Numbered> logs() {
        return StorageNames.logs(disk);
    }

    /** Newest first, whether they are whole or not. */
    public List<Numbered> snapshots() {
        return StorageNames.snapshots(disk);
    }

    /** The files from the one that holds {@code zxid} on are from this index of {@link #logs} on; 0 if all of them begin after it. */
    public static int indexOfHolder(List<Numbered> logs, long zxid) {
        return LogCut.indexOfHolder(logs, zxid);
    }

    /** Whether {@code next} can directly follow {@code previous} in one history. */
    public static boolean follows(long previous, long next) {
        return LogFormat.follows(previous, next);
    }

    public LogFileReader openLog(String name) {
        return new LogFileReader(disk, name, maxFieldBytes);
    }

    /**
     * How many bytes of an unfinished write are behind the last entry of the newest log: what a crash leaves, or a server that is just
     * writing.
     *
     * @param reader at its end
     * @param lastZxid of the last entry that could be read, here or in an earlier file
     * @return 0 for a clean end; empty if neither explains what is there
     */
    public OptionalInt unfinishedBytes(LogFileReader reader, long lastZxid) {
        long size = disk.size(DiskDirectory.LOG, reader.name());
        TornTail tail = new TornTail(reader, size, lastZxid, maxFieldBytes);
        return tail.explainedByCrash() ? OptionalInt.of(tail.bytes()) : OptionalInt.empty();
    }

    /**
     * Whether an older log that ends within an entry does so because a length has changed: there is a whole entry in what cannot be read.
     *
     * @param reader at its end
     * @param lastZxid of the last entry that could be read, here or in an earlier file
     */
    public boolean holdsWholeEntry(LogFileReader reader, long lastZxid) {
        long size = disk.size(DiskDirectory.LOG, reader.name());
        return new TornTail(reader, size, lastZxid, maxFieldBytes).holdsWholeEntry();
    }

    /**
     * Reads a snapshot, whatever it is called, and hands its body on. By its name it is decompressed, and gets its zxid, or
     * {@link Zxid#NONE}.
     *
     * @throws DamagedFileException if it is not a whole snapshot
     * @throws DiskException if it cannot be read
     */
    public LoadedSnapshot readSnapshot(String name, SnapshotBodySink sink) {
        List<Numbered> numbered = StorageNames.numbered(List.of(name), StorageNames.SNAPSHOT_PREFIX, true);
        Numbered file = numbered.isEmpty() ? new Numbered(Zxid.NONE, name) : numbered.get(0);
        return SnapshotReader.load(disk, file, maxFieldBytes, sink);
    }

    /** The quick test that recovery makes before it tries a snapshot. */
    public boolean looksWhole(Numbered snapshot) {
        return SnapshotCatalog.looksWhole(disk, snapshot.name());
    }

    /** The last transaction whose effect may be in a snapshot that looks whole. */
    public long lastZxid(Numbered snapshot) {
        return SnapshotTail.lastZxid(disk, snapshot);
    }

    /** @throws StorageException if the file is there and holds no number */
    public OptionalLong acceptedEpoch() {
        return EpochFiles.read(disk, StorageNames.ACCEPTED_EPOCH);
    }

    /** @throws StorageException if the file is there and holds no number */
    public OptionalLong currentEpoch() {
        return EpochFiles.read(disk, StorageNames.CURRENT_EPOCH);
    }
}
