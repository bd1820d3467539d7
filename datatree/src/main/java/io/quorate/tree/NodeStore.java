package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The nodes themselves: looking them up, changing them, and all that must be true of them after every change.
 *
 * <ul>
 *   <li>{@link #digest} is the sum of the nodes' contributions;
 *   <li>an ephemeral is in its session's list, a container or TTL node without children in the list of its kind, no other node in any;
 *   <li>a running view has preserved what it needs of a node before the node changes: every change begins with {@link #beforeChange}.
 * </ul>
 */
final class NodeStore {
    /** Below the number of stamps, so that a stamp is never taken for one of the same number long ago. */
    private static final int MAX_GIVEN_UP = 250;

    final Node root;
    final AclTable acls = new AclTable();
    final SessionTable sessions = new SessionTable();
    final Quotas quotas = new Quotas(this);

    /** Containers without children. */
    final NodeList emptyContainers = new NodeList();

    /** TTL nodes without children. */
    final NodeList emptyTtlNodes = new NodeList();

    private final boolean digestEnabled;
    private final boolean extendedTypesEnabled;
    private final NodeDigest nodeDigest = new NodeDigest();

    /** Sum of {@link Node#digest}, each as an unsigned number; 0 if digests are not enabled. */
    private long digest;

    private int nodeCount;
    private int containerCount;
    private int ttlNodeCount;

    /** Bytes of all paths and data. */
    private long dataSize;

    /** The stamp of nodes made now: the number of the last view, whether it is open or not. */
    private int stamp;

    /** Views given up since one was completed: so many stamps may differ from node to node. */
    private int givenUp;

    private @Nullable SnapshotView view;

    NodeStore(TreeSettings settings) {
        digestEnabled = settings.digestEnabled();
        extendedTypesEnabled = settings.extendedTypesEnabled();
        root = new Node(null, new byte[0], new byte[0], acls.open);
        adopted(root, 0);
    }

    long digest() {
        return digest;
    }

    int nodeCount() {
        return nodeCount;
    }

    int containerCount() {
        return containerCount;
    }

    int ttlNodeCount() {
        return ttlNodeCount;
    }

    /** Bytes of paths and data; the root counts with one byte, as it does in ZooKeeper's figure. */
    long dataSize() {
        return dataSize + 1;
    }

    NodeKind kind(Node node) {
        return kind(node.owner());
    }

    NodeKind kind(long owner) {
        return NodeKind.of(owner, extendedTypesEnabled);
    }

    // --- looking up

    /** @return the node, or null; "" is the root too, and a path that is not well-formed leads nowhere */
    @Nullable
    Node find(String path) {
        int length = path.length();
        if (length <= 1) {
            return length == 0 || path.charAt(0) == '/' ? root : null;
        }
        if (path.charAt(0) != '/') {
            return null;
        }
        Node node = root;
        int hash = NameHash.start();
        int start = 1;
        for (int i = 1; i < length; i++) {
            char c = path.charAt(i);
            if (c >= 0x80) {
                byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
                return find(utf8, 0, utf8.length);
            }
            if (c != '/') {
                hash = NameHash.add(hash, c);
                continue;
            }
            node = node.children().find(NameHash.mix(hash), path, start, i);
            if (node == null) {
                return null;
            }
            hash = NameHash.start();
            start = i + 1;
        }
        return node.children().find(NameHash.mix(hash), path, start, length);
    }

    /** As {@link #find(String)}, of a path in UTF-8. */
    @Nullable
    Node find(byte[] bytes, int offset, int length) {
        if (length <= 1) {
            return length == 0 || bytes[offset] == '/' ? root : null;
        }
        if (bytes[offset] != '/') {
            return null;
        }
        Node node = root;
        int hash = NameHash.start();
        int start = offset + 1;
        int end = offset + length;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b != '/') {
                hash = NameHash.add(hash, b);
                continue;
            }
            node = node.children().find(NameHash.mix(hash), bytes, start, i - start);
            if (node == null) {
                return null;
            }
            hash = NameHash.start();
            start = i + 1;
        }
        return node.children().find(NameHash.mix(hash), bytes, start, end - start);
    }

    // --- changing

    /**
     * Makes a node.
     *
     * @param parentCversion the parent's cversion with it, taken only if it is larger; -1 adds one
     */
    Node create(
            Node parent,
            byte[] name,
            byte @Nullable [] data,
            AclEntry acl,
            long owner,
            long zxid,
            long time,
            int parentCversion) {
        raiseCversion(parent, parentCversion, zxid);
        Node node = new Node(parent, name, data, acl);
        node.czxid = zxid;
        node.mzxid = zxid;
        node.ctime = time;
        node.mtime = time;
        if (owner != 0) {
            node.needExtras().owner = owner;
        }
        link(node);
        return node;
    }

    /** Takes in a node whose fields are complete and whose parent is set. */
    void link(Node node) {
        link(node, node.pathLength());
    }

    /** @param pathLength bytes of its path, for a caller that knows */
    void link(Node node, int pathLength) {
        Node parent = node.parent;
        if (parent == null) {
            throw new AssertionError("a node without a parent");
        }
        leaveList(parent);
        NodeExtras extras = parent.needExtras();
        extras.children = extras.children.add(node, node.nameHash());
        count(node, 1);
        joinList(node);
        adopted(node, pathLength);
    }

    private void adopted(Node node, int pathLength) {
        node.setStamp(stamp);
        nodeCount++;
        dataSize += pathLength + node.dataLength();
        addDigest(node);
    }

    /** Raises the cversion, and pzxid with it, if it is not that high already (ZOOKEEPER-3249: replay must not take it back). */
    void raiseCversion(Node node, int cversion, long zxid) {
        int wanted = cversion == -1 ? node.cversion() + 1 : cversion;
        if (wanted <= node.cversion()) {
            return;
        }
        beforeChange(node);
        NodeExtras extras = node.needExtras();
        extras.cversion = wanted;
        extras.pzxid = zxid;
        afterChange(node);
    }

    /** Notes that a child went with this transaction; also when the snapshot lacked the child already (ZOOKEEPER-3145). */
    void raisePzxid(Node node, long zxid) {
        if (zxid <= node.pzxid()) {
            return;
        }
        beforeChange(node);
        node.needExtras().pzxid = zxid;
        afterChange(node);
    }

    /** Removes a node, which is not the root, and whatever is below it (nothing, but for replay over a fuzzy snapshot). */
    void remove(Node node) {
        Node parent = node.parent;
        if (parent == null) {
            throw new AssertionError("the root cannot be removed");
        }
        while (node.childCount() > 0) {
            remove(deepest(node));
        }
        beforeChange(node);
        int pathLength = node.pathLength();
        NodeExtras extras = parent.needExtras();
        extras.children = extras.children.remove(node, node.nameHash());
        count(node, -1);
        leaveList(node);
        if (extras.children.size() == 0) {
            joinList(parent);
        }
        acls.release(node.acl);
        nodeCount--;
        dataSize -= pathLength + node.dataLength();
        node.parent = null;
    }

    private static Node deepest(Node top) {
        Node node = top;
        while (node.childCount() > 0) {
            node = node.children().first();
        }
        return node;
    }

    void setData(Node node, byte @Nullable [] data, int version, long zxid, long time) {
        beforeChange(node);
        dataSize -= node.dataLength();
        node.setData(data);
        dataSize += node.dataLength();
        node.version = version;
        node.mzxid = zxid;
        node.mtime = time;
        afterChange(node);
    }

    /** Gives a node other data without a change of its Stat. */
    void replaceData(Node node, byte[] data) {
        setData(node, data, node.version, node.mzxid, node.mtime);
    }

    void setAcl(Node node, AclEntry acl, int aversion) {
        beforeChange(node);
        acls.release(node.acl);
        node.acl = acl;
        if (aversion != node.aversion()) {
            node.needExtras().aversion = aversion;
        }
        afterChange(node);
    }

    private void beforeChange(Node node) {
        if (view != null) {
            view.preserve(node);
        }
        digest -= Integer.toUnsignedLong(node.digest);
    }

    private void afterChange(Node node) {
        addDigest(node);
    }

    private void addDigest(Node node) {
        if (digestEnabled) {
            node.digest = nodeDigest.of(node);
            digest += Integer.toUnsignedLong(node.digest);
        }
    }

    /** The fields of the root were filled in by a loader. */
    void loadedRoot(byte @Nullable [] data) {
        digest -= Integer.toUnsignedLong(root.digest);
        dataSize -= root.dataLength();
        root.setData(data);
        dataSize += root.dataLength();
        addDigest(root);
    }

    private void count(Node node, int change) {
        switch (kind(node)) {
            case PERSISTENT -> {}
            case EPHEMERAL -> {
                if (change > 0) {
                    sessions.addEphemeral(node.owner(), node);
                } else {
                    sessions.removeEphemeral(node.owner(), node);
                }
            }
            case CONTAINER -> containerCount += change;
            case TTL -> ttlNodeCount += change;
        }
    }

    /** The node has no children now: it may be one of those that go by themselves. */
    private void joinList(Node node) {
        NodeList list = listOf(node);
        if (list != null) {
            list.add(node);
        }
    }

    /** The node gets its first child, or goes. */
    private void leaveList(Node node) {
        NodeList list = listOf(node);
        if (list != null && node.childCount() == 0) {
            list.remove(node);
        }
    }

    private @Nullable NodeList listOf(Node node) {
        if (node.extras == null) {
            return null;
        }
        return switch (kind(node)) {
            case CONTAINER -> emptyContainers;
            case TTL -> emptyTtlNodes;
            default -> null;
        };
    }

    // --- views

    /** The number that marks the nodes that the open view, or else the last one, has behind it. */
    int stamp() {
        return stamp;
    }

    /** @throws IllegalStateException if there is one already */
    SnapshotView openView(long zxid, int maxPreservedBytes) {
        if (view != null) {
            throw new IllegalStateException(
                    "a view at zxid 0x" + Long.toHexString(view.zxid()) + " is open already; there is one at a time");
        }
        if (givenUp >= MAX_GIVEN_UP) {
            forEach(node -> node.setStamp(stamp));
            givenUp = 0;
        }
        stamp = (stamp + 1) & 0xff;
        view = new SnapshotView(this, zxid, maxPreservedBytes);
        return view;
    }

    void closeView(boolean complete) {
        view = null;
        givenUp = complete ? 0 : givenUp + 1;
    }

    /** Every node, parents first. The tree must not change meanwhile. */
    void forEach(Consumer<Node> visitor) {
        Deque<Node> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Node node = open.pop();
            visitor.accept(node);
            node.children().forEach(open::push);
        }
    }

    // --- stats

    void writeStat(Node node, JuteWriter out) {
        out.writeLong(node.czxid).writeLong(node.mzxid).writeLong(node.ctime).writeLong(node.mtime);
        out.writeInt(node.version).writeInt(node.visibleCversion()).writeInt(node.aversion());
        out.writeLong(kind(node) == NodeKind.EPHEMERAL ? node.owner() : 0);
        out.writeInt(node.dataLength()).writeInt(node.childCount()).writeLong(node.pzxid());
    }
}
