package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The tree at one zxid, written out in slices while it changes. The stream is the body of a snapshot file and of a SNAP (storage.md §4):
 *
 * <pre>
 *   sessions   count int; (id long, timeout int ms)*
 *   ACLs       count int; (id long, acl vector)*
 *   nodes      (path ustring, data buffer, aclId long, StatPersisted 60 bytes)*; the root first with path ""; parents before children
 *   end        ustring "/"
 * </pre>
 *
 * <p>Each node that was there at the start is written exactly once, as it was then. The walk comes by sooner or later; a node that is about
 * to change or go before that is written at once into a buffer, after those above it, and the walk passes it over. A node's stamp tells
 * whether that happened. Nodes made meanwhile carry the stamp from birth. So it is not needed to remember who had which children: whoever
 * was there at the start is still there for the walk, or was written when it went.
 *
 * <p>That buffer is drained before the walk goes on, since the walk relies on parents being written. What stands in it is bounded: over the
 * bound the view is abandoned, and what was written is of no use.
 *
 * <p>States:
 *
 * <pre>
 *   OPEN ──► COMPLETE ──► CLOSED      all is written
 *     ├────► ABANDONED ─► CLOSED      changes outran it
 *     └─────────────────► CLOSED      given up by its owner
 * </pre>
 */
public final class SnapshotView implements AutoCloseable {
    private static final byte[] END_OF_NODES = {0, 0, 0, 1, '/'};

    /** What looking at a node counts against a slice, in bytes, even when nothing is written: a slice bounds the time as well. */
    private static final int VISIT_BYTES = 16;

    private static final int INITIAL_BUFFER = 4096;

    private enum State {
        OPEN,
        COMPLETE,
        ABANDONED,
        CLOSED
    }

    /** Where the walk stands among the children of one node. */
    private static final class Frame {
        final Node node;

        /** The children of one segment, as they were when the walk came to it. */
        @Nullable
        Node[] batch = {};

        int next;

        /** The first hash of the next segment. */
        long hash;

        Frame(Node node) {
            this.node = node;
        }

        /** @return the next child, or null at the end */
        @Nullable
        Node advance() {
            while (true) {
                while (next < batch.length) {
                    Node child = batch[next++];
                    if (child != null) {
                        return child;
                    }
                }
                if (hash >= ChildTable.HASH_END) {
                    return null;
                }
                ChildTable children = node.children();
                batch = children.segmentAt(hash).slots.clone();
                next = 0;
                hash = children.segmentEnd(hash);
            }
        }
    }

    private final NodeStore store;
    private final long zxid;
    private final long digest;
    private final int stamp;
    private final int maxPreservedBytes;
    private final Deque<Frame> walk = new ArrayDeque<>();

    /** Written before its turn, to be handed out first. Starts with the sessions and the ACLs, which do not count against the bound. */
    private JuteWriter preserved = new JuteWriter(INITIAL_BUFFER);

    /** How much of {@link #preserved} is handed out. */
    private int drained;

    /** How much may wait in {@link #preserved}, in bytes; more as long as the sessions and ACLs are in there. */
    private long bound;

    private long preservedTotal;
    private State state = State.OPEN;

    SnapshotView(NodeStore store, long zxid, int maxPreservedBytes) {
        this.store = store;
        this.zxid = zxid;
        this.digest = store.digest();
        this.stamp = store.stamp();
        this.maxPreservedBytes = maxPreservedBytes;
        store.sessions.write(preserved);
        store.acls.write(preserved);
        bound = (long) maxPreservedBytes + preserved.size();
        preserve(store.root);
        walk.push(new Frame(store.root));
    }

    /**
     * Appends about {@code targetBytes} of the stream, and never more than one node too much.
     *
     * @return whether more follows
     * @throws IllegalStateException if the view is complete, abandoned or closed
     */
    public boolean writeSlice(JuteWriter out, int targetBytes) {
        if (state != State.OPEN) {
            throw new IllegalStateException("the view at zxid 0x" + Long.toHexString(zxid) + " is " + state);
        }
        int budget = targetBytes - drain(out, targetBytes);
        while (budget > 0) {
            int before = out.size();
            if (!step(out)) {
                out.writeRaw(END_OF_NODES);
                state = State.COMPLETE;
                return false;
            }
            budget -= VISIT_BYTES + out.size() - before;
        }
        return true;
    }

    /**
     * Hands out preserved bytes.
     *
     * @return how many; less than {@code limit} only if none are left
     */
    private int drain(JuteWriter out, int limit) {
        int count = Math.min(Math.max(1, limit), preserved.size() - drained);
        out.writeRaw(preserved.array(), drained, count);
        drained += count;
        if (drained < preserved.size()) {
            return limit;
        }
        if (drained > INITIAL_BUFFER) {
            preserved = new JuteWriter(INITIAL_BUFFER);
        }
        preserved.reset();
        drained = 0;
        bound = maxPreservedBytes;
        return count;
    }

    /**
     * Visits one node.
     *
     * @return whether there was one
     */
    private boolean step(JuteWriter out) {
        while (!walk.isEmpty()) {
            Node child = walk.element().advance();
            if (child == null) {
                walk.pop();
                continue;
            }
            if (child.parent == null) {
                continue; // removed, and written when that happened
            }
            if (child.stamp() != stamp) {
                write(child, out);
            }
            if (child.childCount() > 0) {
                walk.push(new Frame(child));
            }
            return true;
        }
        return false;
    }

    /** To be called before a node changes or goes. */
    void preserve(Node node) {
        if (node.stamp() == stamp || state != State.OPEN) {
            return;
        }
        // Those above it come first, from the top, since a reader wants to know the parent of every node.
        Deque<Node> chain = new ArrayDeque<>();
        for (Node each = node; each != null && each.stamp() != stamp; each = each.parent) {
            chain.push(each);
        }
        int before = preserved.size();
        for (Node each : chain) {
            write(each, preserved);
        }
        preservedTotal += preserved.size() - before;
        if (preserved.size() - drained > bound) {
            state = State.ABANDONED;
            preserved = new JuteWriter(0);
            drained = 0;
            walk.clear();
        }
    }

    private void write(Node node, JuteWriter out) {
        node.setStamp(stamp);
        node.writePath(out);
        node.writeData(out);
        out.writeLong(node.acl.id);
        out.writeLong(node.czxid).writeLong(node.mzxid).writeLong(node.ctime).writeLong(node.mtime);
        out.writeInt(node.version).writeInt(node.cversion()).writeInt(node.aversion());
        out.writeLong(node.owner()).writeLong(node.pzxid());
    }

    /** The last transaction that is in it. */
    public long zxid() {
        return zxid;
    }

    /** The digest of the tree as of {@link #zxid()}; 0 if digests are not enabled. */
    public long digest() {
        return digest;
    }

    /** How much was written before its turn so far, in bytes. */
    public long preservedBytes() {
        return preservedTotal;
    }

    /** Whether changes outran it: too many bytes had to be preserved. What was written is of no use then. */
    public boolean isAbandoned() {
        return state == State.ABANDONED;
    }

    /** Lets the tree forget it; to be called in every case, and harmless when repeated. */
    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        store.closeView(state == State.COMPLETE);
        state = State.CLOSED;
        preserved = new JuteWriter(0);
        walk.clear();
    }
}
