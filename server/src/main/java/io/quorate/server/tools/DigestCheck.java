package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.tree.DataTree;
import io.quorate.tree.Txn;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replays logs over a snapshot, and compares the tree's digest with those that the transactions and the later snapshots carry. A snapshot
 * that was written while transactions went on is compared from where its writing ended.
 */
final class DigestCheck {
    private final Findings findings;
    // By the zxid that their digest is of.
    private final Map<Long, LoadedSnapshot> snapshots = new HashMap<>();

    private @Nullable DataTree tree;
    // Nothing is compared up to here.
    private long comparedAfter;
    private long compared;
    private long mismatches;
    private long firstMismatch = Zxid.NONE;
    private boolean lastMatched = true;

    DigestCheck(Findings findings) {
        this.findings = findings;
    }

    static String show(long digest) {
        return "0x" + Long.toHexString(digest);
    }

    void startFrom(LoadedSnapshot snapshot, DataTree loaded) {
        tree = loaded;
        comparedAfter = Math.max(snapshot.zxid(), Math.max(snapshot.digestZxid(), snapshot.lastProcessedZxid()));
        snapshots.put(snapshot.digestZxid(), snapshot);
    }

    /** What comes next does not follow what was: the tree is of no use any more. */
    void lose() {
        tree = null;
    }

    void apply(Txn txn) {
        DataTree current = tree;
        if (current == null || txn.zxid() <= current.lastZxid()) {
            return;
        }
        current.apply(txn, null);
        if (txn.zxid() <= comparedAfter) {
            return;
        }
        compareTxn(current, txn);
        compareSnapshot(current, txn.zxid());
    }

    private void compareTxn(DataTree current, Txn txn) {
        if (txn.digest() == null) {
            return;
        }
        compared++;
        lastMatched = current.digestMatches(txn);
        if (!lastMatched) {
            mismatches++;
            firstMismatch = firstMismatch == Zxid.NONE ? txn.zxid() : firstMismatch;
        }
    }

    private void compareSnapshot(DataTree current, long zxid) {
        LoadedSnapshot snapshot = snapshots.get(zxid);
        if (snapshot == null || snapshot.digest() == current.digest()) {
            return;
        }
        String what = snapshot.name() + " says that the digest at " + Zxid.show(zxid) + " is " + show(snapshot.digest())
                + ", the log makes " + show(current.digest());
        if (snapshot.digestZxid() == snapshot.zxid()) {
            findings.damage(what);
        } else {
            findings.note(what + "; it was written while transactions went on, and may hold a later one");
        }
    }

    void end() {
        if (compared > 0 && mismatches == 0) {
            findings.say("digests: those of " + compared + " transactions are the tree's");
        }
        if (mismatches == 0) {
            return;
        }
        String what = "the digests of " + mismatches + " of " + compared
                + " transactions are not those of the tree that the files make, the first at "
                + Zxid.show(firstMismatch);
        if (lastMatched) {
            findings.note(what + "; the last one is, so the records are wrong and not the tree");
        } else {
            findings.damage(what + ": this server's tree may differ from its leader's");
        }
    }
}
