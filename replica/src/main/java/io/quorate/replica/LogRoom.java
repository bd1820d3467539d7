package io.quorate.replica;

import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.ExactSnapshot;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.SnapshotInstall;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.TruncateResult;
import io.quorate.zab.Proposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Room 5: makes jobs of what has to be done on disk, for the one loop that does nothing else, and takes the outcomes back. The jobs run in
 * the order of the calls, and so come their outcomes; {@link Storage} is touched by jobs only.
 *
 * <p>Proposals that are appended one after another become one job, with one write and one force.
 */
final class LogRoom {
    /** What is told of durability. All on the replica's loop. */
    interface Listener {
        /** All up to {@code zxid} is forced. */
        void onDurable(long zxid, long nowNanos);

        void onAcceptedEpochDurable(long epoch);

        void onCurrentEpochDurable(long epoch, long nowNanos);
    }

    private static final long NOTHING_PURGEABLE = Long.MIN_VALUE;

    private final DiskLoopPort loop;
    private final Storage storage;
    private final Listener listener;

    /** Proposals of this batch that are not submitted yet. */
    private @Nullable AppendJob appends;

    /** Bytes of proposals, and of a received snapshot, that are not written yet. */
    private long unwrittenBytes;

    /**
     * A truncation was not possible, or a leader's snapshot had no room: what was asked for behind it builds on a history that is not on disk, and is passed over up to the next
     * {@link #barrier}, which ends the term. Touched by jobs only.
     */
    private boolean passingOver;

    /** Whether, and up to where, old files may go when the disk is full. Set on the replica's loop, read by jobs. */
    private volatile long purgeableUnlessAfter = NOTHING_PURGEABLE;

    LogRoom(DiskLoopPort loop, Storage storage, Listener listener) {
        this.loop = loop;
        this.storage = storage;
        this.listener = listener;
    }

    void append(Proposal proposal) {
        AppendJob job = appends;
        if (job == null) {
            job = new AppendJob();
            appends = job;
        }
        job.proposals.add(proposal);
        job.bytes += proposal.bytes().length;
        unwrittenBytes += proposal.bytes().length;
    }

    /** How much waits for this loop, in bytes. */
    long unwrittenBytes() {
        return unwrittenBytes;
    }

    void storeAcceptedEpoch(long epoch) {
        submit(job(
                () -> makingRoom(() -> storage.epochs().writeAcceptedEpochDurable(epoch)),
                nowNanos -> listener.onAcceptedEpochDurable(epoch)));
    }

    void storeCurrentEpoch(long epoch) {
        boolean[] stored = new boolean[1];
        submit(job(
                () -> {
                    if (!passingOver) {
                        makingRoom(() -> storage.log().force());
                        makingRoom(() -> storage.epochs().writeCurrentEpochDurable(epoch));
                        stored[0] = true;
                    }
                },
                nowNanos -> {
                    if (stored[0]) {
                        listener.onCurrentEpochDurable(epoch, nowNanos);
                    }
                }));
    }

    /** Tells when all that was asked for before is done. */
    void barrier(LongConsumer done) {
        submit(job(
                () -> {
                    makingRoom(() -> storage.log().force());
                    passingOver = false;
                },
                done));
    }

    /**
     * Cuts the log.
     *
     * @param afterCut what to do then on the disk loop, such as loading the tree
     * @param otherwise what to do on the disk loop when the cut is not possible; what was asked for behind it is passed over up to the next
     *     {@link #barrier}
     * @param done what to do on the replica's loop
     */
    void truncate(long zxid, Runnable afterCut, Runnable otherwise, Consumer<TruncateResult> done) {
        TruncateResult[] result = new TruncateResult[1];
        submit(job(
                () -> {
                    result[0] = storage.truncateAfter(zxid);
                    if (result[0] == TruncateResult.CUT) {
                        afterCut.run();
                    } else {
                        passingOver = true;
                        otherwise.run();
                    }
                },
                nowNanos -> done.accept(result[0])));
    }

    /**
     * Reads on the disk loop what is there, as at a start.
     *
     * @param done what to do on the replica's loop
     */
    void load(Runnable work, LongConsumer done) {
        submit(job(work, done));
    }

    // ---- retention
    // ---------------------------------------------------------------------------------------------------------------------

    /** Takes what was deleted; null and why if the disk failed at it. */
    interface PurgedConsumer {
        void accept(Storage.@Nullable Purged purged, @Nullable StorageException failure);
    }

