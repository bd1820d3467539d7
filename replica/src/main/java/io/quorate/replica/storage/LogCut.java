package io.quorate.replica.storage;

import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a log is to be cut.
 *
 * @param lastKept zxid of the last entry that stays, -1 if none does
 * @param keptFile the file it is in
 * @param keptLength what stays of that file, in bytes
 * @param cutsFile whether anything of that file goes
 * @param deleted files that go as a whole, newest first
 */
record LogCut(long lastKept, @Nullable String keptFile, long keptLength, boolean cutsFile, List<String> deleted) {
    static final long NOTHING_KEPT = -1;

    LogCut {
        deleted = List.copyOf(deleted);
    }

    boolean hasEntries() {
        return keptFile != null;
    }

    /** Finds the place behind the last entry that is not above {@code zxid}. Reads one file, seldom two. */
    static LogCut find(DiskPort disk, int maxTxnBytes, long zxid) {
        List<Numbered> logs = StorageNames.logs(disk);
        List<String> deleted = new ArrayList<>();
        for (Numbered log : newestFirst(logs)) {
            if (log.zxid() <= zxid) {
                LogCut cut = findIn(disk, maxTxnBytes, log.name(), zxid, deleted);
                if (cut != null) {
                    return cut;
                }
            }
            deleted.add(log.name());
        }
        return new LogCut(NOTHING_KEPT, null, 0, false, deleted);
    }

    /** The files from the one that holds {@code zxid} on are from this index on; 0 if all of them begin after it. */
    static int indexOfHolder(List<Numbered> logs, long zxid) {
        int index = 0;
        while (index + 1 < logs.size() && logs.get(index + 1).zxid() <= zxid) {
            index++;
        }
        return index;
    }

    private static List<Numbered> newestFirst(List<Numbered> logs) {
        List<Numbered> reversed = new ArrayList<>(logs);
        Collections.reverse(reversed);
        return reversed;
    }

    private static @Nullable LogCut findIn(
            DiskPort disk, int maxTxnBytes, String name, long zxid, List<String> deleted) {
        try (LogFileReader reader = new LogFileReader(disk, name, maxTxnBytes)) {
            long last = NOTHING_KEPT;
            long length = 0;
            while (reader.next()) {
                if (reader.zxid() > zxid) {
                    return last == NOTHING_KEPT ? null : new LogCut(last, name, length, true, deleted);
                }
                last = reader.zxid();
                length = reader.nextOffset();
            }
            LogFileReader.End end = reader.end();
            if (end.kind() == LogFileReader.EndKind.DAMAGED) {
                throw new DamagedFileException(
                        name, end.offset(), end.found(), "The log is not cut; check this server's disk.");
            }
            return last == NOTHING_KEPT ? null : new LogCut(last, name, length, false, deleted);
        }
    }

    /**
     * Deletes and cuts, from the end of the history towards its beginning, each step forced before the next: after a crash in between a
     * prefix of the old history is there, never one with a hole.
     */
    void carryOut(DiskPort disk) {
        for (String name : deleted) {
            disk.delete(DiskDirectory.LOG, name);
            disk.forceDirectory(DiskDirectory.LOG);
        }
        if (keptFile == null || !cutsFile) {
            return;
        }
        try (DiskFile file = disk.open(DiskDirectory.LOG, keptFile, OpenMode.WRITE)) {
            file.truncate(keptLength);
            file.force();
        }
    }
}
