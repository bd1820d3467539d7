package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log at start-up, and leaves it so that new files can follow: an unfinished batch at its very end is cut off, files at the
 * end without any transaction are deleted. Everything else that is not as it should be stops the server.
 *
 * <table>
 *   <caption>Ends of a file</caption>
 *   <tr><th>found</th><th>in the newest file</th><th>in an older one</th></tr>
 *   <tr><td>zeros or end of file between entries</td><td>end of the log</td><td>the next file goes on</td></tr>
 *   <tr><td>file ends within an entry</td><td>cut off</td><td>the next file goes on (Apache servers leave these), if nothing is missing, by the
 *   zxids and by the digests</td></tr>
 *   <tr><td>the same, and there is a whole entry in what is left (its length has changed)</td><td>fatal</td><td>fatal</td></tr>
 *   <tr><td>what a crash leaves of one batch ({@link TornTail})</td><td>cut off</td><td>fatal</td></tr>
 *   <tr><td>other bytes</td><td>fatal</td><td>fatal</td></tr>
 *   <tr><td>no entries at all</td><td>deleted</td><td>the next file goes on, if nothing is missing</td></tr>
 * </table>
 *
 * Cutting is what keeps a torn batch from coming back: were it left there, a later file would follow it, and no reader could tell any
 * more that it was never finished.
 */
final class LogReplay {
    private static final String REBUILD = "The server stops, for a transaction that it acknowledged may be lost here. "
            + "Restore the file, or " + Rebuild.ADVICE + ".";

    private final DiskPort disk;
    private final int maxTxnBytes;
    private final List<String> warnings;

    // Of the last transaction that is part of the history: the snapshot's, or the last one replayed.
    private long lastZxid;
    // Of the newest file: how much of an unfinished batch is behind its end.
    private int tornBytes;
    // Behind the last entry of the newest file that has any.
    private long newestEnd;
    // An older file that ends within an entry, until a transaction after it shows that nothing is missing.
    private @Nullable DamagedFileException doubt;

    LogReplay(DiskPort disk, int maxTxnBytes, List<String> warnings) {
        this.disk = disk;
        this.maxTxnBytes = maxTxnBytes;
        this.warnings = warnings;
    }