    /**
     * From now on old files go at once when the disk is full, and the write that had no room is tried again.
     *
     * @param neededAfter as {@link Storage#purge}
     */
    void mayPurge(long neededAfter) {
        purgeableUnlessAfter = neededAfter;
    }

    /** From now on they stay, whatever happens. */
    void mayNotPurge() {
        purgeableUnlessAfter = NOTHING_PURGEABLE;
    }

    /**
     * Does some work, which may be done again from where it was when there was no room for it.
     *
     * @throws NoRoomException if there is none when all has gone that may
     */
    private void makingRoom(Runnable work) {
        while (true) {
            try {
                work.run();
                return;
            } catch (NoRoomException e) {
                if (!purgedSome()) {
                    throw e;
                }
            }
        }
    }

    private boolean purgedSome() {
        long neededAfter = purgeableUnlessAfter;
        try {
            return neededAfter != NOTHING_PURGEABLE
                    && !storage.purge(neededAfter).isEmpty();
        } catch (StorageException e) {
            storage.log().requireUsable();
            return false;
        }
    }

    /** @param neededAfter as {@link Storage#purge} */
    void purge(long neededAfter, PurgedConsumer done) {
        Storage.Purged[] purged = new Storage.Purged[1];
        submit(fallible(
                () -> purged[0] = storage.purge(neededAfter), (failure, nowNanos) -> done.accept(purged[0], failure)));
    }

    // ---- snapshots
    // ---------------------------------------------------------------------------------------------------------------------

    /** Takes the file that was made, or why it could not be. */
    interface BegunConsumer {
        void accept(@Nullable SnapshotWriter begun, @Nullable StorageException failure, long nowNanos);
    }

    /** Takes null when it is done, or why it could not be. */
    interface OutcomeConsumer {
        void accept(@Nullable StorageException failure, long nowNanos);
    }

    void beginSnapshot(long zxid, BegunConsumer done) {
        SnapshotWriter[] begun = new SnapshotWriter[1];
        submit(fallible(
                () -> begun[0] = storage.beginSnapshot(zxid),
                (failure, nowNanos) -> done.accept(begun[0], failure, nowNanos)));
    }

    void publish(SnapshotWriter writer, OutcomeConsumer done) {
        submit(fallible(
                () -> {
                    if (!writer.publish()) {
                        throw new StorageException("the history was cut or replaced while it was written");
                    }
                },
                (failure, nowNanos) -> {
                    if (failure != null) {
                        abort(writer);
                    }
                    done.accept(failure, nowNanos);
                }));
    }

    private void abort(SnapshotWriter writer) {
        submit(job(writer::abort, nowNanos -> {}));
    }

    /** Finds the newest snapshot that can be sent, and keeps it until {@link #unpin}. One that cannot be opened is none. */
    void pinNewestExact(long minZxid, PinnedConsumer done) {
        List<ExactSnapshot> found = new ArrayList<>(1);
        submit(job(
                () -> {
                    Optional<ExactSnapshot> newest = storage.snapshots().newestExact();
                    if (newest.isPresent() && newest.get().zxid() >= minZxid && pin(newest.get())) {
                        found.add(newest.get());
                    }
                },
                nowNanos -> done.accept(found.isEmpty() ? null : found.get(0), nowNanos)));
    }

    private boolean pin(ExactSnapshot snapshot) {
        try {
            storage.snapshots().pin(snapshot);
            return true;
        } catch (StorageException e) {
            storage.snapshots().distrust(snapshot);
            return false;
        }
    }

    /** Takes a snapshot that was pinned, or null. */
    interface PinnedConsumer {
        void accept(@Nullable ExactSnapshot snapshot, long nowNanos);
    }

    void unpin(ExactSnapshot snapshot) {
        submit(job(() -> storage.snapshots().unpin(snapshot), nowNanos -> {}));
    }

    /** The file cannot be read: no learner gets it any more. */
    void distrust(ExactSnapshot snapshot) {
        submit(job(() -> storage.snapshots().distrust(snapshot), nowNanos -> {}));
    }

    /**
     * The snapshot of a leader, as it is received. Where the disk has no room for it the old files stay, the unfinished one goes, and with it the
     * room that it took; what was asked for behind it builds on a history that is not on disk, and is passed over up to the next {@link #barrier}.
     */
    final class Receiving {
        private final long zxid;
        private final @Nullable String aside;
        private final Runnable reload;
        private final Consumer<StorageException> noRoom;

        /** Touched by jobs only. */
        private @Nullable SnapshotInstall install;

        /** Set by the job that failed; null unless it was told of. */
        private @Nullable StorageException untold;

