package io.quorate.tree;

import io.quorate.protocol.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tree from the body of a snapshot (layout: {@link SnapshotView}), which may come in pieces of any size. It takes what Apache
 * ZooKeeper writes while transactions go on: nodes that are newer than the snapshot's zxid, and nodes whose ACL was not known yet when the
 * ACLs were written.
 */
public final class SnapshotLoader {
    private final TreeSettings settings;
    private final Authentication authentication;
    private final NodeStore store;
    private final AclTable.Loader acls;
    private final SnapshotParser parser;
    private boolean finished;

    /** The parent of the last node and its path: the next one mostly has the same. */
    private Node lastParent;

    private byte[] lastParentPath = {};

    public SnapshotLoader(TreeSettings settings) {
        this(settings, new Authentication(settings.auth()));
    }

    /** As {@link #SnapshotLoader(TreeSettings)}, for a tree with authentication schemes of the caller's choice. */
    public SnapshotLoader(TreeSettings settings, Authentication authentication) {
        this.settings = settings;
        this.authentication = authentication;
        this.store = new NodeStore(settings);
        this.acls = new AclTable.Loader(store.acls);
        this.parser = new SnapshotParser(settings.maxField(), new Building());
        this.lastParent = store.root;
    }

    /**
     * Takes whole records from the bytes, see {@link SnapshotParser#feed}.
     *
     * @return the number of bytes consumed
     * @throws SnapshotException if this is no snapshot, or a broken one
     */
    public int feed(byte[] bytes, int offset, int length) {
        return parser.feed(bytes, offset, length);
    }

    private final class Building implements SnapshotRecords {
        @Override
        public void onSession(long sessionId, int timeoutMs) {
            store.sessions.put(sessionId, timeoutMs);
        }

        @Override
        public void onAcl(long aclId, List<Acl> acl) {
            acls.define(aclId, acl);
        }

        @Override
        public void onNode(SnapshotNode node) {
            addNode(node);
        }
    }

    private void addNode(SnapshotNode from) {
        AclEntry acl = acls.use(from.aclId);
        Node node = from.pathLength == 0 ? store.root : newNode(from, acl);
        node.acl = acl;
        node.czxid = from.czxid;
        node.mzxid = from.mzxid;
        node.ctime = from.ctime;
        node.mtime = from.mtime;
        node.version = from.version;
        boolean plain = from.cversion == 0 && from.aversion == 0 && from.owner == 0 && from.pzxid == from.czxid;
        if (!plain || node.extras != null) {
            NodeExtras extras = node.needExtras();
            extras.cversion = from.cversion;
            extras.aversion = from.aversion;
            extras.owner = from.owner;
            extras.pzxid = from.pzxid;
        }
        if (node == store.root) {
            store.loadedRoot(from.data);
        } else {
            store.link(node, from.pathLength);
        }
    }

    private Node newNode(SnapshotNode from, AclEntry acl) {
        byte[] bytes = from.pathBytes;
        int offset = from.pathOffset;
        int length = from.pathLength;
        int slash = offset + length - 1;
        while (slash >= offset && bytes[slash] != '/') {
            slash--;
        }
        if (slash < offset || bytes[offset] != '/') {
            throw new SnapshotException("broken snapshot: node \"" + from.path() + "\" has no absolute path");
        }
        Node parent = findParent(bytes, offset, slash - offset);
        if (parent == null) {
            throw new SnapshotException("broken snapshot: node \"" + from.path() + "\" comes before its parent; "
                    + parser.nodes() + " nodes were read");
        }
        int nameLength = offset + length - slash - 1;
        byte[] name = new byte[nameLength];
        System.arraycopy(bytes, slash + 1, name, 0, nameLength);
        if (parent.children().find(NameHash.of(name, 0, nameLength), name, 0, nameLength) != null) {
            throw new SnapshotException("broken snapshot: node \"" + from.path() + "\" comes twice");
        }
        return new Node(parent, name, from.data, acl);
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

    /** Whether the end of the nodes was consumed. */
    public boolean isComplete() {
        return parser.isComplete();
    }

    /** Number of nodes so far. */
    public long nodes() {
        return parser.nodes();
    }

    /**
     * The tree, as of {@code zxid}.
     *
     * @throws SnapshotException if the stream is not complete
     */
    public DataTree finish(long zxid) {
        if (!parser.isComplete()) {
            throw new SnapshotException(
                    "the snapshot ends in its part " + parser.where() + "; it was cut short, take an older one");
        }
        if (finished) {
            throw new IllegalStateException("the tree was taken already");
        }
        finished = true;
        acls.finish();
        store.quotas.load();
        DataTree tree = new DataTree(settings, authentication, store, zxid);
        tree.complete();
        return tree;
    }
}
