package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The snapshot files: which there are, which can be sent to a learner as they are, which may go. */
public final class SnapshotCatalog {
    /** An exact snapshot that is being read, perhaps by several. */
    private static final class Pinned {
        private final DiskFile file;
        private int count = 1;

        Pinned(DiskFile file) {
            this.file = file;
        }
    }

    private final DiskPort disk;
    private final EventLog events;
    // Snapshots of which this process knows where their body ends, by zxid: written by it, or loaded at the start.
    private final TreeMap<Long, ExactSnapshot> exact = new TreeMap<>();
    private final Map<ExactSnapshot, Pinned> pins = new HashMap<>();

    // The zxid of the snapshot that was loaded, and how many this process has written since: the only ones that are
    // known to be good.
    private long loadedZxid = Long.MAX_VALUE;
    private int written;

    SnapshotCatalog(DiskPort disk, EventLog events) {
        this.disk = disk;
        this.events = events;
    }

    /** Names of the files that pass the quick test, newest first. */
    public List<String> list() {
        return valid(Integer.MAX_VALUE).stream().map(Numbered::name).toList();
    }

    /** The zxid of the newest file that passes the quick test. */
    public OptionalLong newestZxid() {
        return valid(1).stream().mapToLong(Numbered::zxid).findFirst();
    }

    /** Length of that file, in bytes: what {@code snapshotSizeFactor} is a factor of. 0 without one. */
    public long newestFileBytes() {
        return valid(1).stream()
                .mapToLong(file -> disk.size(DiskDirectory.DATA, file.name()))
                .sum();
    }

    /** The newest file whose body is the tree at its zxid exactly and can be sent as it is. */
    public Optional<ExactSnapshot> newestExact() {
        return exact.isEmpty()
                ? Optional.empty()
                : Optional.of(exact.lastEntry().getValue());
    }

    /** Keeps the file's contents readable, whatever is purged or replaced, until as many {@link #unpin} as there were pins. */
    public void pin(ExactSnapshot snapshot) {
        Pinned pinned = pins.get(snapshot);
        if (pinned != null) {
            pinned.count++;
            return;
        }
        pins.put(snapshot, new Pinned(disk.open(DiskDirectory.DATA, snapshot.name(), OpenMode.READ)));
    }

    public void unpin(ExactSnapshot snapshot) {
        Pinned pinned = requirePinned(snapshot);
        pinned.count--;
        if (pinned.count == 0) {
            pins.remove(snapshot);
            close(pinned.file);
        }
    }

    private static void close(DiskFile file) {
        try {
            file.close();
        } catch (DiskException e) {
            // It was only read.
        }
    }

    private Pinned requirePinned(ExactSnapshot snapshot) {
        Pinned pinned = pins.get(snapshot);
        if (pinned == null) {
            throw new IllegalStateException(snapshot.name() + " is unpinned without being pinned");
        }
        return pinned;
    }

    /** It is not sent to anybody any more: its file cannot be read. */
    public void distrust(ExactSnapshot snapshot) {
        exact.remove(snapshot.zxid(), snapshot);
    }

    void addExact(ExactSnapshot snapshot) {
        exact.put(snapshot.zxid(), snapshot);
    }

    /** A loaded snapshot is exact if its digest was taken at the zxid of its name. */
    void addLoaded(LoadedSnapshot loaded) {
        loadedZxid = loaded.zxid();
        written = 0;
        if (loaded.digestZxid() == loaded.zxid()) {
            addExact(new ExactSnapshot(loaded.zxid(), loaded.name(), SnapshotFormat.HEADER_BYTES, loaded.bodyBytes()));
        }
    }

    /** Up to {@code max} files that pass the quick test, newest first. */
    List<Numbered> valid(int max) {
        List<Numbered> found = new ArrayList<>();
        for (Numbered file : StorageNames.snapshots(disk)) {
            if (found.size() == max) {
                break;
            }
            if (looksWholeIfReadable(file)) {
                found.add(file);
            }
        }
        return found;
    }

    /** A file that the disk does not give back is no reason to stop: it counts as one that is not whole. */
    private boolean looksWholeIfReadable(Numbered file) {
        try {
            return looksWhole(file.name());
        } catch (DiskException e) {
            events.warn(file.name() + " counts as not whole: " + e.getMessage());
            return false;
        }
    }

    /** The quick test: a plain file ends with a seal's mark, a compressed one begins with its magic. */
    boolean looksWhole(String name) {
        return looksWhole(disk, name);
    }

    static boolean looksWhole(DiskPort disk, String name) {
        long size = disk.size(DiskDirectory.DATA, name);
        return switch (SnapshotCompression.of(name)) {
            case NONE ->
                size >= SnapshotFormat.MIN_BYTES
                        && holds(disk, name, size - SnapshotFormat.MARK.length, SnapshotFormat.MARK);
            case GZIP -> holds(disk, name, 0, SnapshotFormat.GZIP_MAGIC);
            case SNAPPY -> holds(disk, name, 0, SnapshotFormat.SNAPPY_MAGIC);
        };
    }

