package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import io.quorate.protocol.Acl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tree from the body of a snapshot (layout: {@link SnapshotView}), which may come in pieces of any size. It takes what Apache
 * ZooKeeper writes while transactions go on: nodes that are newer than the snapshot's zxid, and nodes whose ACL was not known yet when the
 * ACLs were written.
 *
 * <pre>
 *   SESSIONS ──► ACLS ──► NODES ──► COMPLETE ──► FINISHED
 * </pre>
 */
public final class SnapshotLoader {
    private enum State {
        SESSION_COUNT,
        SESSIONS,
        ACL_COUNT,
        ACLS,
        NODES,
        COMPLETE,
        FINISHED
    }

    private final TreeSettings settings;
    private final Authentication authentication;
    private final NodeStore store;
    private final AclTable.Loader acls;
    private State state = State.SESSION_COUNT;

    /** Records of the current section that are still to come. */
    private int pending;

    /** The parent of the last node and its path: the next one mostly has the same. */
    private Node lastParent;

    private byte[] lastParentPath = {};
    private long nodes;

    public SnapshotLoader(TreeSettings settings) {
        this(settings, new Authentication(settings.auth()));
    }

    /** As {@link #SnapshotLoader(TreeSettings)}, for a tree with authentication schemes of the caller's choice. */
    public SnapshotLoader(TreeSettings settings, Authentication authentication) {
        this.settings = settings;
        this.authentication = authentication;
        this.store = new NodeStore(settings);
        this.acls = new AclTable.Loader(store.acls);
        this.lastParent = store.root;
    }

    /**
     * Takes whole records from the bytes; what is not consumed belongs to a record that goes on, and is to be fed again with more behind it.
     * Nothing behind the end of the nodes is consumed.
     *
     * @return the number of bytes consumed
     * @throws SnapshotException if this is no snapshot, or a broken one
     */
    public int feed(byte[] bytes, int offset, int length) {
        JuteReader in = new JuteReader(bytes, offset, length, settings.maxField());
        int consumed = in.position();
        try {
            while (state.compareTo(State.COMPLETE) < 0) {
                readRecord(in);
                consumed = in.position();
            }
        } catch (JuteUnderflowException e) {
            return consumed - offset;
        } catch (JuteException e) {
            throw new SnapshotException(
                    "broken snapshot in its part " + state + " behind " + nodes + " nodes: " + e.getMessage());
        }
        return consumed - offset;
    }

    private void readRecord(JuteReader in) {
        switch (state) {
            case SESSION_COUNT -> begin(in.readInt(), State.SESSIONS, "sessions");
            case SESSIONS -> readSession(in);
            case ACL_COUNT -> begin(in.readInt(), State.ACLS, "ACLs");
            case ACLS -> readAcl(in);
            case NODES -> readNode(in);
            default -> throw new AssertionError(state);
        }
    }

    private void begin(int count, State section, String what) {
        if (count < 0) {
            throw new SnapshotException("broken snapshot: it has " + count + " " + what);
        }
        pending = count;
        state = section;
        endSectionIfDone();
    }

    private void endSectionIfDone() {
        if (pending == 0) {
            state = state == State.SESSIONS ? State.ACL_COUNT : State.NODES;
        }
    }

    private void readSession(JuteReader in) {
        store.sessions.put(in.readLong(), in.readInt());
        pending--;
        endSectionIfDone();
    }

    private void readAcl(JuteReader in) {
        long id = in.readLong();
        List<Acl> list = Acl.readList(in);
        if (list == null) {
            throw new SnapshotException("broken snapshot: ACL " + id + " is null");
        }
        acls.define(id, list);
        pending--;
        endSectionIfDone();
    }

    // --- nodes

    private void readNode(JuteReader in) {
        int start = in.position();
        in.skipBuffer();
        int pathOffset = start + Integer.BYTES;
        int pathLength = in.position() - pathOffset;
        byte[] bytes = in.array();
        if (pathLength == 1 && bytes[pathOffset] == '/') {
            state = State.COMPLETE;
            return;
        }
        byte[] data = in.readBuffer();
        long aclId = in.readLong();
        long czxid = in.readLong();
        long mzxid = in.readLong();
        long ctime = in.readLong();
        long mtime = in.readLong();
        int version = in.readInt();
        int cversion = in.readInt();
        int aversion = in.readInt();
        long owner = in.readLong();
        long pzxid = in.readLong();
        AclEntry acl = acls.use(aclId);
        Node node = pathLength == 0 ? store.root : newNode(bytes, pathOffset, pathLength, data, acl);
        node.acl = acl;
        node.czxid = czxid;
        node.mzxid = mzxid;
        node.ctime = ctime;
        node.mtime = mtime;
        node.version = version;
        if (cversion != 0 || aversion != 0 || owner != 0 || pzxid != czxid || node.extras != null) {
            NodeExtras extras = node.needExtras();
            extras.cversion = cversion;
            extras.aversion = aversion;
            extras.owner = owner;
            extras.pzxid = pzxid;
        }
        nodes++;
        if (node == store.root) {
            store.loadedRoot(data);
        } else {
            store.link(node, pathLength);
        }
    }

    private Node newNode(byte[] bytes, int offset, int length, byte @Nullable [] data, AclEntry acl) {
        int slash = offset + length - 1;
        while (slash >= offset && bytes[slash] != '/') {
            slash--;
        }
        if (slash < offset || bytes[offset] != '/') {
            throw new SnapshotException(
                    "broken snapshot: node \"" + text(bytes, offset, length) + "\" has no absolute path");
        }
        Node parent = findParent(bytes, offset, slash - offset);
        if (parent == null) {
            throw new SnapshotException("broken snapshot: node \"" + text(bytes, offset, length)
                    + "\" comes before its parent; " + nodes + " nodes were read");
        }
        int nameLength = offset + length - slash - 1;
        byte[] name = new byte[nameLength];
        System.arraycopy(bytes, slash + 1, name, 0, nameLength);
        if (parent.children().find(NameHash.of(name, 0, nameLength), name, 0, nameLength) != null) {
            throw new SnapshotException("broken snapshot: node \"" + text(bytes, offset, length) + "\" comes twice");
        }
        return new Node(parent, name, data, acl);
    }

    private @Nullable Node findParent(byte[] bytes, int offset, int length) {
        if (length == lastParentPath.length && NameHash.equal(bytes, offset, lastParentPath, 0, length)) {
            return lastParent;
        }
        Node parent = store.find(bytes, offset, length);
        if (parent != null) {
            lastParent = parent;
            lastParentPath = new byte[length];
            System.arraycopy(bytes, offset, lastParentPath, 0, length);
        }
        return parent;
    }

    private static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /** Whether the end of the nodes was consumed. */
    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Number of nodes so far. */
    public long nodes() {
        return nodes;
    }

    /**
     * The tree, as of {@code zxid}.
     *
     * @throws SnapshotException if the stream is not complete
     */
    public DataTree finish(long zxid) {
        if (state != State.COMPLETE) {
            throw new SnapshotException("the snapshot ends in its part " + state + " behind " + nodes
                    + " nodes; it was cut short, take an older one");
        }
        state = State.FINISHED;
        acls.finish();
        store.quotas.load();
        DataTree tree = new DataTree(settings, authentication, store, zxid);
        tree.complete();
        return tree;
    }
}
