package io.quorate.replica;

import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.TxnSink;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.zab.History;
import io.quorate.zab.Proposal;

/** Builds the tree, and the window of recent transactions, from what recovery finds on disk. Used once. */
final class TreeLoading implements SnapshotLoading, TxnSink {
    private final TreeSettings settings;
    private final History history;
    private final LoadingDigests digests = new LoadingDigests();
    private DataTree tree;
    private SnapshotLoader loader;
    private int replayedTxns;
    private long replayedBytes;

    /** @param history is filled with what is replayed */
    TreeLoading(TreeSettings settings, History history) {
        this.settings = settings;
        this.history = history;
        this.tree = new DataTree(settings);
        this.loader = new SnapshotLoader(settings);
        digests.beginEmpty();
    }

    @Override
    public SnapshotBodySink begin(long zxid) {
        SnapshotLoader fresh = new SnapshotLoader(settings);
        loader = fresh;
        return new SnapshotBodySink() {
            @Override
            public int feed(byte[] bytes, int offset, int length) {
                return fresh.feed(bytes, offset, length);
            }

            @Override
            public boolean complete() {
                return fresh.isComplete();
            }
        };
    }

    @Override
    public void loaded(LoadedSnapshot snapshot) {
        tree = loader.finish(snapshot.zxid());
        digests.begin(snapshot, tree);
        history.reset(snapshot.zxid());
    }

    @Override
    public void replay(long zxid, byte[] txn) {
        Txn decoded = Txn.decode(txn);
        tree.apply(decoded, null);
        digests.onReplayed(decoded, tree);
        replayedTxns++;
        replayedBytes += txn.length;
        if (zxid > history.lastZxid()) {
            history.restore(new Proposal(zxid, txn));
        }
    }

    @Override
    public boolean differs() {
        return digests.mismatches() > 0;
    }

    DataTree tree() {
        return tree;
    }

    /** How the tree's digest compares with those in the files. */
    LoadingDigests digests() {
        return digests;
    }

    /** Transactions that were read from the log, behind the snapshot. */
    int replayedTxns() {
        return replayedTxns;
    }

    long replayedBytes() {
        return replayedBytes;
    }
}
