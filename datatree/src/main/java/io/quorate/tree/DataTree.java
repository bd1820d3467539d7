package io.quorate.tree;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The database. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class DataTree {
    public DataTree(TreeSettings settings) {
        throw new UnsupportedOperationException("" + settings);
    }

    /**
     * Applies one committed transaction: watch events go out, then the reply's body is written, then this returns.
     *
     * @return the code for the reply's header; the body is written only if it is 0
     */
    public int apply(Txn txn, @Nullable JuteWriter replyBody) {
        throw new UnsupportedOperationException("" + txn + replyBody);
    }

    /** Whether the digest in a transaction that was applied just now, if there is one, is the tree's. */
    public boolean digestMatches(Txn txn) {
        throw new UnsupportedOperationException("" + txn);
    }

    public long lastZxid() {
        throw new UnsupportedOperationException();
    }

    public long digest() {
        throw new UnsupportedOperationException();
    }

    /** Number of nodes; the root counts once (ZooKeeper's own znode_count is one more). */
    public int nodeCount() {
        throw new UnsupportedOperationException();
    }

    public int ephemeralsCount() {
        throw new UnsupportedOperationException();
    }

    public long approximateDataSize() {
        throw new UnsupportedOperationException();
    }

    public int watchCount() {
        throw new UnsupportedOperationException();
    }

    /** Number of watched paths. */
    public int watchedPathCount() {
        throw new UnsupportedOperationException();
    }

    public SessionTable sessions() {
        throw new UnsupportedOperationException();
    }

    /** Paths of the session's ephemerals, in the order of their creation. */
    public List<String> ephemerals(long sessionId) {
        throw new UnsupportedOperationException("" + sessionId);
    }

    /** Sessions that own ephemerals but are not in the table of sessions; a fuzzy snapshot can hold some. */
    public long[] danglingOwners() {
        throw new UnsupportedOperationException();
    }

    /** Removes the ephemerals of a session outside of any transaction, after loading. */
    public void removeEphemerals(long sessionId, long zxid) {
        throw new UnsupportedOperationException("" + sessionId + zxid);
    }

    /** Sets the text of {@code /zookeeper/config}; a data watch on it fires. */
    public void setConfig(byte[] text, long version, long wallMs) {
        throw new UnsupportedOperationException("" + text.length + version + wallMs);
    }

    /**
     * Answers a read, and registers its watch.
     *
     * @return the code for the reply's header; the body is written only if it is 0, but for the case that multiRead names
     */
    public int read(int op, JuteReader body, Watcher watcher, JuteWriter replyBody) {
        throw new UnsupportedOperationException("" + op + body + watcher + replyBody);
    }

    /** Forgets all watches of a connection that is gone. */
    public void removeWatcher(Watcher watcher) {
        throw new UnsupportedOperationException("" + watcher);
    }

    /** Opens the view of the tree as it is now; there is one at a time. */
    public SnapshotView openView() {
        throw new UnsupportedOperationException();
    }
}
