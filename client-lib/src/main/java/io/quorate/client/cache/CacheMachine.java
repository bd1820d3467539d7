package io.quorate.client.cache;

import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a copy of a part of the tree.
 *
 * <pre>
 *   STALE ──connected──► SYNCING ──all is read──► CURRENT
 *     ^                     │                        │
 *     └────disconnected─────┴────────────────────────┘        FAILED and CLOSED from anywhere
 * </pre>
 *
 * <h2>Order</h2>
 *
 * What is to be done stands in one queue: for an event of a changed node a read of it, for a deletion the deletion, for a node that has to be
 * looked through a list. Reads are sent ahead, a bounded number of them, but their answers take effect in the queue's order, which is that of
 * the events. A connection answers in order, and tells an event before any answer that shows its change. So when the queue has run empty, nothing
 * has changed since the last answer that the machine would not have been told of: the copy is the tree of that moment.
 *
 * <p>An answer may be ahead of its event. Therefore what is older than the node that is known, by zxid, has no effect.
 *
 * <h2>After a time without a connection</h2>
 *
 * Nobody tells what happened meanwhile, so all is looked through: known nodes by their {@link Stat}, and only what has changed is read.
 *
 * <p>Not safe for use by several threads, but for {@code nodes}, which others may read.
 */
final class CacheMachine {
    /** Reads under way at a time; far below what a session allows. */
    static final int MAX_READS = 256;

    /** Events that wait for their turn; with more, looking through all anew costs less. */
    static final int MAX_EVENTS = 20_000;

    /** The character that sorts right behind the slash: behind a path and this there is nothing below that path. */
    private static final char AFTER_SLASH = '/' + 1;

    private final String root;
    private final int depth;
    private final int maxNodes;
    private final CachePort port;
    private final NavigableMap<String, CachedNode> nodes;

    private final Deque<CacheStep> queue = new ArrayDeque<>();

    /** Those of them that have not been asked for yet. */
    private final Deque<CacheStep> unsent = new ArrayDeque<>();

    private final Map<Long, CacheStep> underWay = new HashMap<>();

    /** The READ of a path that is in the queue: there is one at most. */
    private final Map<String, CacheStep> readOf = new HashMap<>();

    private CacheState state = CacheState.STALE;
    private long lastId;

    /** The watch that is being left; 0 for none. */
    private long watchId;

    private int events;
    private boolean settled;

    /** @param nodes empty; only this machine changes it */
    CacheMachine(String root, CacheScope scope, int maxNodes, NavigableMap<String, CachedNode> nodes, CachePort port) {
        this.root = root;
        this.depth = scope.depth();
        this.maxNodes = maxNodes;
        this.nodes = nodes;
        this.port = port;
    }

    CacheState state() {
        return state;
    }

    /** Whether the copy is the tree of one moment. */
    boolean isSettled() {
        return settled;
    }

    // ---- The connection

    void onConnected() {
        if (isOver()) {
            return;
        }
        startOver("connected");
    }

    void onDisconnected(String reason) {
        if (isOver() || state == CacheState.STALE) {
            return;
        }
        forgetWork();
        become(CacheState.STALE, reason);
    }

    void close() {
        if (state != CacheState.CLOSED) {
            forgetWork();
            become(CacheState.CLOSED, "closed");
        }
    }

    private void startOver(String reason) {
        forgetWork();
        become(CacheState.SYNCING, reason);
        watchId = ++lastId;
        port.watch(watchId);
    }

    private void forgetWork() {
        queue.clear();
        unsent.clear();
        underWay.clear();
        readOf.clear();
        watchId = 0;
        events = 0;
        settled = false;
    }

    // ---- Answers

    void onWatching(long id) {
        if (id == watchId) {
            watchId = 0;
            walk(root);
            goOn();
        }
    }

    /** @param stat null if there is no such node, or it may not be read */
    void onData(long id, byte[] data, @Nullable Stat stat) {
        answered(id, stat, data, List.of());
    }

    /** @param stat null if there is no such node, or it may not be read */
    void onStat(long id, @Nullable Stat stat) {
        answered(id, stat, new byte[0], List.of());
    }

    /** @param stat null if there is no such node, or it may not be read */
    void onChildren(long id, List<String> names, @Nullable Stat stat) {
        answered(id, stat, new byte[0], names);
    }

