package io.quorate.simulation.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is on a disk: names and contents, as a process sees them or as they are on the platter. Reads the formats on its own, by what {@code storage} documents. */
public final class DiskImage {
    private static final String LOG = "log.";
    private static final String SNAPSHOT = "snapshot.";
    private static final int HEX = 16;
    private static final int LOG_HEADER_BYTES = 16;
    private static final int LENGTH_OFFSET = 8;
    private static final int TXN_OFFSET = 8 + 4;

    /** Within a transaction. */
    private static final int ZXID_OFFSET = 8 + 4;

    private static final int AROUND_TXN_BYTES = TXN_OFFSET + 1;

    private final Map<String, SimulatedFile> data;
    private final Map<String, SimulatedFile> log;
    private final Function<SimulatedFile, byte[]> contents;

    DiskImage(
            Map<String, SimulatedFile> data, Map<String, SimulatedFile> log, Function<SimulatedFile, byte[]> contents) {
        this.data = data;
        this.log = log;
        this.contents = contents;
    }

    /** The number in an epoch file; -1 if there is none. */
    public long epoch(String name) {
        SimulatedFile file = data.get(name);
        if (file == null) {
            return -1;
        }
        try {
            return Long.parseLong(new String(contents.apply(file), StandardCharsets.US_ASCII).strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The highest zxid of all snapshots and logs. */
    public long lastZxid() {
        long highest = -1;
        for (String name : data.keySet()) {
            if (name.startsWith(SNAPSHOT)) {
                highest = Math.max(highest, Long.parseUnsignedLong(name.substring(SNAPSHOT.length()), HEX));
            }
        }
        for (Map.Entry<String, SimulatedFile> each : log.entrySet()) {
            if (each.getKey().startsWith(LOG)) {
                highest = Math.max(highest, lastZxid(ByteBuffer.wrap(contents.apply(each.getValue()))));
            }
        }
        return highest;
    }

    /** The zxids of all transactions that are in the logs. */
    public Set<Long> logged() {
        Set<Long> result = new TreeSet<>();
        log.forEach((name, file) -> {
            if (isLog(name)) {
                transactions(ByteBuffer.wrap(contents.apply(file)), true, txn -> result.add(zxid(txn)));
            }
        });
        return result;
    }

    private static long zxid(byte[] txn) {
        return ByteBuffer.wrap(txn).getLong(ZXID_OFFSET);
    }

    private static long lastZxid(ByteBuffer file) {
        long[] last = {-1};
        transactions(file, true, txn -> last[0] = zxid(txn));
        return last[0];
    }

    static boolean isLog(String name) {
        return name.startsWith(LOG);
    }

    /**
     * Those that are whole.
     *
     * @param entries a log, or a part of one that begins with an entry
     * @param fromHeader whether the header of the file stands before them
     */
    static void transactions(ByteBuffer entries, boolean fromHeader, Consumer<byte[]> each) {
        int at = fromHeader ? LOG_HEADER_BYTES : 0;
        while (at + TXN_OFFSET + ZXID_OFFSET + Long.BYTES <= entries.limit()) {
            int length = entries.getInt(at + LENGTH_OFFSET);
            if (length <= 0 || at + AROUND_TXN_BYTES + (long) length > entries.limit()) {
                return;
            }
            byte[] txn = new byte[length];
            entries.get(at + TXN_OFFSET, txn);
            each.accept(txn);
            at += AROUND_TXN_BYTES + length;
        }
    }
}
