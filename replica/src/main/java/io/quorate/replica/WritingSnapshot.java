package io.quorate.replica;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.StorageException;
import io.quorate.tree.SnapshotView;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot on its way from the tree to its file. The log's loop makes the file and gives it its name; all between is the work of the loop
 * for snapshots. A disk that fails at any of it costs this snapshot and nothing else: nobody relies on it before it has its name.
 */
final class WritingSnapshot {
    /** Whose snapshot it is. Told on the replica's loop, and nothing more once it was told of a failure. */
    interface Owner {
        void onBegun(WritingSnapshot snapshot);

        void onSealed(WritingSnapshot snapshot);

        void onPublished(WritingSnapshot snapshot, long nowNanos);

        /** It is abandoned, and its unfinished file removed. */
        void onFailed(WritingSnapshot snapshot, StorageException failure, long nowNanos);
    }

    private final SnapshotView view;
    private final LogRoom logRoom;
    private final DiskLoopPort loop;
    private final Owner owner;

    /** There once the file is made. */
    private @Nullable SnapshotWriter file;

    /** The tree waits while the disk works, so that half of its time at least is left for requests. */
    private boolean sliceInFlight;

    private long slicedBytes;
    private boolean over;

    /** The file has failed: what is asked for behind it is passed over. Touched by jobs of the loop for snapshots only. */
    private boolean broken;

    WritingSnapshot(SnapshotView view, LogRoom logRoom, DiskLoopPort loop, Owner owner) {
        this.view = view;
        this.logRoom = logRoom;
        this.loop = loop;
        this.owner = owner;
    }

    long zxid() {
        return view.zxid();
    }

    /** The tree changed faster than it could be written. */
    boolean isAbandoned() {
        return view.isAbandoned();
    }

    boolean takesSlice() {
        return !sliceInFlight;
    }

    /** What was copied out of the tree so far, bytes. */
    long slicedBytes() {
        return slicedBytes;
    }

    /** Makes the file; {@link Owner#onBegun} follows. */
    void begin() {
        logRoom.beginSnapshot(zxid(), (begun, failure, nowNanos) -> {
            file = begun;
            if (failure != null) {
                fail(failure, nowNanos);
            } else if (over) {
                removeFile();
            } else {
                owner.onBegun(this);
            }
        });
    }

    /** Copies the next slice out of the tree and has it written. Returns whether there are more. */
    boolean writeSlice() {
        JuteWriter slice = new JuteWriter(ReplicaLimits.SNAPSHOT_SLICE_BYTES + 1024);
        boolean more = view.writeSlice(slice, ReplicaLimits.SNAPSHOT_SLICE_BYTES);
        sliceInFlight = true;
        slicedBytes += slice.size();
        SnapshotWriter target = requireFile();
        submit(() -> target.write(slice.array(), 0, slice.size()), () -> sliceInFlight = false);
        return more;
    }

    /** All slices are on their way; {@link Owner#onSealed} follows. */
    void seal(boolean withDigest) {
        SnapshotWriter target = requireFile();
        long zxid = view.zxid();
        long digest = view.digest();
        view.close();
        Runnable seal = withDigest ? () -> target.seal(zxid, digest) : () -> target.sealWithoutDigest(zxid);
        submit(seal, () -> {
            if (!over) {
                owner.onSealed(this);
            }
        });
    }

    /** Gives the file its name; {@link Owner#onPublished} follows. */
    void publish() {
        logRoom.publish(requireFile(), (failure, nowNanos) -> {
            if (failure != null) {
                fail(failure, nowNanos);
            } else {
                over = true;
                owner.onPublished(this, nowNanos);
            }
        });
    }

    /** Nobody wants it any more. Idempotent; not once it is being published. */
    void giveUp() {
        if (over) {
            return;
        }
        over = true;
        view.close();
        if (file != null) {
            removeFile();
        }
    }

    /** Behind the slices that are on their way to it. */
    private void removeFile() {
        SnapshotWriter target = requireFile();
        submit(target::abort, () -> {});
    }

    private void fail(StorageException failure, long nowNanos) {
        if (!over) {
            over = true;
            view.close();
            owner.onFailed(this, failure, nowNanos);
        }
    }

    private SnapshotWriter requireFile() {
        if (file == null) {
            throw new IllegalStateException("the file of snapshot " + Zxid.show(zxid()) + " is not made yet");
        }
        return file;
    }

    private void submit(Runnable work, Runnable done) {
        SnapshotWriter target = requireFile();
        loop.submit(new DiskJob() {
            private @Nullable StorageException failure;

            @Override
            public void run() {
                if (broken) {
                    return;
                }
                try {
                    work.run();
                } catch (StorageException e) {
                    broken = true;
                    failure = e;
                    target.abort();
                }
            }

            @Override
            public void complete(long nowNanos) {
                if (failure != null) {
                    fail(failure, nowNanos);
                } else {
                    done.run();
                }
            }
        });
    }
}
