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

    Database(DataTree tree, History history, boolean trusted) {
        this.tree = tree;
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
    void replaceTree(DataTree newTree) {
        tree = newTree;
    }

    /** A leader's whole tree is on this server's disk. */
    void install(DataTree newTree) {
        tree = newTree;
        snapshotWanted = false;
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
