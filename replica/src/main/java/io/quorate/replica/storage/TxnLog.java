package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transaction log: appended to, forced in batches, read again for learners, cut by TRUNC, purged. See {@link LogFormat}.
 *
 * <pre>
 *   from      to        when
 *   UNOPENED  IDLE      recovery has read what is on disk
 *   IDLE      WRITING   the first batch after that, or after a roll: a file is made
 *   WRITING   IDLE      the file is rolled: by a snapshot, by its size, by a truncation
 *   IDLE      UNOPENED  recovery begins again
 *   any       POISONED  a write or force failed
 * </pre>
 *
 * A full disk is none of these: what could not be written is cut off again and stays in the batch, {@link NoRoomException} says so, and the
 * next {@link #force} tries anew. Nothing of the batch was forced, and so nothing of it is in doubt.
 *
 * <p>POISONED is for good. What a failed force wrote may be on the disk or not, later forces succeed without it, and so nothing that
 * this object says could be trusted (ZOOKEEPER-4882). The server leaves the quorum and starts again from the disk.
 */
public final class TxnLog {
    /** What the log can be asked for. */
    public enum State {
        UNOPENED,
        IDLE,
        WRITING,
        POISONED;

        private Set<State> next() {
            return switch (this) {
                case UNOPENED -> EnumSet.of(IDLE, POISONED);
                case IDLE -> EnumSet.of(WRITING, UNOPENED, POISONED);
                case WRITING -> EnumSet.of(IDLE, POISONED);
                case POISONED -> EnumSet.noneOf(State.class);
            };
        }
    }

    private final DiskPort disk;
    private final StorageSettings settings;
    private final EventLog events;
    private final LogBatch batch = new LogBatch();
    private final TreeMap<Long, Integer> pins = new TreeMap<>();

    private State state = State.UNOPENED;
    private @Nullable DiskException poison;

    // Not null exactly while WRITING, and while a failed first write has not been reported yet.
    private @Nullable DiskFile file;
    // Whether the name of the file being written is on the disk.
    private boolean nameDurable;
    // Of the first entry of the file being written, or of the batch that will make it.
    private long fileZxid;
    // Length of what is written of the file; position + batch.length() is where the next entry goes.
    private long position;
    // Where the file ends once the batch is written: at least that, or 0 while there is no file.
    private long allocatedEnd;
    // Where the file ends now.
    private long fileEnd;

    // durableZxid <= lastZxid; equal exactly when the batch is empty.
    private long lastZxid;
    // Cursors, on another thread, read no byte behind it.
    private volatile long durableZxid;
    private int timesVoided;
    // timesVoided, for cursors: entries that were there are gone, and what began before is void.
    private volatile int generation;

    TxnLog(DiskPort disk, StorageSettings settings, EventLog events) {
        this.disk = disk;
        this.settings = settings;
        this.events = events;
    }

    public State state() {
        return state;
    }

    /** Of the last transaction appended, or of the snapshot when none was since. */
    public long lastZxid() {
        requireOpened();
        return lastZxid;
    }

    /** Up to where everything is forced. Acknowledge nothing beyond. */
    public long durableZxid() {
        requireOpened();
        return durableZxid;
    }

    /** Transactions that a {@link #force} would make durable, in bytes as they will be written. */
    public int unforcedBytes() {
        return batch.length();
    }

    /**
     * Takes a transaction into the batch. Nothing is written until {@link #force}, unless the batch exceeds
     * {@link StorageLimits#MAX_BATCH_BYTES}: then it is forced first.
     *
     * @param txn TxnHeader, body and digest; not changed by the caller afterwards
     * @throws IllegalArgumentException if {@code zxid} is not above {@link #lastZxid}, not the header's, or the transaction longer than
     *     the settings let a reader accept
     */
    public void append(long zxid, byte[] txn) {
        requireOpened();
        checkTxn(zxid, txn);
        int bytes = txn.length + StorageLimits.ENTRY_OVERHEAD_BYTES;
        if (!batch.isEmpty() && (long) batch.length() + bytes > StorageLimits.MAX_BATCH_BYTES) {
            force();
        }
        if (file == null && batch.isEmpty()) {
            beginFile(zxid);
        }
        allocatedEnd = LogPadding.allocatedEnd(position + batch.length(), allocatedEnd, settings.preAllocKiB());
        batch.add(txn);
        lastZxid = zxid;
    }

    private void checkTxn(long zxid, byte[] txn) {
        if (txn.length < StorageLimits.MIN_TXN_BYTES || txn.length > settings.maxFieldBytes()) {
            throw new IllegalArgumentException(
                    "transaction " + Zxid.show(zxid) + " is " + txn.length + " bytes long, possible are "
                            + StorageLimits.MIN_TXN_BYTES + " to " + settings.maxFieldBytes() + " (jute.maxbuffer)");
        }
        long inside = ByteBuffer.wrap(txn).getLong(LogFormat.ZXID_OFFSET);
        if (inside != zxid) {
            throw new IllegalArgumentException(
                    "transaction " + Zxid.show(inside) + " was to be logged as " + Zxid.show(zxid));
        }
        if (zxid <= lastZxid) {
            throw new IllegalArgumentException(
                    "transaction " + Zxid.show(zxid) + " comes after " + Zxid.show(lastZxid) + " in the log");
        }
    }

    private void beginFile(long zxid) {
        fileZxid = zxid;
        position = 0;
        fileEnd = 0;
        allocatedEnd = LogFormat.HEADER_BYTES;
        batch.addHeader();
    }

    /**
     * Writes and forces the batch: one write, one force. With {@code forceSync=false} it is only written.
     *
     * @return {@link #durableZxid}
     * @throws NoRoomException if the disk is full; the batch is kept
     */
    public long force() {
        requireOpened();
        if (batch.isEmpty()) {
            return durableZxid;
        }
        try {
            writeBatch();
        } catch (DiskException e) {
            poison("writing transactions up to " + Zxid.show(lastZxid) + " failed", e);
            throw e;
        }
        durableZxid = lastZxid;
        if (settings.txnLogSizeLimitKb() > 0 && position > settings.txnLogSizeLimitKb() * 1024) {
            roll();
        }
        return durableZxid;
    }

    private void writeBatch() {
        DiskFile out = writeUnforced();
        position += batch.length();
        batch.clear();
        if (!settings.forceSync()) {
            return;
        }
        out.force();
        if (!nameDurable) {
            disk.forceDirectory(DiskDirectory.LOG);
            nameDurable = true;
        }
    }

    private DiskFile writeUnforced() {
        try {
            DiskFile out = openFile();
            extend(out, position + batch.length());
            out.write(position, batch.contents());
            return out;
        } catch (DiskException e) {
            if (e.kind() != DiskException.Kind.NO_SPACE) {
                throw e;
            }
            takeBack();
            throw new NoRoomException(e);
        }
    }

    private DiskFile openFile() {
        DiskFile open = file;
        if (open == null) {
            open = disk.open(DiskDirectory.LOG, StorageNames.log(fileZxid), OpenMode.CREATE);
            file = open;
            nameDurable = false;
            become(State.WRITING, "transaction " + Zxid.show(fileZxid) + " starts a file");
        }
        return open;
    }

    /**
     * Cuts off what was written of the batch; a file that would be empty goes. Forced, for otherwise a crash in the middle of the next attempt could leave
     * parts of both, which nobody can tell from damage.
     */
    private void takeBack() {
        DiskFile open = file;
        if (open == null) {
            return;
        }
        if (position > 0) {
            open.truncate(position);
            open.force();
        } else {
            file = null;
            open.close();
            disk.delete(DiskDirectory.LOG, StorageNames.log(fileZxid));
            become(State.IDLE, "the disk is full");
        }
        fileEnd = position;
    }

    /** Extends the file by writing its new last byte; the file system leaves the rest empty, and it reads as zeros. */
    private void extend(DiskFile out, long writtenEnd) {
        if (allocatedEnd > writtenEnd && allocatedEnd > fileEnd) {
            out.write(allocatedEnd - 1, ByteBuffer.allocate(1));
        }
        fileEnd = Math.max(fileEnd, Math.max(allocatedEnd, writtenEnd));
    }

    /** Forces what is there and ends the file; the next transaction starts another one. */
    public void roll() {
        force();
        endFile("rolled after " + Zxid.show(lastZxid));
    }

    private void endFile(String reason) {
        DiskFile open = file;
        if (open == null) {
            return;
        }
        file = null;
        try {
            open.close();
        } catch (DiskException e) {
            poison("closing a log failed", e);
            throw e;
        }
        become(State.IDLE, reason);
    }

    /**
     * Whether {@link #truncateAfter} can be done: {@code zxid} is in the log, or the snapshot to start from is its, or it stands for the
     * beginning of an epoch; the log then ends with the last transaction below.
     */
    boolean canTruncateAfter(long zxid, boolean baseIsTarget) {
        requireOpened();
        LogCut cut = LogCut.find(disk, settings.maxFieldBytes(), zxid);
        return cut.lastKept() == zxid || baseIsTarget || (Zxid.isEpochStart(zxid) && cut.hasEntries());
    }

    /**
     * Removes every transaction after {@code zxid} (TRUNC). Only cuts the log: {@link Storage#truncateAfter} removes the snapshots that
     * would bring the transactions back, and is the one to call. A crash in the middle leaves a prefix of the old history, not shorter
     * than asked for.
     */
    TruncateResult truncateAfter(long zxid, boolean baseIsTarget) {
        roll();
        if (!canTruncateAfter(zxid, baseIsTarget)) {
            return TruncateResult.NOT_FOUND;
        }
        LogCut cut = LogCut.find(disk, settings.maxFieldBytes(), zxid);
        voidCursors();
        try {
            cut.carryOut(disk);
        } catch (DiskException e) {
            poison("cutting the log after " + Zxid.show(zxid) + " failed", e);
            throw e;
        }
        lastZxid = Math.max(cut.lastKept(), baseIsTarget ? zxid : 0);
        durableZxid = lastZxid;
        events.info("log cut after " + Zxid.show(lastZxid) + ", asked for was " + Zxid.show(zxid));
        return TruncateResult.CUT;
    }

    /**
     * Opens a cursor at the beginning of the file that holds {@code fromZxid}, or would hold it: transactions below it come first, for
     * those who need the last one below. It sees what is durable, also what becomes so later. Close it; {@link #pin} what it needs.
     *
     * <p>This and the cursor may be used on another thread than the rest, as long as it is one at a time.
     *
     * <p>{@link TxnLogCursor#startsAbove} says that the log begins only after {@code fromZxid}.
     */
    public TxnLogCursor read(long fromZxid) {
        return new TxnLogCursor(this, disk, settings.maxFieldBytes(), fromZxid);
    }

    private void voidCursors() {
        timesVoided++;
        generation = timesVoided;
    }

    int generation() {
        return generation;
    }

    /** Keeps the file that holds {@code zxid}, and all later ones, from being purged until as many {@link #unpin} as there were pins. */
    public void pin(long zxid) {
        pins.merge(zxid, 1, Integer::sum);
    }

    public void unpin(long zxid) {
        Integer left = pins.computeIfPresent(zxid, (key, count) -> count - 1);
        if (left == null) {
            throw new IllegalStateException(Zxid.show(zxid) + " is not pinned");
        }
        pins.remove(zxid, 0);
    }

    /**
     * Deletes the files that hold nothing after {@code oldestKeptSnapshot} and nothing that is pinned, oldest first. Each deletion is
     * forced before the next, so that the log never has a hole.
     *
     * @return how many were deleted
     */
    int purge(long oldestKeptSnapshot, int most) {
        requireOpened();
        long needed = pins.isEmpty() ? oldestKeptSnapshot : Math.min(oldestKeptSnapshot, pins.firstKey());
        List<Numbered> logs = StorageNames.logs(disk);
        int first = Math.min(most, LogCut.indexOfHolder(logs, needed));
        for (Numbered log : logs.subList(0, first)) {
            disk.delete(DiskDirectory.LOG, log.name());
            disk.forceDirectory(DiskDirectory.LOG);
            events.info("purged " + log.name());
        }
        return first;
    }

    /** Recovery begins: what this object knows of the disk is void. */
    void reopen() {
        requireUsable();
        if (state == State.UNOPENED) {
            return;
        }
        roll();
        voidCursors();
        become(State.UNOPENED, "recovery begins");
    }

    /** Recovery has replayed the log and found {@code last} to be the end of the history. */
    void opened(long last) {
        lastZxid = last;
        durableZxid = last;
        become(State.IDLE, "history on disk ends with " + Zxid.show(last));
    }

    /** All entries are gone, replaced by a snapshot of {@code zxid}. */
    void replacedBySnapshot(long zxid) {
        requireOpened();
        voidCursors();
        lastZxid = zxid;
        durableZxid = zxid;
    }

    private void requireOpened() {
        requireUsable();
        if (state == State.UNOPENED) {
            throw new IllegalStateException("the log is used before recovery has read it");
        }
    }

    /** @throws StorageException if the log has failed, with the cause */
    public void requireUsable() {
        if (poison != null) {
            throw new StorageException(
                    "the transaction log refuses all work since an earlier failure: " + poison.getMessage()
                            + " Restart this server when the disk is well again; it recovers from what was forced.",
                    poison);
        }
    }

    void poison(String reason, DiskException cause) {
        if (poison == null) {
            poison = cause;
            become(State.POISONED, reason + ": " + cause.getMessage());
        }
    }

    private void become(State to, String reason) {
        if (!state.next().contains(to)) {
            throw new IllegalStateException("log state " + state + " -> " + to + " is not legal: " + reason);
        }
        String line = "log " + state + " -> " + to + ": " + reason;
        state = to;
        if (to == State.POISONED) {
            events.warn(line);
        } else {
            events.info(line);
        }
    }
}
