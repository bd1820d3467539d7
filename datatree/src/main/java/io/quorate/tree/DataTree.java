package io.quorate.tree;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.protocol.Acl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The database: the znodes, the sessions that own some of them, and the watches of this server's connections. Committed transactions go in
 * by {@link #apply}, reads are answered by {@link #read}, snapshots are taken through {@link #openView} and made to trees again by
 * {@link SnapshotLoader}. All on one thread: there is nothing in here that another thread may touch.
 *
 * <pre>
 *   apply ──► TxnApplier ──┬──► NodeStore   nodes, ACLs, sessions, digest; tells the open SnapshotView before a node changes
 *   read  ──► ReadHandler ─┴──► WatchTable  who is told
 * </pre>
 */
public final class DataTree {
    static final String SYSTEM_PATH = "/zookeeper";
    static final String QUOTA_PATH = "/zookeeper/quota";
    static final String CONFIG_PATH = "/zookeeper/config";

    private final TreeSettings settings;
    private final Authentication authentication;
    private final NodeStore store;
    private final WatchTable watches;
    private final TxnApplier applier;
    private final DigestLog digestLog = new DigestLog();
    private final ReadHandler reads;

    /** The zxid of the last transaction that is in the tree; it never goes back. */
    private long lastZxid;

    /** An empty database: {@code /}, {@code /zookeeper}, {@code /zookeeper/quota}, {@code /zookeeper/config}. */
    public DataTree(TreeSettings settings) {
        this(settings, new Authentication(settings.auth()));
    }

    /** As {@link #DataTree(TreeSettings)}, with authentication schemes of the caller's choice. */
    public DataTree(TreeSettings settings, Authentication authentication) {
        this(settings, authentication, new NodeStore(settings), 0);
        addSystemNode(store.root, "zookeeper");
        addSystemNode(needNode(SYSTEM_PATH), "quota");
        addConfigNode();
    }

    /** Over nodes that were loaded. */
    DataTree(TreeSettings settings, Authentication authentication, NodeStore store, long lastZxid) {
        this.settings = settings;
        this.authentication = authentication;
        this.store = store;
        this.lastZxid = lastZxid;
        this.watches = new WatchTable(authentication);
        this.applier = new TxnApplier(store, watches);
        this.reads = new ReadHandler(store, watches, authentication);
    }

    private Node addSystemNode(Node parent, String name) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        Node node = new Node(parent, nameBytes, new byte[0], store.acls.open);
        store.link(node);
        return node;
    }

    private void addConfigNode() {
        Node node = addSystemNode(needNode(SYSTEM_PATH), "config");
        store.setAcl(node, store.acls.use(Acl.READ_ONLY), -1);
    }

    /** Adds what every database has and an old snapshot may lack. */
    void complete() {
        if (store.find(SYSTEM_PATH) == null) {
            addSystemNode(store.root, "zookeeper");
        }
        if (store.find(QUOTA_PATH) == null) {
            addSystemNode(needNode(SYSTEM_PATH), "quota");
        }
        if (store.find(CONFIG_PATH) == null) {
            addConfigNode();
        }
    }

    private Node needNode(String path) {
        Node node = store.find(path);
        if (node == null) {
            throw new IllegalStateException("there is no " + path);
        }
        return node;
    }

    // --- writing

    /**
     * Applies one committed transaction: watch events go out, then the reply's body is written, then this returns.
     *
     * <p>The body is that of the transaction's type: create → path; create2, container, TTL → path and Stat; setData, setACL → Stat; multi →
     * the whole envelope, also of a failed one.
     *
     * @param replyBody where the client's connection is on this server; null where nobody waits for an answer
     * @return the code for the reply's header; the body is written only if it is 0. A failed multi gives 0: its codes are in the body, and
     *     {@link Txn#err()} tells them too
     */
    public int apply(Txn txn, @Nullable JuteWriter replyBody) {
        int start = replyBody == null ? 0 : replyBody.size();
        int err = applier.apply(txn.header(), txn.body(), replyBody);
        lastZxid = txn.zxid();
        if (settings.digestEnabled()) {
            digestLog.onApplied(lastZxid, store.digest());
        }
        if (err != 0 && replyBody != null) {
            replyBody.truncate(start);
        }
        return err;
    }

    /**
     * Whether the digest in a transaction that was applied just now is the tree's. True as well if there is nothing to compare: no digest,
     * one of another version, or digests not enabled here.
     */
    public boolean digestMatches(Txn txn) {
        TxnDigest digest = txn.digest();
        return !settings.digestEnabled()
                || digest == null
                || digest.version() != TxnDigest.VERSION
                || digest.treeDigest() == store.digest();
    }

    /** Whether this is the digest of the tree; true as well if digests are not enabled here. */
    public boolean digestMatches(long digest) {
        return !settings.digestEnabled() || digest == store.digest();
    }

    /**
     * Sets the text of {@code /zookeeper/config}, outside of any transaction; a data watch on it fires.
     *
     * @param version the configuration's, which becomes the node's mzxid
     * @param wallMs now; the node's mtime differs from server to server
     */
    public void setConfig(byte[] text, long version, long wallMs) {
        Node node = needNode(CONFIG_PATH);
        store.setData(node, text, -1, version, wallMs);
        watches.dataChanged(CONFIG_PATH, version, node.acl);
    }

    // --- reading

    /**
     * Answers a read, and registers its watch.
     *
     * @param body what followed the request's header
     * @param watcher the connection that asks: its identities are checked, its watches registered
     * @return the code for the reply's header; the body is written only if it is 0. One exception: a multiRead of writes gives -5 with a body
     */
    public int read(int op, JuteReader body, Watcher watcher, JuteWriter replyBody) {
        return reads.read(op, body, watcher, replyBody);
    }

    /** Forgets all watches of a connection that is gone, at a cost of what it holds. */
    public void removeWatcher(Watcher watcher) {
        watches.removeWatcher(watcher);
    }

    // --- what is in it

    /** The zxid of the last transaction that was applied. */
    public long lastZxid() {
        return lastZxid;
    }

    /** The digests that the tree had at the last zxids that 128 divides, oldest first. */
    public List<ZxidDigest> digestLog() {
        return digestLog.entries();
    }

    /** All watches on nodes themselves, those of a path together. The cost is that of all watches. */
    public List<DataWatch> dataWatches() {
        return watches.dataWatches();
    }

    WatchTable watches() {
        return watches;
    }

    /** The paths of all ephemerals by the sessions that own them. */
    public Map<Long, List<String>> ephemerals() {
        Map<Long, List<String>> result = new TreeMap<>();
        for (long owner : store.sessions.ephemeralOwners()) {
            result.put(owner, ephemerals(owner));
        }
        return result;
    }

    /** The digest of the tree, version 2; 0 if digests are not enabled. */
    public long digest() {
        return store.digest();
    }

    /** Number of nodes. The root counts once; ZooKeeper's own znode_count has it twice and is one more. */
    public int nodeCount() {
        return store.nodeCount();
    }

    public int ephemeralsCount() {
        return store.sessions.ephemeralsCount();
    }

    /** Bytes of all paths and data. */
    public long approximateDataSize() {
        return store.dataSize();
    }

    /** Number of watches; a persistent one counts twice, as in ZooKeeper. */
    public int watchCount() {
        return watches.size();
    }

    public int watchedPathCount() {
        return watches.pathCount();
    }

    /** Number of connections that hold a watch. */
    public int watcherCount() {
        return watches.watcherCount();
    }

    public int containerCount() {
        return store.containerCount();
    }

    public int ttlNodeCount() {
        return store.ttlNodeCount();
    }

    /** What is below each quota, in the order of their paths. */
    public List<QuotaUsage> quotas() {
        List<QuotaUsage> result = new ArrayList<>();
        for (String path : store.quotas.paths()) {
            QuotaText limits = store.quotas.limits(path);
            QuotaText stats = store.quotas.stats(path);
            result.add(new QuotaUsage(
                    path,
                    stats.count(),
                    stats.bytes(),
                    limits.count(),
                    limits.bytes(),
                    limits.countHardLimit(),
                    limits.byteHardLimit()));
        }
        return result;
    }

    /** The sessions; a view that follows the tree's changes. */
    public SessionTable sessions() {
        return store.sessions;
    }

    /** Paths of the session's ephemerals, in the order of their creation. */
    public List<String> ephemerals(long sessionId) {
        List<String> result = new ArrayList<>(store.sessions.ephemeralsCount(sessionId));
        for (Node node = store.sessions.firstEphemeral(sessionId); node != null; node = NodeList.next(node)) {
            result.add(node.path());
        }
        return result;
    }

    // --- after loading

    /** Sessions that own ephemerals but are not in the table of sessions; a fuzzy snapshot can hold some. */
    public long[] danglingOwners() {
        return store.sessions.danglingOwners();
    }

    /**
     * Nodes whose ACL the loaded snapshot names but does not explain, at most {@code max} of them. A fuzzy snapshot may have some; the
     * transactions after it explain them. If there are any after replay, the snapshot or the log is incomplete: such a node is open to
     * nobody but the super user.
     */
    public List<String> nodesWithUnknownAcl(int max) {
        List<String> result = new ArrayList<>();
        if (store.acls.unknownUses() > 0) {
            store.forEach(node -> {
                if (node.acl.unknown && result.size() < max) {
                    result.add(node.path() + " (ACL " + node.acl.id + ")");
                }
            });
        }
        return result;
    }

    // --- snapshots

    /**
     * Opens the view of the tree as it is now.
     *
     * @throws IllegalStateException if there is one that is not closed
     */
    public SnapshotView openView() {
        return openView(settings.maxPreservedBytes());
    }

    /**
     * {@link #openView()}, with another bound.
     *
     * @param maxPreservedBytes how much it may hold back in memory before it is abandoned, in bytes
     */
    public SnapshotView openView(int maxPreservedBytes) {
        return store.openView(lastZxid, maxPreservedBytes);
    }

    NodeStore store() {
        return store;
    }

    TreeSettings settings() {
        return settings;
    }

    Authentication authentication() {
        return authentication;
    }
}
