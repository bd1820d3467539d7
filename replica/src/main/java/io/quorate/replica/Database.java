package io.quorate.replica;

import io.quorate.jute.Zxid;
import io.quorate.tree.DataTree;
import io.quorate.zab.History;

/** What a server has: the history that it has logged, the tree that was made of it, and whether both may be believed. */
final class Database {
    private final History history;

    /** Changed by deliveries, and replaced by an installed snapshot or a reload; never while clients are served. */
    private DataTree tree;

    /**
     * Whether the history may be voted with; false for a server that lost its database, until it has a leader's and has stored its epoch. With the
     * history alone it would vote as one of an older epoch, and could help to elect a server that has less.
     */
    private boolean trusted;

    /** Whether this server can follow only with the leader's whole tree. */
    private boolean snapshotWanted;

    /** Whether the tree, as it was made of this server's files, is not the one that the last digest that it was compared with says. */
    private boolean treeInDoubt;

    /** Whether the tree in memory is not its leader's, and nobody has looked yet whether the files make a better one. */
    private boolean reloadWanted;

    /** Whether the last term asked for the leader's tree on that ground. */
    private boolean askedForTree;

    Database(DataTree tree, History history, boolean trusted, boolean treeInDoubt) {
        this.tree = tree;
        this.treeInDoubt = treeInDoubt;
        this.history = history;
        this.trusted = trusted;
    }

    History history() {
        return history;
    }

    DataTree tree() {
        return tree;
    }

    /** The tree was loaded anew. */
    void replaceTree(DataTree newTree, boolean inDoubt) {
        tree = newTree;
        treeInDoubt = inDoubt;
        reloadWanted = false;
    }

    /**
     * The tree is not its leader's. What is in memory may be wrong and the files right, so the files are read again.
     *
     * @return false if they make the same wrong tree, as is known already
     */
    boolean wantReload() {
        reloadWanted |= !treeInDoubt;
        return reloadWanted;
    }

    boolean isReloadWanted() {
        return reloadWanted;
    }

    /** The tree is its leader's. */
    void onAgreement() {
        treeInDoubt = false;
        askedForTree = false;
    }

    boolean isTreeInDoubt() {
        return treeInDoubt;
    }

    /**
     * Whether a term that begins now, with a tree in doubt, may ask for the leader's: not if the one before has. A learner that asks for a
     * snapshot does not count for the quorum of a leader that is not established yet, and without this one there may be no such quorum.
     */
    boolean mayAskForTree() {
        return !askedForTree;
    }

    /** A term has ended. */
    void noteAsked(boolean forTree) {
        askedForTree = forTree;
    }

    /** A leader's whole tree is on this server's disk. */
    void install(DataTree newTree) {
        tree = newTree;
        snapshotWanted = false;
        treeInDoubt = false;
        reloadWanted = false;
    }

    boolean isTrusted() {
        return trusted;
    }

    void trust() {
        trusted = true;
    }

    boolean isSnapshotWanted() {
        return snapshotWanted;
    }

    void wantSnapshot() {
        snapshotWanted = true;
    }

    /** The zxid to vote with. */
    long voteZxid() {
        return trusted ? history.lastZxid() : Zxid.NONE;
    }
}