    private static boolean holds(DiskPort disk, String name, long position, byte[] expected) {
        ByteBuffer found = ByteBuffer.allocate(expected.length);
        try (DiskFile file = disk.open(DiskDirectory.DATA, name, OpenMode.READ)) {
            while (found.hasRemaining() && file.read(position + found.position(), found) > 0) {
                // A short read is not the end of the file.
            }
        }
        return Arrays.equals(found.array(), expected);
    }

    /**
     * The snapshots on either side of a truncation.
     *
     * @param base the newest one that is as it was written and holds nothing after it: where to start from afterwards
     * @param beyond those that hold, or may hold, anything after it, newest first
     */
    record Cut(Optional<Numbered> base, List<Numbered> beyond) {}

    /** Decides on each file once: one that is read now and not the next time must not be taken for the base and for one that has to go. */
    Cut cutAfter(long zxid) {
        List<Numbered> within = new ArrayList<>();
        List<Numbered> beyond = new ArrayList<>();
        for (Numbered file : StorageNames.snapshots(disk)) {
            (reachesBeyond(file, zxid) ? beyond : within).add(file);
        }
        return new Cut(within.stream().filter(this::isAsWritten).findFirst(), beyond);
    }

    /** Deletes what a truncation must not leave, newest first, durably. */
    void deleteBeyond(Cut cut) {
        for (Numbered file : cut.beyond()) {
            delete(file);
            disk.forceDirectory(DiskDirectory.DATA);
        }
    }

    /** Not only the quick test: when the others are deleted, there is no other one to fall back to. */
    private boolean isAsWritten(Numbered file) {
        try {
            if (looksWhole(file.name()) && SnapshotReader.isSealed(disk, file.name())) {
                return true;
            }
            events.warn(file.name() + " is damaged, or was never finished: a history that is cut cannot go on from it."
                    + " Where no older one will do, this server asks for its leader's tree; check its disk");
        } catch (DiskException e) {
            events.warn(file.name()
                    + " cannot be read: a history that is cut cannot go on from it. Where no older one will do,"
                    + " this server asks for its leader's tree; " + e.getMessage());
        }
        return false;
    }

    /** One that cannot be read may: it must not come back to life with what is cut. */
    private boolean reachesBeyond(Numbered file, long zxid) {
        if (file.zxid() > zxid) {
            return true;
        }
        try {
            return looksWhole(file.name()) && SnapshotTail.lastZxid(disk, file) > zxid;
        } catch (StorageException e) {
            events.warn(file.name() + " is taken for one that holds more than its name says: " + e.getMessage());
            return true;
        }
    }

    /**
     * Removes every snapshot but one.
     *
     * @param aside the folder to move them to; null to delete them
     */
    void removeAllBut(String kept, @Nullable String aside) {
        for (Numbered file : StorageNames.snapshots(disk)) {
            if (file.name().equals(kept)) {
                continue;
            }
            if (aside == null) {
                delete(file);
            } else {
                forget(file);
                disk.setAside(DiskDirectory.DATA, file.name(), aside);
            }
        }
        disk.forceDirectory(DiskDirectory.DATA);
    }

    private void forget(Numbered file) {
        ExactSnapshot known = exact.get(file.zxid());
        if (known != null && known.name().equals(file.name())) {
            exact.remove(file.zxid());
        }
    }

    private void delete(Numbered file) {
        forget(file);
        disk.delete(DiskDirectory.DATA, file.name());
        events.info("deleted " + file.name());
    }

    /**
     * What a purge has done.
     *
     * @param oldestKept zxid of the oldest one that is left and may be loaded, or empty if there is none: the log is needed from there on
     */
    record Purged(OptionalLong oldestKept, int deleted, boolean more) {}

    /** A snapshot of the tree was published. */
    void addWritten() {
        written++;
    }

    /**
     * Deletes what is older than the {@code retain} newest that pass the quick test, and than all that are pinned, oldest first. The one that
     * was loaded stays as well until this process has written as many: a file can pass the quick test and still not be loadable.
     *
     * @param most files that are deleted at once
     */
    Purged purge(int retain, int most) {
        List<Numbered> kept = valid(retain);
        if (kept.isEmpty()) {
            return new Purged(OptionalLong.empty(), 0, false);
        }
        long oldestPinned =
                pins.keySet().stream().mapToLong(ExactSnapshot::zxid).min().orElse(Long.MAX_VALUE);
        long oldestNeeded = written >= retain ? oldestPinned : Math.min(oldestPinned, loadedZxid);
        long oldest = Math.min(oldestNeeded, kept.get(kept.size() - 1).zxid());
        List<Numbered> files = StorageNames.snapshots(disk);
        Collections.reverse(files);
        List<Numbered> all = files.stream().filter(file -> file.zxid() < oldest).toList();
        List<Numbered> old = all.subList(0, Math.min(most, all.size()));
        // Those that are kept have to have their names before the others go.
        disk.forceDirectory(DiskDirectory.DATA);
        old.forEach(this::delete);
        if (!old.isEmpty()) {
            disk.forceDirectory(DiskDirectory.DATA);
        }
        return new Purged(OptionalLong.of(oldest), old.size(), old.size() < all.size());
    }

    /** Recovery begins: what this object knows of the files is void. */
    void forget() {
        exact.clear();
        loadedZxid = Long.MAX_VALUE;
    }
}
