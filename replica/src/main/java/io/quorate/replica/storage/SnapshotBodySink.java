package io.quorate.replica.storage;

/** Takes the body of a snapshot, from the session count to the end-of-nodes mark, and builds a tree from it. */
public interface SnapshotBodySink {
    /**
     * Takes bytes of the body, which go on where the last call's stopped being consumed.
     *
     * @return how many bytes were consumed: fewer than {@code length} when the rest is an incomplete record, which is handed in again
     *     with more behind it, or when the body is complete
     * @throws RuntimeException if the bytes are no body; recovery then turns to an older snapshot
     */
    int feed(byte[] bytes, int offset, int length);

    /** Whether the end-of-nodes mark was consumed. */
    boolean complete();
}
