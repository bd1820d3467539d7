package io.quorate.replica;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.OpCode;
import io.quorate.tree.WriteRequest;
import java.util.List;

/**
 * The sessions that only this server knows (zab.md §7): made without a transaction, gone when the server goes. Such a session reads and
 * writes; what needs a session that all servers know, an ephemeral, makes it global first.
 *
 * <p>They stay while the server has no leader, with their time standing still, so that a client that comes back to this server goes on.
 */
final class LocalSessions {
    private final SessionModes modes;
    private final SessionTracker tracker;
    private final ReplicaClock clock;
    private final SessionClock sessionClock;

    LocalSessions(SessionModes modes, int tickMs, ReplicaClock clock, SessionClock sessionClock) {
        this.modes = modes;
        this.clock = clock;
        this.sessionClock = sessionClock;
        this.tracker = new SessionTracker(tickMs, () -> sessionClock.nowMs(clock.nowNanos()));
    }

    /** Whether new sessions are local. */
    boolean isDefault() {
        return modes.local();
    }

    /** Whether a local session may become a global one. */
    boolean mayUpgrade() {
        return modes.upgrading();
    }

    void add(long sessionId, int timeoutMs) {
        tracker.add(sessionId, timeoutMs, SessionTracker.NO_OWNER);
    }

    /** @return whether the session is local and alive */
    boolean touch(long sessionId, int timeoutMs) {
        return !isEmpty() && tracker.touch(sessionId, timeoutMs);
    }

    boolean contains(long sessionId) {
        return !isEmpty() && tracker.isAlive(sessionId);
    }

    /** It is closed, or has become global. */
    void remove(long sessionId) {
        tracker.remove(sessionId);
    }

    void removeAll() {
        tracker.removeAll();
    }

    boolean isEmpty() {
        return tracker.size() == 0;
    }

    int size() {
        return tracker.size();
    }

    SessionSets sets() {
        return tracker.sets();
    }

    /** Clients are served from now on: time passes again. */
    void begin() {
        sessionClock.begin(clock.nowNanos());
    }

    /** @return the sessions that have expired; they are not known any more */
    List<Long> expired() {
        return tracker.expired();
    }

    /** Whether a request can only be one of a global session's: it creates an ephemeral, alone or in a multi. */
    static boolean needsGlobal(int op, byte[] body, int maxField) {
        return switch (op) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.MULTI -> createsEphemeral(op, body, maxField);
            default -> false;
        };
    }

    private static boolean createsEphemeral(int op, byte[] body, int maxField) {
        try {
            return WriteRequest.createsEphemeral(op, new JuteReader(body, 0, body.length, maxField));
        } catch (JuteException e) {
            return false; // It is refused as it is.
        }
    }
}
