package io.quorate.replica.port;

/** A piece of disk work. Made on the replica's loop, run on a disk loop, completed on the replica's loop again. */
public interface DiskJob {
    /**
     * Does the work; may block. Called on the disk loop, in the order of {@link DiskLoopPort#submit}.
     *
     * @throws RuntimeException when the disk fails; {@link #complete} must then tell the replica, which ends the process
     */
    void run();

    /**
     * Called on the disk loop when all jobs that were drained together have run: a place to force once what {@link #run} of several jobs
     * has written. No job of the batch is completed before.
     */
    default void endBatch() {}

    /** Takes the outcome back to the replica. Called on the replica's loop, in order. */
    void complete(long nowNanos);
}