    /** Whether there is any transaction on disk. */
    boolean anyTransaction() {
        for (Numbered log : StorageNames.logs(disk)) {
            try (LogFileReader reader = new LogFileReader(disk, log.name(), maxTxnBytes)) {
                if (reader.next()) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Hands every transaction after {@code fromZxid} to {@code sink}.
     *
     * @return the zxid of the last one; {@code fromZxid} if there is none
     * @throws DamagedFileException if the log cannot be trusted
     */
    long replay(long fromZxid, TxnSink sink) {
        lastZxid = fromZxid;
        List<Numbered> logs = StorageNames.logs(disk);
        for (int i = LogCut.indexOfHolder(logs, fromZxid); i < logs.size(); i++) {
            replayFile(logs.get(i), i == logs.size() - 1, fromZxid, sink);
        }
        return lastZxid;
    }

    private void replayFile(Numbered log, boolean newest, long fromZxid, TxnSink sink) {
        String name = log.name();
        LogFileReader.End end;
        boolean empty;
        try (LogFileReader reader = new LogFileReader(disk, name, maxTxnBytes)) {
            long previous = Zxid.NONE;
            while (reader.next()) {
                checkFirst(log, reader, previous);
                replayEntry(reader, previous, fromZxid, sink);
                previous = reader.zxid();
            }
            end = reader.end();
            empty = previous == Zxid.NONE;
            judge(reader, newest, Math.max(previous, lastZxid));
        }
        if (newest) {
            settleEnd(name, end, empty);
        }
        if (!empty) {
            newestEnd = end.offset();
        }
    }

    /**
     * Makes what was read durable. After a process was killed, or a force failed, the end of the newest file may be in the machine's memory
     * only; and after a failed force another one does nothing for it. So the last bytes, as many as can be concerned, are written again
     * as they are, and forced.
     */
    void makeDurable() {
        List<Numbered> logs = StorageNames.logs(disk);
        if (logs.isEmpty()) {
            return;
        }
        String name = logs.get(logs.size() - 1).name();
        try (DiskFile file = disk.open(DiskDirectory.LOG, name, OpenMode.WRITE)) {
            long length = Math.min(newestEnd, StorageLimits.maxUnforcedBytes(maxTxnBytes));
            ByteBuffer last = ByteBuffer.allocate((int) length);
            long from = newestEnd - length;
            while (last.hasRemaining() && file.read(from + last.position(), last) > 0) {
                // A short read is not the end of the file.
            }
            file.write(from, last.flip());
            file.force();
        }
    }

    private void checkFirst(Numbered log, LogFileReader reader, long previous) {
        if (previous == Zxid.NONE && reader.zxid() != log.zxid()) {
            warnings.add(log.name() + " begins with transaction " + Zxid.show(reader.zxid()) + ", its name says "
                    + Zxid.show(log.zxid()));
        }
    }

    private void replayEntry(LogFileReader reader, long previous, long fromZxid, TxnSink sink) {
        long zxid = reader.zxid();
        if (previous != Zxid.NONE && zxid < previous) {
            throw damaged(reader, "transaction " + Zxid.show(zxid) + " comes after " + Zxid.show(previous));
        }
        if (zxid <= fromZxid) {
            return;
        }
        if (!LogFormat.follows(lastZxid, zxid)) {
            throw damaged(
                    reader,
                    "transaction " + Zxid.show(zxid) + " comes after " + Zxid.show(lastZxid)
                            + ", and those between them are missing");
        }
        boolean differedBefore = sink.differs();
        sink.replay(zxid, reader.txn());
        lastZxid = zxid;
        if (doubt != null && !differedBefore && sink.differs()) {
            throw doubt;
        }
    }

    private static DamagedFileException damaged(LogFileReader reader, String found) {
        return new DamagedFileException(reader.name(), reader.entryOffset(), found, REBUILD);
    }

    private void judge(LogFileReader reader, boolean newest, long last) {
        LogFileReader.End end = reader.end();
        if (!newest) {
            judgeOlder(reader, last);
            return;
        }
        TornTail tail = tail(reader, last);
        if (!tail.explainedByCrash()) {
            String behind = end.kind() == LogFileReader.EndKind.CLEAN
                    ? "the log ends here, and there is more behind it than an unfinished write leaves"
                    : end.found();
            throw new DamagedFileException(reader.name(), end.offset(), behind, REBUILD);
        }
        tornBytes = tail.bytes();
    }

    private TornTail tail(LogFileReader reader, long last) {
        return new TornTail(reader, disk.size(DiskDirectory.LOG, reader.name()), last, maxTxnBytes);
    }

    private void judgeOlder(LogFileReader reader, long last) {
        LogFileReader.End end = reader.end();
        switch (end.kind()) {
            case CLEAN -> {}
            case CUT_SHORT -> cutShort(reader, last);
            case DAMAGED -> throw new DamagedFileException(reader.name(), end.offset(), end.found(), REBUILD);
        }
    }

    /**
     * An Apache server that was killed leaves such an end, and goes on in another file. If it is the last one of its epoch, the zxids cannot tell
     * whether anything is missing behind it; the next transaction's digest can.
     */
    private void cutShort(LogFileReader reader, long last) {
        LogFileReader.End end = reader.end();
        if (tail(reader, last).holdsWholeEntry()) {
            String found = end.found() + ", and there is a whole entry in that: the length has changed";
            throw new DamagedFileException(reader.name(), end.offset(), found, REBUILD);
        }
        String missing =
                end.found() + ", and the transactions after it were written for another tree: some are missing here";
        doubt = new DamagedFileException(reader.name(), end.offset(), missing, REBUILD);
        warnings.add(reader.name() + " ends at offset " + end.offset() + " with an unfinished entry: " + end.found());
    }

    /** Makes the end of the newest file one that a later file may follow. {@link Recovery} forces it before there is one. */
    private void settleEnd(String name, LogFileReader.End end, boolean empty) {
        if (empty) {
            warnings.add(name + " holds no transaction (" + end.found() + "); it is deleted");
            disk.delete(DiskDirectory.LOG, name);
            return;
        }
        if (end.kind() == LogFileReader.EndKind.CLEAN && tornBytes == 0) {
            return;
        }
        warnings.add(name + " ends at offset " + end.offset() + " with an unfinished write of " + tornBytes + " bytes ("
                + end.found() + "); it was never acknowledged and is cut off");
        try (DiskFile file = disk.open(DiskDirectory.LOG, name, OpenMode.WRITE)) {
            file.truncate(end.offset());
        }
    }
}
