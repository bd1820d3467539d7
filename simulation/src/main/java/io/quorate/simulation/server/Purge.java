package io.quorate.simulation.server;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.disk.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;

/** What an operator does with a server that is off: keeps the newest snapshots, and the logs that they need. */
final class Purge {
    private static final int KEPT_SNAPSHOTS = 3;
    private static final String SNAPSHOT = "snapshot.";
    private static final String LOG = "log.";
    private static final int HEX = 16;

    private Purge() {}

    /** @return whether a log was deleted */
    static boolean run(SimulatedDisk disk) {
        List<Long> snapshots = numbers(disk, DiskDirectory.DATA, SNAPSHOT);
        if (snapshots.size() <= KEPT_SNAPSHOTS) {
            return false;
        }
        long oldestKept = snapshots.get(snapshots.size() - KEPT_SNAPSHOTS);
        for (long each : snapshots) {
            if (each < oldestKept) {
                delete(disk, DiskDirectory.DATA, SNAPSHOT, each);
            }
        }
        List<Long> logs = numbers(disk, DiskDirectory.LOG, LOG);
        boolean any = false;
        for (int i = 0; i + 1 < logs.size() && logs.get(i + 1) <= oldestKept; i++) {
            delete(disk, DiskDirectory.LOG, LOG, logs.get(i));
            any = true;
        }
        disk.forceDirectory(DiskDirectory.DATA);
        disk.forceDirectory(DiskDirectory.LOG);
        return any;
    }

    /** Ascending. */
    private static List<Long> numbers(SimulatedDisk disk, DiskDirectory directory, String prefix) {
        List<Long> result = new ArrayList<>();
        for (String name : disk.list(directory)) {
            if (name.startsWith(prefix)) {
                result.add(Long.parseUnsignedLong(name.substring(prefix.length()), HEX));
            }
        }
        result.sort(Long::compareUnsigned);
        return result;
    }

    private static void delete(SimulatedDisk disk, DiskDirectory directory, String prefix, long number) {
        disk.delete(directory, prefix + Long.toHexString(number));
    }
}
