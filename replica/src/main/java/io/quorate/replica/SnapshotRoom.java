package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.ExactSnapshot;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.StorageException;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotView;
import io.quorate.zab.LearnerHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots of this server's tree, and their way to learners. One is taken at a time, by slices that the tree copies out between requests,
 * written by the loop for snapshots; a learner gets the newest file that is new enough, or the next one.
 *
 * <pre>
 *   IDLE ──due, or a learner needs one──► BEGINNING (log rolled, file made) ──► WRITING ──all slices──► SEALING ──► PUBLISHING ──► IDLE
 *   BEGINNING, WRITING, SEALING ──the view is abandoned, the tree is replaced──► IDLE
 *   any ──the disk does not take it──► IDLE
 * </pre>
 *
 * One that was due and did not come about is due again; when it is begun is said in {@link SnapshotRetries}.
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

        /** Its body, uncompressed. Opened and read by jobs only. */
        @Nullable
        CheckedInputStream body;

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

    private final SnapshotRetries retries = new SnapshotRetries();
    private final Counters counters;
    private State state = State.IDLE;

    /** There unless IDLE. What comes back for another one is over. */
    private @Nullable WritingSnapshot writing;

    /** Whether the one that is being written was due, and not only a learner's. */
    private boolean writingDue;

    /** When the one that is being written was begun. */
    private long writingSinceNanos;

    /** Whether one had no room since this was last asked. */
    private boolean lackedRoom;

    /** Zxid of the newest one that this process has written. */
    private long writtenZxid = Zxid.NONE;

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
            Counters counters,
            EventLog log) {
        this.settings = settings;
        this.logRoom = logRoom;
        this.loop = loop;
        this.disk = disk;
        this.random = random;
        this.counters = counters;
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

    /** Zxid of the newest snapshot that this process has written; {@link Zxid#NONE} before the first. */
    long writtenZxid() {
        return writtenZxid;
    }

    /** Whether there was no room for a snapshot since the last call. */
    boolean takeLackedRoom() {
        boolean lacked = lackedRoom;
        lackedRoom = false;
        return lacked;
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
            begin(tree, nowNanos);
        }
        if (state == State.WRITING) {
            writeSlice(nowNanos);
        }
    }

    private boolean isDue() {
        return txnsSince > txnsDue || bytesSince > bytesDue;
    }

    /** Whether {@link #work} would do something without any other input. */
    boolean isBusy() {
        return state == State.WRITING && writing != null && writing.takesSlice();
    }

    /** Whether the rate that the operator allows lets the next slice be copied out now. A learner that waits has a limit of its own. */
    private boolean mayWriteSlice(WritingSnapshot current, long nowNanos) {
        long rate = settings.snapshotBytesPerSecond();
        if (rate == Long.MAX_VALUE || !waiting.isEmpty() || retries.areOutrun()) {
            return true;
        }
        double seconds = (nowNanos - writingSinceNanos) / 1e9;
        return current.slicedBytes() <= rate * seconds;
    }

    private void begin(DataTree tree, long nowNanos) {
        writingSinceNanos = nowNanos;
        writingDue = isDue();
        drawNextDue();
        SnapshotView view = tree.openView(retries.bound(settings.tree().maxPreservedBytes()));
        WritingSnapshot begun = new WritingSnapshot(view, logRoom, loop, new Progress());
        writing = begun;
        become(State.BEGINNING, "of " + Zxid.show(begun.zxid()));
        begun.begin();
    }

    private void writeSlice(long nowNanos) {
        WritingSnapshot current = Objects.requireNonNull(writing);
        // First, for it is over however long the rate holds the next slice back.
        if (current.isAbandoned()) {
            onOutrun(current, nowNanos);
            return;
        }
        if (!current.takesSlice() || !mayWriteSlice(current, nowNanos)) {
            return;
        }
        if (!current.writeSlice()) {
            become(State.SEALING, "");
            current.seal(settings.tree().digestEnabled());
        }
    }

    private void onOutrun(WritingSnapshot outrun, long nowNanos) {
        retries.onAbandoned(nowNanos);
        boolean heldBack = settings.snapshotBytesPerSecond() != Long.MAX_VALUE;
        log.warn("The snapshot of " + Zxid.show(outrun.zxid())
                + " is given up: the tree changed faster than it could be written. " + retries
                + (heldBack ? " It is written as fast as the disk takes it then: raise snapshot.maxKbPerSecond." : ""));
        giveUp();
    }

    private final class Progress implements WritingSnapshot.Owner {
        @Override
        public void onBegun(WritingSnapshot snapshot) {
            if (snapshot == writing) {
                become(State.WRITING, "");
            }
        }

        @Override
        public void onSealed(WritingSnapshot snapshot) {
            if (snapshot == writing) {
                become(State.PUBLISHING, "");
                snapshot.publish();
            }
        }

        @Override
        public void onPublished(WritingSnapshot snapshot, long nowNanos) {
            counters.snapshots.add(nowNanos - writingSinceNanos);
            writing = null;
            writtenZxid = snapshot.zxid();
            retries.onWritten();
            become(State.IDLE, "snapshot " + Zxid.show(snapshot.zxid()) + " is written");
            serveWaiting(snapshot.zxid());
        }

        @Override
        public void onFailed(WritingSnapshot snapshot, StorageException failure, long nowNanos) {
            counters.snapshotFailures++;
            lackedRoom |= failure instanceof NoRoomException
                    || (failure instanceof DiskException disk && disk.kind() == DiskException.Kind.NO_SPACE);
            retries.onFailed(nowNanos);
            log.warn("The snapshot of " + Zxid.show(snapshot.zxid()) + " is not written: " + failure.getMessage()
                    + " Nothing is lost by it: the server goes on, the log stays whole and is read from the snapshot before at"
                    + " the next start. " + retries);
            endWriting("failed");
        }
    }

    /** The tree is about to be replaced, or its future is another: what runs is dropped. One that is being published is whole and stays. */
    void giveUp() {
        WritingSnapshot current = writing;
        if (current != null && state != State.PUBLISHING) {
            current.giveUp();
            endWriting("given up");
        }
    }

    private void endWriting(String reason) {
        writing = null;
        become(State.IDLE, reason);
        if (writingDue) {
            request();
        }
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
        loop.submit(new DiskJob() {
            private byte[] read = new byte[0];
            private @Nullable StorageException failure;

            @Override
            public void run() {
                try {
                    read = readNext(current);
                } catch (StorageException e) {
                    failure = e;
                }
            }

            @Override
            public void complete(long nowNanos) {
                if (failure != null) {
                    onUnreadable(handler, current.snapshot, failure);
                } else {
                    handler.onSnapshotBytes(read, nowNanos);
                }
            }
        });
    }

    /** Another one is taken for the next learner. */
    private void onUnreadable(LearnerHandler handler, ExactSnapshot snapshot, StorageException failure) {
        counters.snapshotFailures++;
        log.warn(snapshot.name() + " cannot be sent to a learner: " + failure.getMessage()
                + " It is sent to nobody any more; a new snapshot is taken.");
        logRoom.distrust(snapshot);
        request();
        handler.onSnapshotUnreadable(String.valueOf(failure.getMessage()));
    }

    private byte[] readNext(Sending current) {
        CheckedInputStream body = current.body;
        if (body == null) {
            body = current.snapshot.openBody(disk);
            current.body = body;
        }
        long left = current.snapshot.bodyBytes() - current.offset;
        int wanted = (int) Math.min(left, ReplicaLimits.SNAPSHOT_SLICE_BYTES);
        byte[] read = read(current, body, wanted);
        if (read.length < wanted) {
            throw damaged(current, current.offset + read.length, "the file ends before its body does");
        }
        current.offset += wanted;
        if (wanted > 0 && wanted == left) {
            current.snapshot.requireSealed(body);
        }
        return read;
    }

    private static byte[] read(Sending current, InputStream body, int wanted) {
        try {
            return body.readNBytes(wanted);
        } catch (IOException e) {
            throw damaged(current, current.offset, "it cannot be decompressed (" + e.getMessage() + ")");
        }
    }

    private static DamagedFileException damaged(Sending current, long offset, String found) {
        return new DamagedFileException(
                current.snapshot.name(), current.snapshot.bodyOffset() + offset, found, "Check this server's disk.");
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
                closeQuietly(current.body);
            }

            @Override
            public void complete(long nowNanos) {
                logRoom.unpin(current.snapshot);
            }
        });
    }

    private static void closeQuietly(@Nullable InputStream body) {
        try {
            if (body != null) {
                body.close();
            }
        } catch (IOException | DiskException e) {
            // It was only read.
        }
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
