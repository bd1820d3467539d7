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
    private String first = "";

    /** The tree is that of the snapshot, as far as its body goes. */
    void begin(LoadedSnapshot snapshot, DataTree tree) {
        mismatches = 0;
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
        mismatches = 0;
        digestZxid = 0;
        comparedAfter = 0;
    }

    /** The transaction was applied just now. */
    void onReplayed(Txn txn, DataTree tree) {
        if (txn.zxid() == digestZxid) {
            compareSnapshot(tree);
        }
        if (txn.zxid() > comparedAfter && txn.digest() != null && !tree.digestMatches(txn)) {
            note("transaction " + Zxid.show(txn.zxid()), txn.digest().treeDigest(), tree);
        }
    }

    private void compareSnapshot(DataTree tree) {
        if (!tree.digestMatches(digest)) {
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

    /** What was found first, for the operator; version {@value TxnDigest#VERSION} of the digest. */
    String describe() {
        return first + (mismatches > 1 ? ", and " + (mismatches - 1) + " more after it" : "")
                + ". This server's tree may differ from the others': see what zkTool.sh verify says of its files and of theirs.";
    }
}
