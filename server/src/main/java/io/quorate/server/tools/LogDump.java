package io.quorate.server.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import io.quorate.tree.Txn;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Writes the transactions of logs, one a line, and how each log ends where it does not end cleanly. */
final class LogDump {
    private final ReadOnlyDisk disk;
    private final StoredFiles files;
    private final TxnRange range;
    private final Rendering out;
    private final TxnDescription description;
    private final PrintWriter err;

    private long lastZxid = Zxid.NONE;
    private boolean damaged;

    LogDump(
            ReadOnlyDisk disk,
            StoredFiles files,
            TxnRange range,
            Rendering out,
            TxnDescription description,
            PrintWriter err) {
        this.disk = disk;
        this.files = files;
        this.range = range;
        this.out = out;
        this.description = description;
        this.err = err;
    }

    /** @param names of the files, oldest first; the last one may end as a crash leaves it */
    int run(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (!dump(names.get(i), i == names.size() - 1)) {
                break;
            }
        }
        return damaged ? ToolExit.DAMAGED : ToolExit.OK;
    }

    /** @return whether to go on */
    private boolean dump(String name, boolean newest) {
        try (LogFileReader reader = files.openLog(name)) {
            while (reader.next()) {
                lastZxid = reader.zxid();
                if (range.isOver(lastZxid) || out.abandoned()) {
                    return false;
                }
                entry(reader);
            }
            end(reader, newest);
        }
        return true;
    }

    private void entry(LogFileReader reader) {
        byte[] bytes = reader.txn();
        TxnHeader header = TxnHeader.read(new JuteReader(bytes));
        if (!range.contains(header)) {
            return;
        }
        ObjectNode line = out.object();
        line.put("file", reader.name());
        line.put("offset", reader.entryOffset());
        line.put("bytes", bytes.length);
        try {
            description.describe(line, Txn.decode(bytes));
        } catch (JuteException e) {
            description.header(line, header);
            line.put("undecodable", e.getMessage());
            damage(
                    reader,
                    reader.entryOffset(),
                    "transaction " + Zxid.show(header.zxid()) + " cannot be decoded: " + e.getMessage());
        }
        out.line(line, TxnDescription.LEADING, TxnDescription.LEFT_OUT);
    }

    private void end(LogFileReader reader, boolean newest) {
        LogFileReader.End end = reader.end();
        if (newest) {
            OptionalInt unfinished = files.unfinishedBytes(reader, lastZxid);
            if (unfinished.isEmpty()) {
                boolean clean = end.kind() == LogFileReader.EndKind.CLEAN;
                damage(reader, end.offset(), clean ? "the entries end, and there is more behind them" : end.found());
            } else if (unfinished.getAsInt() > 0 || end.kind() != LogFileReader.EndKind.CLEAN) {
                say(
                        reader,
                        end.offset(),
                        "unfinished",
                        end.found() + "; " + unfinished.getAsInt()
                                + " bytes of an unfinished write, which a server cuts off when it starts");
            }
            return;
        }
        switch (end.kind()) {
            case CLEAN -> {}
            case CUT_SHORT -> say(reader, end.offset(), "unfinished", end.found());
            case DAMAGED -> damage(reader, end.offset(), end.found());
        }
    }

    private void damage(LogFileReader reader, long offset, String found) {
        damaged = true;
        say(reader, offset, "damaged", found);
    }

    private void say(LogFileReader reader, long offset, String kind, String found) {
        err.println(disk.path(DiskDirectory.LOG, reader.name()) + ": " + kind + " at offset " + offset + ": " + found);
        if (out.format() == Format.JSON) {
            ObjectNode line = out.object();
            line.put("file", reader.name()).put("offset", offset).put(kind, found);
            out.line(line, List.of(), Set.of());
        }
    }
}
