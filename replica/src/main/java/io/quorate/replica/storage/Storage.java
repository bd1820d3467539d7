package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that one server has on disk. {@link #recover} comes first, and again after every truncation. */
public final class Storage {
    private final DiskPort disk;
    private final StorageSettings settings;
    private final EventLog events;
    private final SnapshotCatalog snapshots;
    private final EpochFiles epochs;
    private final TxnLog log;

    // In this process, so that no two have the same unfinished name.
    private int snapshotsBegun;
    // The last one that was begun; it may be over.
    private @Nullable SnapshotInstall install;

    public Storage(DiskPort disk, StorageSettings settings, EventLog events) {
        this.disk = disk;
        this.settings = settings;
        this.events = events;
        this.snapshots = new SnapshotCatalog(disk, events);
        this.epochs = new EpochFiles(disk, events);
        this.log = new TxnLog(disk, settings, events);
    }

    public TxnLog log() {
        return log;
    }

    public SnapshotCatalog snapshots() {
        return snapshots;
    }

    public EpochFiles epochs() {
        return epochs;
    }

    /**
     * Loads the newest snapshot that can be loaded, replays the log after it, and reads the epochs. Finishes or drops what a crash left
     * half done.
     *
     * @throws StorageException if the files cannot be trusted, with what was found and what to do
     */
    public RecoveredState recover(SnapshotLoading loading, TxnSink sink) {
        log.reopen();
        snapshots.forget();
        return new Recovery(disk, settings, events, snapshots, epochs, log).recover(loading, sink);
    }

    /** {@code snapshot.0} is there: the operator's marker has done its work. */
    public void emptySnapshotWritten() {
        disk.deleteInitializeMarker();
    }

    /**
     * Starts a snapshot of the tree at {@code zxid}, which is applied, committed and durable. Rolls the log, so that it can be purged up
     * to here some day.
     */
    public SnapshotWriter beginSnapshot(long zxid) {
        log.roll();
        // One that was given up may still be about to delete its file while the next one of the same zxid is written.
        String name = StorageNames.unfinishedSnapshot(zxid, ++snapshotsBegun);
        return writer(zxid, name, settings.snapshotCompression(), StorageLimits.SNAPSHOT_FORCE_BYTES);
    }

    private SnapshotWriter writer(long zxid, String name, SnapshotCompression compression, int forceBytes) {
        return new SnapshotWriter(disk, settings, snapshots, log, zxid, name, compression, forceBytes);
    }

    /**
     * Starts to take the snapshot of {@code zxid} that a leader sends. Nothing changes before {@link SnapshotInstall#commit}. There is one
     * at a time: an earlier one that was neither committed nor aborted is aborted.
     */
    public SnapshotInstall beginInstall(long zxid) {
        return beginInstall(zxid, null);
    }

    /**
     * {@link #beginInstall(long)}.
     *
     * @param aside the folder, beside the directories, to which the files go that it replaces; null to delete them
     */
    public SnapshotInstall beginInstall(long zxid, @Nullable String aside) {
        log.requireUsable();
        if (install != null) {
            install.abort();
        }
        String name = StorageNames.unfinishedInstall(zxid);
        install = new SnapshotInstall(
                disk,
                this,
                writer(zxid, name, SnapshotCompression.NONE, StorageLimits.RECEIVED_SNAPSHOT_FORCE_BYTES),
                aside);
        return install;
    }

    void beforeInstall() {
        log.roll();
    }

    /**
     * Makes the history end with {@code zxid} (TRUNC). Snapshots after it go first, so that none can bring the cut transactions back
     * (ZOOKEEPER-1549, 4837), and neither can one that only began before it; then the log is cut, from its end. A crash in between leaves a prefix of the old history. The tree has to
     * be loaded again with {@link #recover}.
     */
    public TruncateResult truncateAfter(long zxid) {
        SnapshotCatalog.Cut cut = snapshots.cutAfter(zxid);
        if (cut.base().isEmpty()) {
            events.warn("no snapshot at or before " + Zxid.show(zxid) + " is left to truncate to");
            return TruncateResult.NOT_FOUND;
        }
        log.roll();
        long base = cut.base().get().zxid();
        boolean baseIsTarget = base == zxid;
        if (!log.canTruncateAfter(zxid, baseIsTarget) || !reaches(base, zxid)) {
            events.warn("the log cannot be truncated after " + Zxid.show(zxid) + ": it does not hold that transaction");
            return TruncateResult.NOT_FOUND;
        }
        snapshots.deleteBeyond(cut);
        return log.truncateAfter(zxid, baseIsTarget);
    }

    /** Whether the log goes on directly after the snapshot, so that the tree can be made again from both. */
    private boolean reaches(long base, long zxid) {
        if (base == zxid) {
            return true;
        }
        List<Numbered> logs = StorageNames.logs(disk);
        return !logs.isEmpty()
                && (logs.get(0).zxid() <= base
                        || LogFormat.follows(base, logs.get(0).zxid()));
    }

    /**
     * Deletes snapshots beyond {@link StorageSettings#snapRetainCount} and the logs that only they need: from every snapshot that is left
     * the whole history after it can be read. What is pinned stays.
     *
     * @param neededAfter learners are fed from the log behind this zxid, which stays with the file that holds it; Long.MAX_VALUE for none
     */
    public Purged purge(long neededAfter) {
        SnapshotCatalog.Purged found = snapshots.purge(settings.snapRetainCount(), StorageLimits.MAX_PURGED_AT_ONCE);
        if (found.oldestKept().isEmpty()) {
            return Purged.NOTHING;
        }
        long oldest = Math.min(neededAfter, found.oldestKept().getAsLong());
        int logs = log.purge(oldest, StorageLimits.MAX_PURGED_AT_ONCE);
        return new Purged(found.deleted(), logs, found.more() || logs == StorageLimits.MAX_PURGED_AT_ONCE);
    }

    /**
     * How many files a {@link #purge} has deleted.
     *
     * @param more whether there may be more to delete: one call deletes only some, since nothing else is done on the disk meanwhile
     */
    public record Purged(int snapshots, int logs, boolean more) {
        static final Purged NOTHING = new Purged(0, 0, false);

        public boolean isEmpty() {
            return snapshots + logs == 0;
        }
    }

    /** Room left for logs, in bytes. */
    public long freeLogBytes() {
        return disk.freeBytes(DiskDirectory.LOG);
    }
}
