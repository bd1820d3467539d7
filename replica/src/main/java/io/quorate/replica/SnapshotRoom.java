package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.ExactSnapshot;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotView;
import io.quorate.zab.LearnerHandler;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of this server's tree, and their way to learners. One is taken at a time, by slices that the tree copies out between requests,
 * written by the loop for snapshots; a learner gets the newest file that is new enough, or the next one.
 *
 * <pre>
 *   IDLE ──due, or a learner needs one──► BEGINNING (log rolled, file made) ──► WRITING ──all slices──► SEALING ──► PUBLISHING ──► IDLE
 *   BEGINNING, WRITING ──the view is abandoned, the tree is replaced──► IDLE
 * </pre>
 *
 * What follows an abandoned view is said in {@link ViewRetries}.
 */
final class SnapshotRoom {
    private enum State {
        IDLE,
        BEGINNING,
        WRITING,
        SEALING,
        PUBLISHING
    }

    /** A learner that is sent a file. */
    private static final class Sending {
        final ExactSnapshot snapshot;

        /** Opened and read by jobs only. */
        @Nullable
        DiskFile file;

        long offset;

        Sending(ExactSnapshot snapshot) {
            this.snapshot = snapshot;
        }
    }

    private final ReplicaSettings settings;
    private final LogRoom logRoom;
    private final DiskLoopPort loop;
    private final DiskPort disk;
    private final RandomGenerator random;
    private final EventLog log;
    private final Map<LearnerHandler, Sending> sending = new LinkedHashMap<>();

    /** Learners for which a file of at least that zxid is looked for. */
    private final Map<LearnerHandler, Long> asking = new LinkedHashMap<>();

    /** Learners that wait for a snapshot of at least that zxid to be taken. */
    private final Map<LearnerHandler, Long> waiting = new LinkedHashMap<>();

    private final ViewRetries retries = new ViewRetries();
    private State state = State.IDLE;
    private @Nullable SnapshotView view;
    private @Nullable SnapshotWriter writer;
    private int slicesInFlight;

    /** Raised when the running snapshot is given up: outcomes of its jobs are then dropped. */
    private int generation;

    private int txnsSince;
    private long bytesSince;
    private int txnsDue;
    private long bytesDue;

    SnapshotRoom(
            ReplicaSettings settings,
            LogRoom logRoom,
            DiskLoopPort loop,
            DiskPort disk,
            RandomGenerator random,
            EventLog log) {
        this.settings = settings;
        this.logRoom = logRoom;
        this.loop = loop;
        this.disk = disk;
        this.random = random;
        this.log = log;
        drawNextDue();
    }

    /** Servers draw when they are due, so that they do not all take a snapshot at once. */
    private void drawNextDue() {
        txnsSince = 0;
        bytesSince = 0;
        txnsDue = settings.snapCount() / 2 + random.nextInt(Math.max(1, settings.snapCount() / 2));
        long half = Math.max(1, settings.snapSizeLimitBytes() / 2);
        bytesDue = half + random.nextLong(half);
    }

    void onApplied(int bytes) {
        txnsSince++;
        bytesSince += bytes;
    }

    /**
     * The tree was made of a snapshot and this much of the log, which the next start would read again. So it counts, and a snapshot is due at
     * once if it was much.
     */
    void onReplayed(int txns, long bytes) {
        txnsSince = txns;
        bytesSince = bytes;
        if (txns > settings.snapCount() / ReplicaLimits.LONG_REPLAY_PARTS
                || bytes > settings.snapSizeLimitBytes() / ReplicaLimits.LONG_REPLAY_PARTS) {
            request();
        }
    }

    /** A snapshot is due now. */
    void request() {
        txnsDue = -1;
    }

    /**
     * Copies out some of the tree, if a snapshot is being taken, or begins one if it is due. Called once a batch.
     *
     * @param serving whether clients are served; what is due waits for that, but not a learner
     */
    void work(DataTree tree, boolean serving, long nowNanos) {
        if (state == State.IDLE && ((serving && isDue()) || !waiting.isEmpty()) && retries.mayBegin(nowNanos)) {
            begin(tree);
        }
        if (state == State.WRITING) {
            writeSlices(nowNanos);
        }
    }

    private boolean isDue() {
        return txnsSince > txnsDue || bytesSince > bytesDue;
    }

    /** Whether {@link #work} would do something without any other input. */
    boolean isBusy() {
        return state == State.WRITING && slicesInFlight < ReplicaLimits.MAX_SLICES_IN_FLIGHT;
    }

    private void begin(DataTree tree) {
        drawNextDue();
        SnapshotView opened = tree.openView(retries.bound(settings.tree().maxPreservedBytes()));
        view = opened;
        become(State.BEGINNING, "of " + Zxid.show(opened.zxid()));
        int current = generation;
        logRoom.beginSnapshot(opened.zxid(), begun -> {
            if (current != generation) {
                logRoom.abort(begun);
                return;
            }
            writer = begun;
            become(State.WRITING, "");
        });
    }

    private void writeSlices(long nowNanos) {
        SnapshotView open = view;
        SnapshotWriter target = writer;
        while (open != null
                && target != null
                && state == State.WRITING
                && slicesInFlight < ReplicaLimits.MAX_SLICES_IN_FLIGHT) {
            if (open.isAbandoned()) {
                retries.onAbandoned(nowNanos);
                log.warn("The snapshot of " + Zxid.show(open.zxid())
                        + " is given up: the tree changed faster than it could be written; " + retries);
                giveUp();
                return;
            }
            JuteWriter slice = new JuteWriter(ReplicaLimits.SNAPSHOT_SLICE_BYTES + 1024);
            boolean more = open.writeSlice(slice, ReplicaLimits.SNAPSHOT_SLICE_BYTES);
            submitSlice(target, slice);
            if (!more) {
                seal(open, target);
            }
        }
    }

