package io.quorate.tree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes in flight: what the transactions that are proposed and not yet applied will make of the tree. Whoever looks through it sees
 * the tree after all of them.
 *
 * <ul>
 *   <li>{@code byPath} holds the last state of each changed node, {@code inOrder} every state in the order of zxids;
 *   <li>{@code digest} is that of the tree after all transactions in flight.
 * </ul>
 */
final class Overlay {
    /** What stood under a path before a change, which may have to be taken back. */
    private record Undo(String path, @Nullable PendingNode previous) {}

    private final NodeStore store;
    private final boolean digestEnabled;
    private final NodeDigest nodeDigest = new NodeDigest();
    private final Map<String, PendingNode> byPath = new HashMap<>();
    private final Deque<PendingNode> inOrder = new ArrayDeque<>();

    /** Paths of ephemerals created in flight, by session. A path may have gone again: {@code byPath} tells. */
    private final Map<Long, Set<String>> ephemerals = new HashMap<>();

    private final List<Undo> undoLog = new ArrayList<>();
    private long digest;
    private long digestAtBegin;

    Overlay(NodeStore store, boolean digestEnabled) {
        this.store = store;
        this.digestEnabled = digestEnabled;
        this.digest = store.digest();
    }

    int size() {
        return inOrder.size();
    }

    long digest() {
        return digest;
    }

    boolean isInFlight(String path) {
        return byPath.containsKey(path);
    }

    /** @return the node as a transaction in flight leaves it; null if none changes it */
    @Nullable
    PendingNode pending(String path) {
        return byPath.get(path);
    }

    /** What the transactions in flight add, or take away, at a path and below. */
    Quotas.Total inFlightBelow(String top) {
        long count = 0;
        long bytes = 0;
        for (PendingNode pending : byPath.values()) {
            if (pending.path.equals(top) || pending.path.startsWith(top + "/")) {
                Node node = store.find(pending.path);
                count += (pending.exists ? 1 : 0) - (node == null ? 0 : 1);
                bytes += (pending.exists ? pending.dataLength() : 0) - (node == null ? 0 : node.dataLength());
            }
        }
        return new Quotas.Total(count, bytes);
    }

    /** @return the node as it will be, or null if it will not be there */
    @Nullable
    PendingNode find(String path) {
        PendingNode pending = byPath.get(path);
        if (pending != null) {
            return pending.exists ? pending : null;
        }
        Node node = store.find(path);
        return node == null ? null : PendingNode.of(path, node);
    }

    /** The session's ephemerals as they will be: in the tree first, in the order of their creation. */
    List<String> ephemerals(long sessionId) {
        Set<String> result = new LinkedHashSet<>();
        for (Node node = store.sessions.firstEphemeral(sessionId); node != null; node = NodeList.next(node)) {
            String path = node.path();
            PendingNode pending = byPath.get(path);
            if (pending == null || isOwnedBy(pending, sessionId)) {
                result.add(path);
            }
        }
        for (String path : ephemerals.getOrDefault(sessionId, Set.of())) {
            PendingNode pending = byPath.get(path);
            if (pending != null && isOwnedBy(pending, sessionId)) {
                result.add(path);
            }
        }
        return List.copyOf(result);
    }

    private static boolean isOwnedBy(PendingNode pending, long sessionId) {
        return pending.exists && pending.owner == sessionId;
    }

    // --- changes

    /** Starts a transaction, which {@link #rollBack} can take back. */
    void begin() {
        undoLog.clear();
        if (inOrder.isEmpty()) {
            digest = store.digest();
        }
        digestAtBegin = digest;
    }

    /**
     * Records what the current transaction makes of a node.
     *
     * @param previous what {@link #find} gave for it
     */
    void put(@Nullable PendingNode previous, PendingNode next) {
        if (digestEnabled) {
            next.digest = nodeDigest.of(next);
            digest += Integer.toUnsignedLong(next.digest)
                    - (previous == null ? 0 : Integer.toUnsignedLong(previous.digest));
        }
        undoLog.add(new Undo(next.path, byPath.put(next.path, next)));
        inOrder.addLast(next);
        if (next.exists && next.czxid == next.zxid && isEphemeral(next)) {
            ephemerals.computeIfAbsent(next.owner, id -> new LinkedHashSet<>()).add(next.path);
        }
    }

    /** Takes back all changes since {@link #begin}. */
    void rollBack() {
        for (int i = undoLog.size() - 1; i >= 0; i--) {
            Undo undo = undoLog.get(i);
            PendingNode taken = inOrder.removeLast();
            if (undo.previous() == null) {
                byPath.remove(undo.path());
            } else {
                byPath.put(undo.path(), undo.previous());
            }
            forgetEphemeral(taken);
        }
        undoLog.clear();
        digest = digestAtBegin;
    }

    /** Drops the states that the tree has reached. */
    void onApplied(long zxid) {
        while (!inOrder.isEmpty() && inOrder.element().zxid <= zxid) {
            PendingNode applied = inOrder.removeFirst();
            byPath.remove(applied.path, applied);
            forgetEphemeral(applied);
        }
    }

    void clear() {
        byPath.clear();
        inOrder.clear();
        ephemerals.clear();
        undoLog.clear();
        digest = store.digest();
    }

    private boolean isEphemeral(PendingNode pending) {
        return store.kind(pending.owner) == NodeKind.EPHEMERAL;
    }

    private void forgetEphemeral(PendingNode gone) {
        if (!gone.exists || !isEphemeral(gone)) {
            return;
        }
        PendingNode current = byPath.get(gone.path);
        Set<String> paths = ephemerals.get(gone.owner);
        if (paths == null || (current != null && isOwnedBy(current, gone.owner))) {
            return;
        }
        paths.remove(gone.path);
        if (paths.isEmpty()) {
            ephemerals.remove(gone.owner);
        }
    }
}
