package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the log, from the beginning of one file through all later ones, for a learner that is synchronised from disk. Void after the log
 * was cut, replaced by a snapshot, or read again by recovery: {@link #next} then throws.
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
    // An entry that was read but is not durable yet.
    private boolean held;
    private boolean started;
    private long zxid;

    TxnLogCursor(TxnLog log, DiskPort disk, int maxTxnBytes, long fromZxid) {
        this.log = log;
        this.disk = disk;
        this.maxTxnBytes = maxTxnBytes;
        this.generation = log.generation();
        List<Numbered> logs = StorageNames.logs(disk);
        this.startsAbove =
                logs.isEmpty() || !reachesBackTo(fromZxid, logs.get(0).zxid());
        int first = LogCut.indexOfHolder(logs, fromZxid);
        long bytes = 0;
        for (Numbered file : logs.subList(logs.isEmpty() ? 0 : first, logs.size())) {
            bytes += disk.size(DiskDirectory.LOG, file.name());
        }
        this.totalFileBytes = bytes;
        if (!logs.isEmpty()) {
            open(logs.get(first));
        }
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
        if (!held && !advance()) {
            return false;
        }
        LogFileReader current = requireReader();
        if (current.zxid() > log.durableZxid()) {
            held = true;
            return false;
        }
        held = false;
        checkOrder(current);
        zxid = current.zxid();
        started = true;
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
        if (end.kind() == LogFileReader.EndKind.DAMAGED) {
            throw new DamagedFileException(
                    current.name(),
                    end.offset(),
                    end.found(),
                    "The learner gets a snapshot instead; check this server's disk.");
        }
        return openNext() && advance();
    }

    private boolean openNext() {
        for (Numbered log : StorageNames.logs(disk)) {
            if (log.zxid() > fileZxid) {
                open(log);
                return true;
            }
        }
        return false;
    }

    private void open(Numbered log) {
        close();
        reader = new LogFileReader(disk, log.name(), maxTxnBytes);
        fileZxid = log.zxid();
    }

    private void checkOrder(LogFileReader current) {
        if (started && !LogFormat.follows(zxid, current.zxid())) {
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
