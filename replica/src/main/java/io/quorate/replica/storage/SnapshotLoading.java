package io.quorate.replica.storage;

/** The tree's side of loading a snapshot. */
public interface SnapshotLoading {
    /** Starts over with an empty tree, for the snapshot named by {@code zxid}; what an earlier sink built is dropped. */
    SnapshotBodySink begin(long zxid);

    /** The snapshot of the last {@link #begin} is whole and its seals match. Called before the first transaction is replayed. */
    default void loaded(LoadedSnapshot snapshot) {}
}
