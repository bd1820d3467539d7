package io.quorate.replica;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/**
 * Sessions that ended a short while ago, for a leader where some sessions are known only to the servers that they are at: to it, one of
 * those looks like one that has ended. What a follower sends before it hears of the end must not count as a local session's.
 */
final class EndedSessions {
    private record Ended(long sessionId, long atNanos) {}

    private final long keptNanos;
    private final int most;
    private final ArrayDeque<Ended> inOrder = new ArrayDeque<>();
    private final Set<Long> ids = new HashSet<>();

    /**
     * @param keptNanos how long an end is remembered; as long as a follower can be behind
     * @param most ends that are remembered at once; beyond, the oldest are forgotten
     */
    EndedSessions(long keptNanos, int most) {
        this.keptNanos = keptNanos;
        this.most = most;
    }

    void add(long sessionId, long nowNanos) {
        forget(nowNanos);
        if (ids.add(sessionId)) {
            inOrder.add(new Ended(sessionId, nowNanos));
        }
    }

    boolean contains(long sessionId) {
        return ids.contains(sessionId);
    }

    private void forget(long nowNanos) {
        while (!inOrder.isEmpty()
                && (inOrder.size() >= most || nowNanos - inOrder.element().atNanos() > keptNanos)) {
            ids.remove(inOrder.remove().sessionId());
        }
    }
}