    private void submitSlice(SnapshotWriter target, JuteWriter slice) {
        slicesInFlight++;
        loop.submit(new DiskJob() {
            @Override
            public void run() {
                target.write(slice.array(), 0, slice.size());
            }

            @Override
            public void complete(long nowNanos) {
                slicesInFlight--;
            }
        });
    }

    private void seal(SnapshotView open, SnapshotWriter target) {
        long zxid = open.zxid();
        long digest = open.digest();
        open.close();
        view = null;
        become(State.SEALING, "");
        int current = generation;
        loop.submit(new DiskJob() {
            @Override
            public void run() {
                if (settings.tree().digestEnabled()) {
                    target.seal(zxid, digest);
                } else {
                    target.sealWithoutDigest(zxid);
                }
            }

            @Override
            public void complete(long nowNanos) {
                if (current != generation) {
                    logRoom.abort(target);
                    return;
                }
                publish(target);
            }
        });
    }

    private void publish(SnapshotWriter target) {
        become(State.PUBLISHING, "");
        int current = generation;
        logRoom.publish(target, () -> {
            if (current == generation) {
                writer = null;
                retries.onWritten();
                become(State.IDLE, "snapshot " + Zxid.show(target.zxid()) + " is written");
                serveWaiting(target.zxid());
            }
        });
    }

    /** The tree is about to be replaced, or its future is another: what runs is dropped. One that is being published is whole and stays. */
    void giveUp() {
        if (state == State.IDLE || state == State.PUBLISHING) {
            return;
        }
        generation++;
        if (view != null) {
            view.close();
            view = null;
        }
        SnapshotWriter target = writer;
        writer = null;
        if (target != null && state == State.WRITING) {
            abortBehindSlices(target);
        }
        become(State.IDLE, "given up");
    }

    /** Slices may still be on their way to the file. */
    private void abortBehindSlices(SnapshotWriter target) {
        loop.submit(new DiskJob() {
            @Override
            public void run() {
                // Comes behind the slices; the abort itself is the log loop's.
            }

            @Override
            public void complete(long nowNanos) {
                logRoom.abort(target);
            }
        });
    }

    // ---- learners
    // ----------------------------------------------------------------------------------------------------------------------

    void open(LearnerHandler handler, long minZxid) {
        asking.put(handler, minZxid);
        lookForFile(handler, minZxid);
    }

    /** Looks for a file that is new enough; if there is none, the learner waits for the next one. */
    private void lookForFile(LearnerHandler handler, long minZxid) {
        logRoom.pinNewestExact(minZxid, (snapshot, nowNanos) -> {
            boolean wanted = asking.remove(handler) != null;
            if (snapshot == null) {
                if (wanted) {
                    waiting.put(handler, minZxid);
                }
            } else if (wanted) {
                sending.put(handler, new Sending(snapshot));
                handler.onSnapshotReady(snapshot.zxid(), nowNanos);
            } else {
                logRoom.unpin(snapshot);
            }
        });
    }

    private void serveWaiting(long zxid) {
        for (Map.Entry<LearnerHandler, Long> each : new LinkedHashMap<>(waiting).entrySet()) {
            if (each.getValue() <= zxid) {
                waiting.remove(each.getKey());
                open(each.getKey(), each.getValue());
            }
        }
    }

    void read(LearnerHandler handler) {
        Sending current = sending.get(handler);
        if (current == null) {
            return;
        }
        byte[][] result = new byte[1][];
        loop.submit(new DiskJob() {
            @Override
            public void run() {
                result[0] = readNext(current);
            }

            @Override
            public void complete(long nowNanos) {
                handler.onSnapshotBytes(result[0], nowNanos);
            }
        });
    }

    private byte[] readNext(Sending current) {
        DiskFile file = current.file;
        if (file == null) {
            file = disk.open(DiskDirectory.DATA, current.snapshot.name(), OpenMode.READ);
            current.file = file;
        }
        long left = current.snapshot.bodyBytes() - current.offset;
        ByteBuffer into = ByteBuffer.allocate((int) Math.min(left, ReplicaLimits.SNAPSHOT_SLICE_BYTES));
        while (into.hasRemaining()
                && file.read(current.snapshot.bodyOffset() + current.offset + into.position(), into) > 0) {
            // A short read is not the end of the file.
        }
        if (into.hasRemaining()) {
            throw new IllegalStateException(current.snapshot.name() + " ends before its body does");
        }
        current.offset += into.capacity();
        return into.array();
    }

    void close(LearnerHandler handler) {
        asking.remove(handler);
        waiting.remove(handler);
        Sending current = sending.remove(handler);
        if (current == null) {
            return;
        }
        loop.submit(new DiskJob() {
            @Override
            public void run() {
                if (current.file != null) {
                    current.file.close();
                }
            }

            @Override
            public void complete(long nowNanos) {
                logRoom.unpin(current.snapshot);
            }
        });
    }

    void closeAll() {
        for (LearnerHandler each : List.copyOf(sending.keySet())) {
            close(each);
        }
        asking.clear();
        waiting.clear();
    }

    void flush() {
        loop.flush();
    }

    private void become(State next, String reason) {
        if (!reason.isEmpty()) {
            log.info("Snapshot: " + state + " -> " + next + ", " + reason);
        }
        state = next;
    }
}
