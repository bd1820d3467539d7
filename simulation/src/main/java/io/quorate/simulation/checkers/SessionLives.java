package io.quorate.simulation.checkers;

import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A session that nobody closes lives for its time-out, by the fastest clock, behind the last of its writes that was done: the leader that took it heard of
 * the session then, and one that comes later gives it all of its time again.
 */
public final class SessionLives implements ReplyObserver {
    private static final double MS = 1e6;

    /** Servers' clocks are fast by at most 5 %. */
    private static final double FASTEST_CLOCK = 1.06;

    private final World world;
    private final LoggedOrder order;
    private final Map<Long, Integer> timeoutsMs = new HashMap<>();
    private final IdentityHashMap<Operation, Long> asked = new IdentityHashMap<>();
    private final Map<Long, Long> heardNanos = new TreeMap<>();

    /** Sessions that their clients wanted to end. */
    private final Set<Long> closed = new HashSet<>();

    /** @param order when sessions ended */
    public SessionLives(World world, LoggedOrder order) {
        this.world = world;
        this.order = order;
    }

    @Override
    public void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {
        timeoutsMs.merge(sessionId, client.sessionTimeoutMs(), Math::min);
    }

    @Override
    public void onAsked(SimulatedClient client, Operation operation) {
        asked.put(operation, world.nowNanos());
        if (operation.kind() == Operation.Kind.CLOSE) {
            closed.add(operation.sessionId());
        }
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        Long askedNanos = asked.get(write);
        if (askedNanos != null) {
            heardNanos.merge(write.sessionId(), askedNanos, Math::max);
        }
    }

    /** At the end. */
    public void check() {
        heardNanos.forEach((session, heard) -> {
            OptionalLong end = order.endNanos(session);
            if (end.isPresent() && !closed.contains(session)) {
                check(session, end.getAsLong() - heard);
            }
        });
    }

    private void check(long session, long livedNanos) {
        int timeoutMs = timeoutsMs.getOrDefault(session, 0);
        if (livedNanos * FASTEST_CLOCK < timeoutMs * MS) {
            world.fail(
                    "a session lives for its time-out behind the last of its writes",
                    String.format(
                            Locale.ROOT,
                            "session 0x%x has a time-out of %d ms, and expired %.0f ms behind a write that was done",
                            session,
                            timeoutMs,
                            livedNanos / MS));
        }
    }
}
