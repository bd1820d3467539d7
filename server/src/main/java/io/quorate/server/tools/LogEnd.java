package io.quorate.server.tools;

import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.StoredFiles;

/** The end of a log, which a server may just be writing: what looks damaged there is looked at again for a while. */
final class LogEnd {
    private static final int LOOKS = 50;
    private static final long BETWEEN_LOOKS_MS = 20;

    private final LogFileReader reader;
    private final boolean newest;
    private final StoredFiles files;
    private int looks;

    /** @param newest whether a server may be writing it */
    LogEnd(LogFileReader reader, boolean newest, StoredFiles files) {
        this.reader = reader;
        this.newest = newest;
        this.files = files;
    }

    /**
     * Whether the end is as it has to be: the newest log's as an unfinished write leaves it, zeros with more behind them included.
     *
     * @param lastZxid of the last entry that could be read, here or in an earlier file
     */
    boolean isInOrder(long lastZxid) {
        return newest
                ? files.unfinishedBytes(reader, lastZxid).isPresent()
                : reader.end().kind() != LogFileReader.EndKind.DAMAGED;
    }

    /** Waits a little and returns true if it is not in order and may be so soon: then the reader is to go on. */
    boolean mayChange(long lastZxid) {
        looks++;
        if (!newest || looks == LOOKS || isInOrder(lastZxid)) {
            return false;
        }
        pause();
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ToolException("the reading of the log was interrupted");
        }
    }
}
