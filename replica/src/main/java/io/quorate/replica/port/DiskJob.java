package io.quorate.replica.port;

import io.quorate.replica.storage.NoRoomException;

/** A piece of disk work. Made on the replica's loop, run on a disk loop, completed on the replica's loop again. */
public interface DiskJob {
    /**
     * Does the work; may block. Called on the disk loop, in the order of {@link DiskLoopPort#submit}.
     *
     * @throws NoRoomException when the disk is full: the loop calls this again after a while, and runs nothing else meanwhile
     * @throws RuntimeException when the disk fails: the loop tells the replica, which ends the process
     */
    void run();

    /**
     * Called on the disk loop when all jobs that were drained together have run: a place to force once what {@link #run} of several jobs
     * has written. No job of the batch is completed before. Throws as {@link #run}.
     */
    default void endBatch() {}

    /** Takes the outcome back to the replica. Called on the replica's loop, in order. */
    void complete(long nowNanos);
}
