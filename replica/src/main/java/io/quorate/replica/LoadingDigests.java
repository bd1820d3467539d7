package io.quorate.replica;

import io.quorate.jute.TxnDigest;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.tree.DataTree;
import io.quorate.tree.Txn;

/**
 * Compares the digest of a tree that is being loaded with those that its files carry. A snapshot that was written while transactions went on
 * holds some of them already, so nothing is compared before the last of those; and where a snapshot does not say which that was, nothing is.
 */
final class LoadingDigests {
    private long digestZxid;
    private long digest;

    /** Nothing is compared up to here. */
    private long comparedAfter = Long.MAX_VALUE;

    private int mismatches;

    /** Whether the body of the snapshot is not that of the digest in the same file. */
    private boolean snapshotDiffers;

    /** Whether the last comparison failed. */
    private boolean differs;

    private long lastComparedZxid = Zxid.NONE;

    private String first = "";

    /** The tree is that of the snapshot, as far as its body goes. */
    void begin(LoadedSnapshot snapshot, DataTree tree) {
        reset();
        digestZxid = snapshot.digestZxid();
        digest = snapshot.digest();
        boolean silent = digestZxid == 0 && snapshot.lastProcessedZxid() == Zxid.NONE && snapshot.zxid() != 0;
        comparedAfter =
                silent ? Long.MAX_VALUE : Math.max(snapshot.zxid(), Math.max(digestZxid, snapshot.lastProcessedZxid()));
        if (digestZxid != 0 && digestZxid == snapshot.zxid()) {
            compareSnapshot(tree);
        }
    }

    /** There is no snapshot: the log begins with the first transaction. */
    void beginEmpty() {
        reset();
        digestZxid = 0;
        comparedAfter = 0;
    }

    private void reset() {
        mismatches = 0;
        snapshotDiffers = false;
        differs = false;
        lastComparedZxid = Zxid.NONE;
    }

    /** The transaction was applied just now. */
    void onReplayed(Txn txn, DataTree tree) {
        if (txn.zxid() == digestZxid) {
            compareSnapshot(tree);
        }
        TxnDigest carried = txn.digest();
        if (txn.zxid() > comparedAfter && carried != null) {
            differs = !tree.digestMatches(txn);
            lastComparedZxid = txn.zxid();
            if (differs) {
                note("transaction " + Zxid.show(txn.zxid()), carried.treeDigest(), tree);
            }
        }
    }

    private void compareSnapshot(DataTree tree) {
        differs = !tree.digestMatches(digest);
        snapshotDiffers = differs;
        lastComparedZxid = digestZxid;
        if (differs) {
            note("the snapshot, of " + Zxid.show(digestZxid), digest, tree);
        }
    }

    private void note(String carrier, long expected, DataTree tree) {
        mismatches++;
        if (mismatches == 1) {
            first = "The digest of the tree that this server's files make is not the one in them: " + carrier + " has "
                    + Long.toUnsignedString(expected) + ", the tree " + Long.toUnsignedString(tree.digest());
        }
    }

    int mismatches() {
        return mismatches;
    }

    /** Whether the last digest, that of the snapshot or that of a leader in a transaction behind it, is not the tree's. */
    boolean isTreeInDoubt() {
        return differs;
    }

    /** Whether there was a digest of {@code zxid} or of what is behind it, and the last one is the tree's. */
    boolean fitsBehind(long zxid) {
        return !differs && lastComparedZxid != Zxid.NONE && lastComparedZxid >= zxid;
    }

    /** Whether this server's files contradict themselves: the snapshot is not what its own digest says, and no later digest fits either. */
    private boolean isSnapshotWrong() {
        return snapshotDiffers && differs;
    }

    /** What was found first, for the operator; version {@value TxnDigest#VERSION} of the digest. */
    String describe() {
        String found = first + (mismatches > 1 ? ", and " + (mismatches - 1) + " more after it. " : ". ");
        return isSnapshotWrong()
                ? found
                        + "It is this server's own snapshot that is wrong: stop it and rebuild it from the leader (zkTool.sh rebuild), or set"
                        + " resyncOnDivergence=true, on all servers, to have that done at the start."
                : found
                        + "This server's tree may differ from the others': see what zkTool.sh verify says of its files and of theirs.";
    }
}
