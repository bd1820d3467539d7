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

    /** How many transactions in a row have made another tree than the leader's. */
    private int differencesInARow;

    /** The last of them, if the files are to be read again because of it; {@link Zxid#NONE} if not. */
    private long reloadFor = Zxid.NONE;

    /** Whether the files were read again, and no tree of a leader's has fitted or come since. */
    private boolean reloaded;

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
        reloadFor = Zxid.NONE;
    }

    /**
     * A transaction has made another tree than the leader's. If the one before has, too, the files may be right and what is in memory wrong, so they are
     * to be read again: once.
     *
     * @return whether they are
     */
    boolean onDifference(long zxid) {
        differencesInARow++;
        if (differencesInARow >= ReplicaLimits.DIFFERENCES_IN_A_ROW && !reloaded) {
            reloaded = true;
            reloadFor = zxid;
        }
        return isReloadWanted();
    }

    /** Whether {@link #onDifference} has its files read again if it goes on. Who does not would be taken for one who agrees. */
    boolean leavesOnDifference() {
        return !reloaded;
    }

    /** The tree is the leader's. */
    void onAgreement() {
        differencesInARow = 0;
        treeInDoubt = false;
        reloaded = false;
    }

    boolean isReloadWanted() {
        return reloadFor != Zxid.NONE;
    }

    /** The transaction that has shown that something is wrong. */
    long reloadFor() {
        return reloadFor;
    }

    boolean isTreeInDoubt() {
        return treeInDoubt;
    }

    /** A leader's whole tree is on this server's disk. */
    void install(DataTree newTree) {
        tree = newTree;
        snapshotWanted = false;
        reloadFor = Zxid.NONE;
        onAgreement();
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
