package io.quorate.replica.port;

/**
 * A loop that does nothing but disk work: it drains all jobs that wait as one batch, calls {@link DiskJob#run} of each in order, then
 * {@link DiskJob#endBatch} of each in order, and then hands the batch back to the replica's loop, which calls {@link DiskJob#complete}
 * of each in order. An exception from {@code run} or {@code endBatch} stops the batch there: the server reports it by
 * {@code Replica.onDiskFailure} and runs nothing more. The exception is {@link io.quorate.replica.storage.NoRoomException}: the loop reports
 * it by {@code Replica.onDiskFull}, calls the same method of the same job again after a while, and reports {@code Replica.onDiskRoom} when it
 * has succeeded. To all who wait for it a full disk is thus one that takes very long.
 */
public interface DiskLoopPort {
    /** Queues a job. The loop need not notice before {@link #flush()}. */
    void submit(DiskJob job);

    /** Makes sure that the loop is awake if something was submitted since the last flush. Called once a batch. */
    void flush();
}
