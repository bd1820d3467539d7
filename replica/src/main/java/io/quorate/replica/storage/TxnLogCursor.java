package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the log, from the beginning of one file through all later ones, for a learner that is synchronised from disk. Void after the log
 * was cut, replaced by a snapshot, or read again by recovery: {@link #next} then throws.
 *
 * <p>It may be used on another thread than the log's, for it touches only what does not change: entries up to the zxid that was durable when
 * it last looked, and the files that were there. What lies behind is being written, and would look damaged.
 */
public final class TxnLogCursor implements AutoCloseable {
    private final TxnLog log;
    private final DiskPort disk;
    private final int maxTxnBytes;
    private final int generation;
    private final boolean startsAbove;
    private final long totalFileBytes;

    private @Nullable LogFileReader reader;
    // Name of the file that reader is on, as a zxid; -1 when there is no file at all yet.
    private long fileZxid = -1;
    // Files that are known and come next. One of them that is purged meanwhile is missed, and not passed over.
    private final Deque<Numbered> coming = new ArrayDeque<>();
    // What was durable when it last looked: nothing behind it is read.
    private long durableZxid;
    private long zxid = Zxid.NONE;

    TxnLogCursor(TxnLog log, DiskPort disk, int maxTxnBytes, long fromZxid) {
        this.log = log;
        this.disk = disk;
        this.maxTxnBytes = maxTxnBytes;
        this.generation = log.generation();
        this.durableZxid = log.durableZxid();
        List<Numbered> logs = StorageNames.logs(disk);
        this.startsAbove =
                logs.isEmpty() || !reachesBackTo(fromZxid, logs.get(0).zxid());
        if (!logs.isEmpty()) {
            coming.addAll(logs.subList(LogCut.indexOfHolder(logs, fromZxid), logs.size()));
        }
        this.totalFileBytes = coming.stream()
                .mapToLong(file -> disk.size(DiskDirectory.LOG, file.name()))
                .sum();
    }

    /**
     * Nothing is missing behind a zxid if the log holds it, or begins with the next number. Where the log begins with a later epoch, the
     * numbers do not tell; but behind a snapshot that is still there, nothing is ever purged.
     */
    private boolean reachesBackTo(long fromZxid, long first) {
        return first <= fromZxid + 1
                || (LogFormat.follows(fromZxid, first)
                        && StorageNames.snapshots(disk).stream().anyMatch(file -> file.zxid() == fromZxid));
    }

    /** Whether transactions may be missing between the zxid that was asked for and the first of the log: they were purged. */
    public boolean startsAbove() {
        return startsAbove;
    }

    /** Length of the files from the first one that is read on, with their padding, in bytes: what {@code snapshotSizeFactor} limits. */
    public long totalFileBytes() {
        return totalFileBytes;
    }

    /**
     * Goes to the next durable transaction.
     *
     * @return false when there is none; there may be one later
     * @throws DamagedFileException if the log cannot be read on, or has a hole
     * @throws StorageException if the log was cut meanwhile
     */
    public boolean next() {
        if (generation != log.generation()) {
            throw new StorageException(
                    "the log was cut or replaced while it was being read for a learner; synchronise it again");
        }
        boolean found = zxid < durableZxid && advance();
        if (!found && !(moreIsDurable() && advance())) {
            return false;
        }
        LogFileReader current = requireReader();
        checkOrder(current);
        zxid = current.zxid();
        return true;
    }

    /** Looks again. What was read ahead may have been written since. */
    private boolean moreIsDurable() {
        long now = log.durableZxid();
        if (now == durableZxid) {
            return false;
        }
        durableZxid = now;
        if (reader != null) {
            reader.dropWindow();
        }
        return true;
    }

    /** Of the transaction that {@link #next} arrived at. */
    public long zxid() {
        return zxid;
    }

    /** Its bytes, as they were appended. */
    public byte[] txn() {
        return requireReader().txn();
    }

    private boolean advance() {
        LogFileReader current = reader;
        if (current == null) {
            return openNext() && advance();
        }
        if (current.next()) {
            return true;
        }
        LogFileReader.End end = current.end();
        if (isDamaged(current, end)) {
            throw new DamagedFileException(
                    current.name(),
                    end.offset(),
                    end.found(),
                    "The learner gets a snapshot instead; check this server's disk.");
        }
        return openNext() && advance();
    }

    /** An end within an entry may be what a killed Apache server has left; with a whole entry in it, it is a length that has changed. */
    private boolean isDamaged(LogFileReader current, LogFileReader.End end) {
        return switch (end.kind()) {
            case CLEAN -> false;
            case DAMAGED -> true;
            case CUT_SHORT ->
                new TornTail(current, disk.size(DiskDirectory.LOG, current.name()), zxid, maxTxnBytes)
                        .holdsWholeEntry();
        };
    }

    private boolean openNext() {
        if (coming.isEmpty()) {
            StorageNames.logs(disk).stream()
                    .filter(each -> each.zxid() > fileZxid)
                    .forEach(coming::add);
        }
        Numbered next = coming.peek();
        if (next == null || next.zxid() > durableZxid) {
            return false;
        }
        open(coming.remove());
        return true;
    }

    private void open(Numbered log) {
        close();
        reader = new LogFileReader(disk, log.name(), maxTxnBytes);
        fileZxid = log.zxid();
    }

    private void checkOrder(LogFileReader current) {
        if (zxid != Zxid.NONE && !LogFormat.follows(zxid, current.zxid())) {
            throw new DamagedFileException(
                    current.name(),
                    current.entryOffset(),
                    "transaction " + Zxid.show(current.zxid()) + " comes after " + Zxid.show(zxid),
                    "Transactions are missing between them; the learner gets a snapshot instead.");
        }
    }

    private LogFileReader requireReader() {
        if (reader == null) {
            throw new IllegalStateException("the cursor is at no transaction");
        }
        return reader;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
