package io.quorate.simulation.linearizability;

import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A tree of nodes, and the sessions that have ended. Immutable. */
public final class TreeState {
    /**
     * A node.
     *
     * @param owner the session of an ephemeral; 0
     * @param acl what its ACL was set to; empty if it never was
     * @param aclVersion how often it was
     * @param created how many children it ever had: the number of the next sequential one
     */
    record Node(String data, int version, String acl, int aclVersion, long owner, int created) {
        static Node of(String data, long owner) {
            return new Node(data, 0, "", 0, owner, 0);
        }

        Node withData(String newData) {
            return new Node(newData, version + 1, acl, aclVersion, owner, created);
        }

        Node withAcl(String newAcl) {
            return new Node(data, version, newAcl, aclVersion + 1, owner, created);
        }

        Node withChild() {
            return new Node(data, version, acl, aclVersion, owner, created + 1);
        }
    }

    static final TreeState EMPTY = new TreeState(new TreeMap<>(), new TreeSet<>());

    private final NavigableMap<String, Node> nodes;
    private final Set<Long> ended;
    private final int hash;

    private TreeState(NavigableMap<String, Node> nodes, Set<Long> ended) {
        this.nodes = nodes;
        this.ended = ended;
        this.hash = 31 * nodes.hashCode() + ended.hashCode();
    }

    NavigableMap<String, Node> nodes() {
        return nodes;
    }

    boolean hasEnded(long session) {
        return ended.contains(session);
    }

    TreeState with(String path, Node node) {
        NavigableMap<String, Node> changed = new TreeMap<>(nodes);
        changed.put(path, node);
        return new TreeState(changed, ended);
    }

    TreeState without(String path) {
        NavigableMap<String, Node> changed = new TreeMap<>(nodes);
        changed.remove(path);
        return new TreeState(changed, ended);
    }

    /** Its ephemerals go with it. */
    TreeState withoutSession(long session) {
        NavigableMap<String, Node> changed = new TreeMap<>(nodes);
        changed.values().removeIf(node -> node.owner() == session);
        Set<Long> more = new TreeSet<>(ended);
        more.add(session);
        return new TreeState(changed, more);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreeState that
                && hash == that.hash
                && nodes.equals(that.nodes)
                && ended.equals(that.ended);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return nodes + ", ended " + ended;
    }
}
