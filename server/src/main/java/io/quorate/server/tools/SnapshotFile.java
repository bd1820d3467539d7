package io.quorate.server.tools;

import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import io.quorate.tree.SnapshotException;
import io.quorate.tree.SnapshotParser;
import io.quorate.tree.SnapshotRecords;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** One snapshot, by its path. */
final class SnapshotFile {
    private final Path path;
    private final ReadOnlyDisk disk;
    private final int maxField;

    SnapshotFile(CommandSpec spec, Path path, int maxField) {
        this.path = path;
        this.disk = Locations.diskOf(spec, path);
        this.maxField = maxField;
    }

    Path path() {
        return path;
    }

    /**
     * Hands all records on, and checks the seals behind them.
     *
     * @throws ToolException if it is no whole snapshot
     */
    LoadedSnapshot read(SnapshotRecords records) {
        try {
            return read(new StoredFiles(disk, maxField), String.valueOf(path.getFileName()), maxField, records);
        } catch (DamagedFileException e) {
            throw new ToolException(path + ": damaged at offset " + e.offset() + ": " + e.found());
        } catch (SnapshotException e) {
            throw new ToolException(path + ": " + e.getMessage());
        }
    }

    /** @throws RuntimeException if it is no whole snapshot */
    static LoadedSnapshot read(StoredFiles files, String name, int maxField, SnapshotRecords records) {
        SnapshotParser parser = new SnapshotParser(maxField, records);
        return files.readSnapshot(name, new SnapshotBodySink() {
            @Override
            public int feed(byte[] bytes, int offset, int length) {
                return parser.feed(bytes, offset, length);
            }

            @Override
            public boolean complete() {
                return parser.isComplete();
            }
        });
    }
}
