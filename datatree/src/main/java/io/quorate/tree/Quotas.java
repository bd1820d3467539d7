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
 * nested quota twice when it starts, and once while it runs.) A quota of the root is ignored, as in the reference, and
 * one of {@code /zookeeper} as well.
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
        String limited = limitedBy(path);
        if (limited != null) {
            paths.add(limited);
            Total own = count(limited);
            putStats(limited, own);
            add(above(limited), -own.bytes(), -own.count());
        } else if (Paths.name(path).equals(STATS)) {
            String quota = quotaOf(path);
            putStats(quota, count(quota));
        }
    }

    /** @return the path whose limits the node at that path holds; null if it holds none, or none that is kept */
    static @Nullable String limitedBy(String path) {
        if (!path.startsWith(BELOW) || !Paths.name(path).equals(LIMITS)) {
            return null;
        }
        String quota = quotaOf(path);
        return isKept(quota) ? quota : null;
    }

    /** A node is gone. */
    void deleted(String path, int bytes) {
        if (path.startsWith(BELOW) && Paths.name(path).equals(LIMITS)) {
            limitsDeleted(quotaOf(path));
        }
        adjust(path, -bytes, -1);
    }

    /** What the quota had counts for the next one above it. */
    private void limitsDeleted(String quota) {
        if (!paths.contains(quota)) {
            return;
        }
        String above = above(quota);
        if (above != null) {
            Total own = total(quota);
            add(above, own.bytes(), own.count());
        }
        paths.remove(quota);
    }

    /** @return the statistics that a client is about to write over; null if the path is not that of such */
    @Nullable
    QuotaText statsAt(String path) {
        if (paths.isEmpty() || !path.startsWith(BELOW) || !Paths.name(path).equals(STATS)) {
            return null;
        }
        String quota = quotaOf(path);
        return paths.contains(quota) ? stats(quota) : null;
    }

    /**
     * The data of a node was set, and has another length.
     *
     * @param stats what {@link #statsAt} said before: what a client writes there does not stay, since a restart would not find it
     */
    void changed(String path, int difference, @Nullable QuotaText stats) {
        adjust(path, difference, 0);
        if (stats != null) {
            putStats(quotaOf(path), new Total(stats.count(), stats.bytes()));
        }
    }

    private @Nullable String above(String quota) {
        return of(Paths.parent(quota));
    }

    private void adjust(String path, int bytes, int count) {
        if (bytes != 0 || count != 0) {
            add(of(path), bytes, count);
        }
    }

    private void add(@Nullable String quota, long bytes, long count) {
        Node stats = quota == null ? null : store.find(statsPath(quota));
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
                String quota = quotaOf(node.path());
                if (isKept(quota)) {
                    paths.add(quota);
                }
            }
            node.children().forEach(open::push);
        }
        paths.forEach(quota -> putStats(quota, count(quota)));
    }

    private static boolean isKept(String quota) {
        return !quota.equals(Paths.ROOT)
                && !quota.equals(DataTree.SYSTEM_PATH)
                && !quota.startsWith(DataTree.SYSTEM_PATH + "/");
    }

    /** Nodes, and bytes of their data. */
    record Total(long count, long bytes) {
        Total plus(Total other) {
            return new Total(count + other.count, bytes + other.bytes);
        }
    }

    /** What a quota has: its statistics, or if there are none what is counted. */
    private Total total(String quota) {
        Node stats = store.find(statsPath(quota));
        if (stats == null) {
            return count(quota);
        }
        QuotaText text = QuotaText.parse(stats.data());
        return new Total(text.count(), text.bytes());
    }

    /** Counts the path and all below it, but not what has a quota of its own. */
    Total count(String quota) {
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
        return new Total(count, bytes);
    }

    private void putStats(String quota, Total total) {
        Node stats = store.find(statsPath(quota));
        if (stats != null) {
            store.replaceData(
                    stats,
                    QuotaText.parse(null).set(total.count(), total.bytes()).toBytes());
        }
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
        return text(limitsPath(quota));
    }

    QuotaText stats(String quota) {
        return text(statsPath(quota));
    }

    private QuotaText text(String path) {
        Node node = store.find(path);
        return QuotaText.parse(node == null ? null : node.data());
    }

    static String limitsPath(String quota) {
        return PREFIX + quota + '/' + LIMITS;
    }

    static String statsPath(String quota) {
        return PREFIX + quota + '/' + STATS;
    }

    /** @return the path that a node of limits or statistics is about */
    private static String quotaOf(String quotaNode) {
        String parent = Paths.parent(quotaNode);
        return parent.length() > PREFIX.length() ? parent.substring(PREFIX.length()) : Paths.ROOT;
    }
}