    private void answered(long id, @Nullable Stat stat, byte[] data, List<String> children) {
        CacheStep step = underWay.remove(id);
        if (step == null) {
            return;
        }
        step.answered = true;
        step.stat = stat;
        step.data = data;
        step.children = children;
        goOn();
    }

    /** A read or the watch could not be done, and not for want of a connection or of the node. */
    void onReadFailed(long id, String reason) {
        if (id == watchId || underWay.containsKey(id)) {
            fail(reason);
        }
    }

    // ---- Events

    /** @param zxid of the change, 0 or less where it is not known */
    void onEvent(EventType type, String path, long zxid) {
        boolean listening = state == CacheState.CURRENT || (state == CacheState.SYNCING && watchId == 0);
        if (!listening || !isInScope(path)) {
            return;
        }
        if (events >= MAX_EVENTS) {
            startOver(events + " changes wait for their turn");
            return;
        }
        switch (type) {
            case NODE_CREATED, NODE_DATA_CHANGED -> readAgain(path, zxid);
            case NODE_DELETED -> {
                add(new CacheStep(CacheStep.Kind.DELETED, path, zxid, false));
                events++;
            }
            case NODE_CHILDREN_CHANGED -> {}
        }
        goOn();
    }

    private void readAgain(String path, long zxid) {
        CacheStep present = readOf.get(path);
        if (present == null) {
            addRead(path, zxid, false);
            events++;
        } else if (present.isSent()) {
            present.againZxid = Optional.of(zxid);
        }
    }

    private boolean isInScope(String path) {
        if (path.equals(root)) {
            return true;
        }
        String prefix = prefix(root);
        if (depth == 0 || !path.startsWith(prefix)) {
            return false;
        }
        return depth > 1 || path.indexOf('/', prefix.length()) < 0;
    }

    private static String prefix(String path) {
        return path.equals(Paths.ROOT) ? path : path + "/";
    }

    // ---- The queue

    private void walk(String path) {
        if (nodes.containsKey(path)) {
            add(new CacheStep(CacheStep.Kind.CHECK, path, 0, true));
        } else {
            addRead(path, 0, true);
        }
    }

    private void addRead(String path, long zxid, boolean walking) {
        CacheStep step = new CacheStep(CacheStep.Kind.READ, path, zxid, walking);
        readOf.put(path, step);
        add(step);
    }

    private void add(CacheStep step) {
        settled = false;
        queue.add(step);
        if (step.kind != CacheStep.Kind.DELETED) {
            unsent.add(step);
        }
    }

    private void goOn() {
        for (CacheStep step = queue.peek(); step != null && step.answered; step = queue.peek()) {
            queue.remove();
            apply(step);
            if (isOver()) {
                return;
            }
        }
        while (!unsent.isEmpty() && underWay.size() < MAX_READS) {
            send(unsent.remove());
        }
        if (queue.isEmpty() && watchId == 0 && !settled) {
            settle();
        }
    }

    private void send(CacheStep step) {
        step.id = ++lastId;
        underWay.put(step.id, step);
        switch (step.kind) {
            case READ -> port.read(step.id, step.path);
            case CHECK -> port.check(step.id, step.path);
            case LIST -> port.list(step.id, step.path);
            case DELETED -> throw new IllegalStateException("a deletion is not asked for");
        }
    }

    private void settle() {
        settled = true;
        events = 0;
        if (state == CacheState.SYNCING) {
            become(CacheState.CURRENT, nodes.size() + " nodes");
        }
        port.settled();
    }

    // ---- Effects

    private void apply(CacheStep step) {
        switch (step.kind) {
            case READ -> applyRead(step);
            case CHECK -> applyCheck(step);
            case LIST -> applyList(step);
            case DELETED -> applyDeletion(step);
        }
    }

    private void applyRead(CacheStep step) {
        // A walk may have asked for the same node twice; the later one stays.
        readOf.remove(step.path, step);
        Stat stat = step.stat;
        if (stat == null) {
            remove(step.path);
        } else {
            put(new CachedNode(step.path, step.data, stat));
            if (step.walking) {
                descend(step.path, stat);
            }
        }
        boolean seen = stat != null
                && step.againZxid
                        .filter(zxid -> zxid > 0 && stat.mzxid() >= zxid)
                        .isPresent();
        if (step.againZxid.isPresent() && !seen && !isOver() && !readOf.containsKey(step.path)) {
            addRead(step.path, step.againZxid.orElse(0L), false);
        }
    }

