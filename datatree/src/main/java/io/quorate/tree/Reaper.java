package io.quorate.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nodes that go by themselves (client-protocol.md §6), for the leader, who removes each by a {@code deleteContainer}: containers
 * that have lost all their children, or never got one for too long, and TTL nodes without children that were not changed for their time. One
 * object a term of leading.
 *
 * <p>Such nodes stand in two lists as long as they have no children, so only those are looked at, and only some at each call: a sweep
 * through them begins at each interval, and takes as many calls as it needs. Removals are spread over time as well, as the rate allows.
 */
public final class Reaper {
    private static final long NANOS_PER_MS = 1_000_000L;
    private static final long MS_PER_MINUTE = 60_000L;

    /** Nodes that one call looks at, so that it holds up nobody. */
    private static final int MAX_LOOKED_AT = 1_000;

    private final NodeStore store;
    private final ReaperSettings settings;
    private final Predicate<String> inFlight;

    /** Nodes of each list that this sweep has still to look at. */
    private int containersLeft;

    private int ttlNodesLeft;
    private boolean containersTurn;

    private long nextSweepNanos;
    private long lastCallNanos;

    /** What may be removed now, in removals times milliseconds of a minute; at most what one second allows, or one removal. */
    private long allowance;

    /** @param inFlight whether a transaction that is not applied yet changes the node at that path: it is left alone until the next sweep */
    public Reaper(DataTree tree, ReaperSettings settings, Predicate<String> inFlight, long nowNanos) {
        this.store = tree.store();
        this.settings = settings;
        this.inFlight = inFlight;
        this.lastCallNanos = nowNanos;
        this.nextSweepNanos = nowNanos + settings.checkIntervalMs() * NANOS_PER_MS;
    }

    /**
     * Paths of nodes whose time has come. The caller proposes the removal of all of them; when a child has appeared by then, it fails.
     *
     * @param nowNanos monotonic
     * @param wallMs since 1970, as in mtime
     */
    public List<String> due(long nowNanos, long wallMs) {
        allow(nowNanos);
        if (nowNanos - nextSweepNanos >= 0 && containersLeft == 0 && ttlNodesLeft == 0) {
            nextSweepNanos = nowNanos + settings.checkIntervalMs() * NANOS_PER_MS;
            containersLeft = store.emptyContainers.size();
            ttlNodesLeft = store.emptyTtlNodes.size();
        }
        List<String> result = new ArrayList<>();
        int lookedAt = 0;
        while (allowance >= MS_PER_MINUTE && lookedAt < MAX_LOOKED_AT) {
            Node node = next();
            if (node == null) {
                break;
            }
            lookedAt++;
            if (isDue(node, wallMs) && !inFlight.test(node.path())) {
                result.add(node.path());
                allowance -= MS_PER_MINUTE;
            }
        }
        return result;
    }

    private void allow(long nowNanos) {
        long passedMs = (nowNanos - lastCallNanos) / NANOS_PER_MS;
        lastCallNanos += passedMs * NANOS_PER_MS;
        long most = Math.max(MS_PER_MINUTE, 1_000L * settings.maxPerMinute());
        allowance = Math.min(most, allowance + Math.min(passedMs, MS_PER_MINUTE) * settings.maxPerMinute());
    }

    /** The lists take turns, so that a long one does not hold up the other. */
    private @Nullable Node next() {
        containersTurn = !containersTurn;
        Node node = containersTurn ? nextContainer() : nextTtlNode();
        if (node != null) {
            return node;
        }
        return containersTurn ? nextTtlNode() : nextContainer();
    }

    private @Nullable Node nextContainer() {
        Node node = containersLeft == 0 ? null : store.emptyContainers.rotate();
        containersLeft = node == null ? 0 : containersLeft - 1;
        return node;
    }

    private @Nullable Node nextTtlNode() {
        Node node = ttlNodesLeft == 0 ? null : store.emptyTtlNodes.rotate();
        ttlNodesLeft = node == null ? 0 : ttlNodesLeft - 1;
        return node;
    }

    private boolean isDue(Node node, long wallMs) {
        long unchangedMs = wallMs - node.mtime;
        if (store.kind(node) == NodeKind.TTL) {
            return unchangedMs > NodeKind.ttlMs(node.owner());
        }
        boolean isUsed = node.cversion() > 0;
        return isUsed || (settings.maxNeverUsedIntervalMs() > 0 && unchangedMs > settings.maxNeverUsedIntervalMs());
    }
}
