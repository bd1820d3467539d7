package io.quorate.tree;

import io.quorate.protocol.Paths;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The quotas below {@code /zookeeper/quota} (client-protocol.md §11). The quota of a path P is
 *
 * <pre>
 *   /zookeeper/quota P /zookeeper_limits    its limits, which tools write
 *   /zookeeper/quota P /zookeeper_stats     what is at P and below, kept here: each creation, deletion and change adjusts it in place,
 *                                           without a change of the node's Stat, and outside of the digest
 * </pre>
 *
 * The nearest path with limits, at or above a node, is the one that counts for it, and only that. (The reference counts what is below a
 * nested quota twice when it starts, and once while it runs.) A quota of the root is ignored, as in the reference.
 */
final class Quotas {
    static final String LIMITS = "zookeeper_limits";
    static final String STATS = "zookeeper_stats";
    private static final String PREFIX = DataTree.QUOTA_PATH;
    private static final String BELOW = PREFIX + "/";

    private final NodeStore store;

    /** Paths with limits. Mostly there is none, and then nothing here costs anything. */
    private final TreeSet<String> paths = new TreeSet<>();

    Quotas(NodeStore store) {
        this.store = store;
    }

    // --- what changes

    /** A node was created. */
    void created(String path, int bytes) {
        adjust(path, bytes, 1);
        if (path.startsWith(BELOW)) {
            quotaNodeCreated(path);
        }
    }

    private void quotaNodeCreated(String path) {
        String name = Paths.name(path);
        if (name.equals(LIMITS)) {
            addPath(quotaOf(path));
            recount(quotaOf(path));
        } else if (name.equals(STATS)) {
            computeStats(quotaOf(path));
        }
    }

    /** A node is gone. */
    void deleted(String path, int bytes) {
        if (path.startsWith(BELOW) && Paths.name(path).equals(LIMITS)) {
            paths.remove(quotaOf(path));
            recount(quotaOf(path));
        }
        adjust(path, -bytes, -1);
    }

    /** The data of a node was set, and has another length. What a client writes into statistics does not stay: a restart would not find it. */
    void changed(String path, int difference) {
        adjust(path, difference, 0);
        if (path.startsWith(BELOW) && Paths.name(path).equals(STATS) && paths.contains(quotaOf(path))) {
            computeStats(quotaOf(path));
        }
    }

    /** A quota has come or gone, and what it has is what the next one above it has not. */
    private void recount(String quota) {
        if (paths.contains(quota)) {
            computeStats(quota);
        }
        String above = quota.equals(Paths.ROOT) ? null : of(Paths.parent(quota));
        if (above != null) {
            computeStats(above);
        }
    }

    private void adjust(String path, int bytes, int count) {
        String quota = of(path);
        if (quota == null || (bytes == 0 && count == 0)) {
            return;
        }
        Node stats = store.find(statsPath(quota));
        if (stats != null) {
            QuotaText text = QuotaText.parse(stats.data());
            store.replaceData(
                    stats, text.set(text.count() + count, text.bytes() + bytes).toBytes());
        }
    }

    /** After loading: finds the quotas, and counts what is below each, whatever the snapshot says. */
    void load() {
        Node top = store.find(PREFIX);
        if (top == null) {
            return;
        }
        Deque<Node> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node.nameEquals(LIMITS, 0, LIMITS.length())) {
                addPath(quotaOf(node.path()));
            }
            node.children().forEach(open::push);
        }
        paths.forEach(this::computeStats);
    }

    private void addPath(String quota) {
        if (!quota.equals(Paths.ROOT)) {
            paths.add(quota);
        }
    }

    /** Counts the path and all below it, but not what has a quota of its own. */
    private void computeStats(String quota) {
        Node stats = store.find(statsPath(quota));
        if (stats == null) {
            return;
        }
        long count = 0;
        long bytes = 0;
        Deque<Node> open = new ArrayDeque<>();
        Node top = store.find(quota);
        if (top != null) {
            open.push(top);
        }
        while (!open.isEmpty()) {
            Node node = open.pop();
            count++;
            bytes += node.dataLength();
            node.children().forEach(child -> {
                if (!paths.contains(child.path())) {
                    open.push(child);
                }
            });
        }
        store.replaceData(stats, QuotaText.parse(null).set(count, bytes).toBytes());
    }

    // --- what is asked

    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** Paths with limits, in order. */
    Collection<String> paths() {
        return Collections.unmodifiableSet(paths);
    }

    /** @return the nearest path with limits, at the path or above it; null if there is none */
    @Nullable
    String of(String path) {
        if (paths.isEmpty()) {
            return null;
        }
        for (String each = path; !each.equals(Paths.ROOT); each = Paths.parent(each)) {
            if (paths.contains(each)) {
                return each;
            }
        }
        return null;
    }

    QuotaText limits(String quota) {
        return text(PREFIX + quota + '/' + LIMITS);
    }

    QuotaText stats(String quota) {
        return text(statsPath(quota));
    }

    private QuotaText text(String path) {
        Node node = store.find(path);
        return QuotaText.parse(node == null ? null : node.data());
    }

    private static String statsPath(String quota) {
        return PREFIX + quota + '/' + STATS;
    }

    /** @return the path that a node of limits or statistics is about */
    private static String quotaOf(String quotaNode) {
        String parent = Paths.parent(quotaNode);
        return parent.length() > PREFIX.length() ? parent.substring(PREFIX.length()) : Paths.ROOT;
    }
}