        private Receiving(long zxid, @Nullable String aside, Runnable reload, Consumer<StorageException> noRoom) {
            this.zxid = zxid;
            this.aside = aside;
            this.reload = reload;
            this.noRoom = noRoom;
        }

        private void begin() {
            submit(job(() -> attempt(() -> install = storage.beginInstall(zxid, aside)), nowNanos -> tellOfFailure()));
        }

        void write(byte[] bytes) {
            unwrittenBytes += bytes.length;
            submit(job(() -> withInstall(current -> current.write(bytes, 0, bytes.length)), nowNanos -> {
                unwrittenBytes -= bytes.length;
                tellOfFailure();
            }));
        }

        /** @param done what to do on the replica's loop if it is on disk */
        void commit(Runnable done) {
            boolean[] committed = new boolean[1];
            submit(job(
                    () -> withInstall(current -> {
                        current.commitWithoutDigest();
                        committed[0] = true;
                    }),
                    nowNanos -> {
                        tellOfFailure();
                        if (committed[0]) {
                            done.run();
                        }
                    }));
        }

        private void withInstall(Consumer<SnapshotInstall> work) {
            SnapshotInstall current = install;
            if (current != null) {
                attempt(() -> work.accept(current));
            }
        }

        private void attempt(Runnable work) {
            try {
                work.run();
            } catch (NoRoomException e) {
                giveUp(e);
            } catch (DiskException e) {
                if (e.kind() != DiskException.Kind.NO_SPACE) {
                    throw e;
                }
                giveUp(e);
            }
        }

        private void giveUp(StorageException why) {
            storage.log().requireUsable();
            removeFile();
            passingOver = true;
            reload.run();
            untold = why;
        }

        private void tellOfFailure() {
            StorageException why = untold;
            if (why != null) {
                untold = null;
                noRoom.accept(why);
            }
        }

        void abort() {
            submit(job(this::removeFile, nowNanos -> {}));
        }

        private void removeFile() {
            if (install != null) {
                install.abort();
                install = null;
            }
        }
    }

    /**
     * @param aside as {@link Storage#beginInstall(long, String)}
     * @param reload what to do on this loop if there is no room: loading the tree that is on disk
     * @param noRoom what to do then on the replica's loop
     */
    Receiving receiveSnapshot(long zxid, @Nullable String aside, Runnable reload, Consumer<StorageException> noRoom) {
        Receiving receiving = new Receiving(zxid, aside, reload, noRoom);
        receiving.begin();
        return receiving;
    }

    // ---- jobs
    // --------------------------------------------------------------------------------------------------------------------------

    /** Hands over what was asked for in this batch, and wakes the loop. */
    void flush() {
        submitAppends();
        loop.flush();
    }

    private void submit(DiskJob job) {
        submitAppends();
        loop.submit(job);
    }

    private void submitAppends() {
        AppendJob job = appends;
        if (job != null) {
            appends = null;
            loop.submit(job);
        }
    }

    private static DiskJob job(Runnable run, LongConsumer complete) {
        return new DiskJob() {
            @Override
            public void run() {
                run.run();
            }

            @Override
            public void complete(long nowNanos) {
                complete.accept(nowNanos);
            }
        };
    }

    /** Work whose failure costs nothing but what it was to bring about, unless the log has failed with it. */
    private DiskJob fallible(Runnable run, OutcomeConsumer done) {
        StorageException[] failure = new StorageException[1];
        return job(
                () -> {
                    try {
                        run.run();
                    } catch (StorageException e) {
                        storage.log().requireUsable();
                        failure[0] = e;
                    }
                },
                nowNanos -> done.accept(failure[0], nowNanos));
    }

    /** The proposals of one batch of the replica; several of them that the loop finds together are forced together. */
    private final class AppendJob implements DiskJob {
        private final List<Proposal> proposals = new ArrayList<>();
        private long bytes;
        private boolean passedOver;

        /** How many the log has taken: {@link #run} is called again after the disk was full. */
        private int appended;

        @Override
        public void run() {
            if (passingOver) {
                passedOver = true;
                return;
            }
            makingRoom(this::appendRest);
        }

        private void appendRest() {
            while (appended < proposals.size()) {
                Proposal next = proposals.get(appended);
                storage.log().append(next.zxid(), next.bytes());
                appended++;
            }
        }

        @Override
        public void endBatch() {
            makingRoom(() -> storage.log().force());
        }

        @Override
        public void complete(long nowNanos) {
            unwrittenBytes -= bytes;
            if (passedOver) {
                return;
            }
            listener.onDurable(proposals.get(proposals.size() - 1).zxid(), nowNanos);
        }
    }
}
