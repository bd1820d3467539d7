package io.quorate.server.tools;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots and logs of a server that may be running, all open: what it purges, replaces or renames from now on can still be read.
 * Snapshots are listed first, so that the logs which they need come with them: a snapshot that appears in between is not in the list, and the
 * logs reach beyond it.
 *
 * @param snapshots oldest first
 * @param logs oldest first
 */
record OpenedFiles(List<Snapshot> snapshots, List<LogFileReader> logs) implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    record Snapshot(String name, long length, DiskFile file) {}

    static OpenedFiles open(ReadOnlyDisk disk, StoredFiles files) {
        for (int attempt = 1; ; attempt++) {
            OpenedFiles opened = new OpenedFiles(new ArrayList<>(), new ArrayList<>());
            try {
                opened.openAll(disk, files);
                return opened;
            } catch (DiskException e) {
                opened.close();
                // The server removed a file between its listing and its opening: the list is void.
                if (attempt == ATTEMPTS || !(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    private void openAll(ReadOnlyDisk disk, StoredFiles files) {
        List<Numbered> found = files.snapshots();
        for (int i = found.size() - 1; i >= 0; i--) {
            String name = found.get(i).name();
            DiskFile file = disk.open(DiskDirectory.DATA, name, OpenMode.READ);
            snapshots.add(new Snapshot(name, disk.size(DiskDirectory.DATA, name), file));
        }
        for (Numbered log : files.logs()) {
            logs.add(files.openLog(log.name()));
        }
    }

    @Override
    public void close() {
        snapshots.forEach(snapshot -> snapshot.file().close());
        logs.forEach(LogFileReader::close);
    }
}
