package io.quorate.server.admin;

import io.quorate.jute.Zxid;
import io.quorate.replica.Replica;
import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot when an operator asks for one, by a file of the name {@value #FILE} beside the snapshots; the file goes when a snapshot is
 * written that has all that was applied when it was found. So whoever may write into the data directory may ask, and nobody else: there is
 * no port for it, and no password.
 *
 * <pre>
 *   IDLE ──each second──► LOOKING ──there is one──► TAKING ──written──► ANSWERING ──the file is gone──► IDLE
 * </pre>
 *
 * All on the core loop; the file is looked at and removed by the loop for snapshots.
 */
public final class SnapshotRequests {
    /** In {@code dataDir/version-2}. What it holds does not matter. */
    public static final String FILE = "snapshot-request";

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRequests.class);

    private static final long LOOK_NANOS = 1_000_000_000L;

    private enum State {
        IDLE,
        LOOKING,
        TAKING,
        ANSWERING
    }

    private final DiskLoopPort loop;
    private final DiskPort disk;
    private final Replica replica;
    private State state = State.IDLE;
    private long lookedAtNanos;

    /** What the snapshot has to hold at least. */
    private long wantedZxid;

    public SnapshotRequests(DiskLoopPort loop, DiskPort disk, Replica replica, long nowNanos) {
        this.loop = loop;
        this.disk = disk;
        this.replica = replica;
        this.lookedAtNanos = nowNanos;
    }

    /** Called at least some times a second. */
    public void onTick(long nowNanos) {
        if (state == State.IDLE && nowNanos - lookedAtNanos >= LOOK_NANOS) {
            lookedAtNanos = nowNanos;
            state = State.LOOKING;
            submit(new Look());
        } else if (state == State.TAKING && replica.writtenSnapshotZxid() >= wantedZxid) {
            state = State.ANSWERING;
            submit(new Answer());
        }
    }

    private void submit(DiskJob job) {
        loop.submit(job);
        loop.flush();
    }

    private final class Look implements DiskJob {
        private boolean found;

        @Override
        public void run() {
            found = disk.exists(DiskDirectory.DATA, FILE);
        }

        @Override
        public void complete(long nowNanos) {
            if (!found) {
                state = State.IDLE;
                return;
            }
            wantedZxid = replica.treeState().appliedZxid();
            state = State.TAKING;
            if (replica.writtenSnapshotZxid() < wantedZxid) {
                LOG.info("A snapshot is asked for: it will be of {} or later", Zxid.show(wantedZxid));
                replica.requestSnapshot();
            }
        }
    }

    private final class Answer implements DiskJob {
        @Override
        public void run() {
            try {
                disk.delete(DiskDirectory.DATA, FILE);
            } catch (StorageException e) {
                // Whoever asked may have removed it; if not, the next look finds it, and that the snapshot is there.
                LOG.warn("{} could not be removed: {}", FILE, e.getMessage());
            }
        }

        @Override
        public void complete(long nowNanos) {
            state = State.IDLE;
        }
    }
}
