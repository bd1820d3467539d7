package io.quorate.replica;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * When each session expires; kept by the leader (or a server alone). One object a term of leading: a new leader gives every session its
 * whole time-out again.
 *
 * <p>Deadlines are rounded up to the next tick and kept in buckets, so a touch moves a session at most once a tick. Time that this server
 * itself stood still does not count ({@link SessionClock}), since clients could not have been heard meanwhile.
 */
final class SessionTracker {
    /** No server is known to hold the session's connection. */
    static final long NO_OWNER = Long.MIN_VALUE;

    private static final class Session {
        final long id;
        int timeoutMs;
        long bucket;
        long owner;

        Session(long id, int timeoutMs, long owner) {
            this.id = id;
            this.timeoutMs = timeoutMs;
            this.owner = owner;
        }
    }

    private final long tickMs;
    private final Map<Long, Session> sessions = new HashMap<>();

    /** Sessions by the number of the tick at whose beginning they expire; every session is in exactly one bucket, that of its field. */
    private final TreeMap<Long, Set<Session>> buckets = new TreeMap<>();

    /** Time as sessions live it, ms; read anew whenever a deadline is made, so that none is earlier than its time-out. */
    private final LongSupplier clockMs;

    private long nowMs;

    /** @param clockMs that of {@link SessionClock} */
    SessionTracker(int tickMs, LongSupplier clockMs) {
        this.tickMs = tickMs;
        this.clockMs = clockMs;
    }

    /** A new session, or one that is known from the tree; it lives for its whole time-out from now. */
    void add(long sessionId, int timeoutMs, long owner) {
        Session session = sessions.get(sessionId);
        if (session == null) {
            session = new Session(sessionId, timeoutMs, owner);
            sessions.put(sessionId, session);
        } else {
            leaveBucket(session);
            session.timeoutMs = timeoutMs;
        }
        enterBucket(session, bucketOf(timeoutMs));
    }

    /**
     * The session was heard of.
     *
     * @return whether it is alive
     */
    boolean touch(long sessionId, int timeoutMs) {
        Session session = sessions.get(sessionId);
        if (session == null) {
            return false;
        }
        session.timeoutMs = timeoutMs;
        prolong(session);
        return true;
    }

    /**
     * A request of the session has come. It is heard of by that already: the server that sent it may be lost before it passes on that it has heard of
     * the client.
     */
    void touch(long sessionId) {
        Session session = sessions.get(sessionId);
        if (session != null) {
            prolong(session);
        }
    }

    private void prolong(Session session) {
        long bucket = bucketOf(session.timeoutMs);
        if (bucket != session.bucket) {
            leaveBucket(session);
            enterBucket(session, bucket);
        }
    }

    boolean isAlive(long sessionId) {
        return sessions.containsKey(sessionId);
    }

    /** The session's connection is at this server from now on. */
    void setOwner(long sessionId, long owner) {
        Session session = sessions.get(sessionId);
        if (session != null) {
            session.owner = owner;
        }
    }

    /** Whether a request of this session may come from there; the first to ask becomes the owner. */
    boolean isOwner(long sessionId, long server) {
        Session session = sessions.get(sessionId);
        if (session == null) {
            return false;
        }
        if (session.owner == NO_OWNER) {
            session.owner = server;
        }
        return session.owner == server;
    }

    void remove(long sessionId) {
        Session session = sessions.remove(sessionId);
        if (session != null) {
            leaveBucket(session);
        }
    }

    /** @return the sessions that have expired; they are not tracked any more */
    List<Long> expired() {
        nowMs = clockMs.getAsLong();
        List<Long> expired = new ArrayList<>();
        while (!buckets.isEmpty() && buckets.firstKey() * tickMs <= nowMs) {
            for (Session each : buckets.pollFirstEntry().getValue()) {
                sessions.remove(each.id);
                expired.add(each.id);
            }
        }
        return expired;
    }

    void removeAll() {
        sessions.clear();
        buckets.clear();
    }

    /** What is there, by the time of its end. */
    SessionSets sets() {
        List<SessionSets.SessionSet> result = new ArrayList<>(buckets.size());
        buckets.forEach((tick, bucket) -> result.add(new SessionSets.SessionSet(
                tick * tickMs - nowMs,
                bucket.stream().map(session -> session.id).toList())));
        return new SessionSets(sessions.size(), result);
    }

    int size() {
        return sessions.size();
    }

    private long bucketOf(int timeoutMs) {
        nowMs = clockMs.getAsLong();
        return (nowMs + timeoutMs) / tickMs + 1;
    }

    private void enterBucket(Session session, long bucket) {
        session.bucket = bucket;
        buckets.computeIfAbsent(bucket, any -> new LinkedHashSet<>()).add(session);
    }

    private void leaveBucket(Session session) {
        Set<Session> bucket = buckets.get(session.bucket);
        if (bucket != null && bucket.remove(session) && bucket.isEmpty()) {
            buckets.remove(session.bucket);
        }
    }
}
