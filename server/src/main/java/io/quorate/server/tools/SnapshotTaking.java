package io.quorate.server.tools;

import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.admin.SnapshotRequests;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks the server that uses a data directory for a snapshot, and waits until it is written. */
final class SnapshotTaking {
    private static final long POLL_MS = 50;

    private final Path data;
    private final Duration patience;

    SnapshotTaking(Path data, Duration patience) {
        this.data = data;
        this.patience = patience;
    }

    /** @return the newest snapshot, which holds all that the server had applied when it was asked */
    Path run() throws IOException, InterruptedException {
        Path request = data.resolve(SnapshotRequests.FILE);
        try {
            Files.createFile(request);
        } catch (FileAlreadyExistsException e) {
            // Somebody else waits for one already, or did once: the server answers both.
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (Files.exists(request)) {
            if (System.nanoTime() - deadline > 0) {
                Files.deleteIfExists(request);
                throw new ToolException("no server has written a snapshot into " + data + " within "
                        + patience.toSeconds()
                        + " s. Is that the data directory of a Quorate server that runs and serves clients?"
                        + " Its log says what it does about snapshots; a big tree needs a longer --timeout");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        List<Numbered> snapshots = new StoredFiles(new ReadOnlyDisk(data, data), 1 << 20).snapshots();
        if (snapshots.isEmpty()) {
            throw new ToolException("there is no snapshot in " + data + ", though the request for one was removed");
        }
        return data.resolve(snapshots.get(0).name());
    }
}
