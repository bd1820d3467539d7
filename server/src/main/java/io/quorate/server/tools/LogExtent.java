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
        LogEnd end = new LogEnd(reader, newest, files);
        do {
            while (reader.next()) {
                first = first == Zxid.NONE ? reader.zxid() : first;
                last = Math.max(last, reader.zxid());
                progress.add(reader.txn().length);
            }
        } while (end.mayChange(last));
        if (!end.isInOrder(last)) {
            LogFileReader.End found = reader.end();
            throw new ToolException(
                    reader.name() + " is damaged at offset " + found.offset() + ": " + found.found()
                            + ". There is no backup of a damaged server: use another one, and see what zkTool.sh verify says of this one");
        }
        return new LogExtent(reader, reader.nextOffset(), first, last);
    }
}