    private void applyCheck(CacheStep step) {
        Stat stat = step.stat;
        CachedNode known = nodes.get(step.path);
        if (stat == null) {
            remove(step.path);
        } else if (known == null
                || known.stat().mzxid() != stat.mzxid()
                || known.stat().czxid() != stat.czxid()) {
            addRead(step.path, 0, true);
        } else {
            nodes.put(step.path, new CachedNode(step.path, known.data(), stat));
            descend(step.path, stat);
        }
    }

    /** Looks through what is below a node that was just seen. */
    private void descend(String path, Stat stat) {
        if (stat.numChildren() == 0) {
            removeBelow(path, Long.MAX_VALUE);
        } else if (depth > 1 || (depth == 1 && path.equals(root))) {
            add(new CacheStep(CacheStep.Kind.LIST, path, 0, true));
        }
    }

    private void applyList(CacheStep step) {
        if (step.stat == null) {
            remove(step.path);
            return;
        }
        String prefix = prefix(step.path);
        Set<String> there = new TreeSet<>();
        step.children.forEach(name -> there.add(prefix + name));
        childrenOf(prefix).stream().filter(path -> !there.contains(path)).forEach(this::remove);
        there.forEach(this::walk);
    }

    /** Also those that are not known themselves, but something below them is. */
    private Set<String> childrenOf(String prefix) {
        Set<String> result = new TreeSet<>();
        String key = nodes.higherKey(prefix);
        while (key != null && key.startsWith(prefix)) {
            int slash = key.indexOf('/', prefix.length());
            String child = slash < 0 ? key : key.substring(0, slash);
            result.add(child);
            key = slash < 0 ? nodes.higherKey(key) : nodes.ceilingKey(child + AFTER_SLASH);
        }
        return result;
    }

    private void applyDeletion(CacheStep step) {
        // What was made again since may have been read already: that node, or one below it while its own answer is
        // still awaited.
        remove(step.path, step.zxid > 0 ? step.zxid : Long.MAX_VALUE);
    }

    private void put(CachedNode node) {
        CachedNode known = nodes.get(node.path());
        if (known != null && known.stat().czxid() != node.stat().czxid()) {
            if (known.stat().czxid() > node.stat().czxid()) {
                return;
            }
            remove(node.path(), node.stat().czxid() - 1);
            known = null;
        }
        if (known == null) {
            if (nodes.size() >= maxNodes) {
                fail("there are more than " + maxNodes + " nodes at and below " + root
                        + ": raise maxNodes, or watch less");
                return;
            }
            nodes.put(node.path(), node);
            port.changed(new CacheChange.Added(node));
        } else if (node.stat().mzxid() > known.stat().mzxid()) {
            nodes.put(node.path(), node);
            port.changed(new CacheChange.Changed(known, node));
        }
    }

    /** The node and all below it, the deepest first. */
    private void remove(String path) {
        remove(path, Long.MAX_VALUE);
    }

    /** @param lastZxid nodes that were created later stay */
    private void remove(String path, long lastZxid) {
        removeBelow(path, lastZxid);
        removeOne(path, lastZxid);
    }

    private void removeBelow(String path, long lastZxid) {
        String prefix = prefix(path);
        List<String> below = new ArrayList<>();
        for (String each : nodes.tailMap(prefix, false).keySet()) {
            if (!each.startsWith(prefix)) {
                break;
            }
            below.add(each);
        }
        for (int i = below.size() - 1; i >= 0; i--) {
            removeOne(below.get(i), lastZxid);
        }
    }

    private void removeOne(String path, long lastZxid) {
        CachedNode known = nodes.get(path);
        if (known != null && known.stat().czxid() <= lastZxid) {
            nodes.remove(path);
            port.changed(new CacheChange.Removed(known));
        }
    }

    // ---- States

    private boolean isOver() {
        return state == CacheState.FAILED || state == CacheState.CLOSED;
    }

    private void fail(String reason) {
        forgetWork();
        become(CacheState.FAILED, reason);
    }

    private void become(CacheState next, String reason) {
        if (state == CacheState.CLOSED || (state == CacheState.FAILED && next != CacheState.CLOSED)) {
            throw new IllegalStateException("a cache cannot go from " + state + " to " + next + ": " + reason);
        }
        if (state != next) {
            state = next;
            port.stateChanged(next, reason);
        }
    }
}
