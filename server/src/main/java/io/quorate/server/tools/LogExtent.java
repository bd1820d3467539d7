package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.StoredFiles;

/**
 * How far the whole entries of one log reach.
 *
 * @param reader open, for copying
 * @param length up to behind the last whole entry, in bytes
 * @param first zxid of the first entry; {@link Zxid#NONE} if there is none
 * @param last zxid of the last one
 */
record LogExtent(LogFileReader reader, long length, long first, long last) {
    /** How often the end of a log is looked at again that looks damaged and may just be being written. */
    private static final int LOOKS = 50;

    private static final long BETWEEN_LOOKS_MS = 20;

    String name() {
        return reader.name();
    }

    boolean isEmpty() {
        return first == Zxid.NONE;
    }

    /**
     * Reads a log to its end.
     *
     * @param newest whether a server may be writing it
     * @throws ToolException if it is damaged
     */
    static LogExtent read(LogFileReader reader, boolean newest, StoredFiles files, Progress progress) {
        long first = Zxid.NONE;
        long last = Zxid.NONE;
        for (int look = 1; ; look++) {
            while (reader.next()) {
                first = first == Zxid.NONE ? reader.zxid() : first;
                last = Math.max(last, reader.zxid());
                progress.add(reader.txn().length);
            }
            if (endIsInOrder(reader, newest, files, last)) {
                return new LogExtent(reader, reader.nextOffset(), first, last);
            }
            if (!newest || look == LOOKS) {
                LogFileReader.End end = reader.end();
                throw new ToolException(
                        reader.name() + " is damaged at offset " + end.offset() + ": " + end.found()
                                + ". There is no backup of a damaged server: use another one, and see what zkTool.sh verify says of this one");
            }
            pause();
        }
    }

    /**
     * The newest log has to end as an unfinished write leaves it, zeros with more behind them included. A file that the server removed
     * meanwhile, and that only this program has open yet, can only be taken as it reads.
     */
    private static boolean endIsInOrder(LogFileReader reader, boolean newest, StoredFiles files, long last) {
        boolean listed = files.logs().stream().anyMatch(log -> log.name().equals(reader.name()));
        if (newest && listed) {
            return files.unfinishedBytes(reader, last).isPresent();
        }
        return reader.end().kind() != LogFileReader.EndKind.DAMAGED;
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("the backup was interrupted");
        }
    }
}
