package io.quorate.replica.storage;

/** Takes the transactions that recovery replays, in order. A zxid may come twice in a row in a log that Apache ZooKeeper wrote. */
public interface TxnSink {
    /** @param txn header, body and digest as they are in the log */
    void replay(long zxid, byte[] txn);

    /** Whether the tree that was made of the transactions up to here is another than the one that they were written for, by their digests. */
    default boolean differs() {
        return false;
    }
}
