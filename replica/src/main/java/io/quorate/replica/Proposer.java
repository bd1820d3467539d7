package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.tree.DataTree;
import io.quorate.tree.Preparer;
import io.quorate.tree.Reaper;
import io.quorate.tree.Txn;
import io.quorate.tree.WriteRequest;
import io.quorate.zab.Proposal;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Room 3 of a leader, or of a server alone: makes exactly one transaction of every request that writes, and owns the expiry of sessions.
 * One object a term: what is prepared and not applied is dropped with it.
 */
final class Proposer implements Upstream {
    private static final byte[] NO_BODY = {};

    /** The session of transactions that are of none. */
    private static final long NOBODY = 0;

    private final long self;
    private final DataTree tree;
    private final Broadcaster broadcaster;
    private final ClientService clients;
    private final Preparer preparer;
    private final QuotaWarnings quotaWarnings;
    private final Reaper reaper;
    private final SessionTracker sessions;
    private final EventLog log;
    private final ReplicaClock clock;
    private final SessionModes sessionModes;
    private final EndedSessions ended;

    /** Transactions in flight, oldest first, so that none has to be decoded when it comes back committed. */
    private final ArrayDeque<Txn> inFlight = new ArrayDeque<>();

    private ReplicaStatus.Sizes sizes = ReplicaStatus.Sizes.NONE;
    private long nextSyncToken;

    Proposer(
            ReplicaSettings settings,
            DataTree tree,
            Broadcaster broadcaster,
            ClientService clients,
            EventLog log,
            ReplicaClock clock) {
        this.self = settings.serverId();
        this.tree = tree;
        this.broadcaster = broadcaster;
        this.clients = clients;
        this.quotaWarnings = new QuotaWarnings(clients.counters(), log, clock);
        this.preparer = new Preparer(tree, quotaWarnings);
        this.reaper = new Reaper(tree, settings.reaper(), preparer::isInFlight, clock.nowNanos());
        SessionClock sessionClock = new SessionClock(settings.tickNanos(), clock.nowNanos(), log);
        this.sessions = new SessionTracker(settings.tickMs(), () -> sessionClock.nowMs(clock.nowNanos()));
        this.log = log;
        this.sessionModes = settings.sessionModes();
        this.clock = clock;
        this.ended = new EndedSessions(
                2L * settings.zab().syncLimit() * settings.tickNanos(), ReplicaLimits.MAX_ENDED_SESSIONS);
        tree.sessions().forEach((id, timeoutMs) -> sessions.add(id, timeoutMs, SessionTracker.NO_OWNER));
    }

    // ---- requests of this server's own clients
    // -----------------------------------------------------------------------------------------

    @Override
    public void write(long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        submit(self, sessionId, cxid, op, body, identities);
    }

    @Override
    public void createSession(long sessionId, int timeoutMs) {
        JuteWriter body = new JuteWriter(4);
        body.writeInt(timeoutMs);
        submit(self, sessionId, 0, OpCode.CREATE_SESSION, body.toByteArray(), List.of());
    }

    @Override
    public void revalidate(long sessionId, int timeoutMs) {
        clients.onRevalidated(sessionId, revalidate(self, sessionId, timeoutMs));
    }

    @Override
    public void sync() {
        broadcaster.sync(nextSyncToken++);
    }

    @Override
    public void touch(long sessionId, int timeoutMs) {
        sessions.touch(sessionId, timeoutMs);
    }

    // ---- requests from anywhere
    // --------------------------------------------------------------------------------------------------------

    /**
     * Makes the transaction of a request and proposes it.
     *
     * @param from the server that the client is connected to
     */
    void submit(long from, long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        long zxid = broadcaster.nextZxid();
        if (zxid == Zxid.NONE) {
            return; // The broadcaster ends its term; every connection is closed with it.
        }
        boolean local = op != OpCode.CREATE_SESSION && isLocal(from, sessionId);
        ErrorCode verdict = local ? ErrorCode.OK : verdict(from, sessionId, op);
        Txn txn = preparer.prepare(
                new WriteRequest(sessionId, cxid, op, body, identities, local, verdict), zxid, clock.wallMs());
        if (txn.header().type() == OpCode.CREATE_SESSION) {
            sessions.add(sessionId, new JuteReader(body).readInt(), from);
        } else if (txn.header().type() == OpCode.CLOSE_SESSION) {
            sessions.remove(sessionId);
            noteEnd(sessionId);
        }
        byte[] bytes = txn.encode();
        sizes = sizes.with(bytes.length);
        inFlight.add(txn);
        broadcaster.propose(new Proposal(zxid, bytes), txn.digest() != null);
    }

    /** Whether the session is not known here because only the server that it is at knows it. */
    private boolean isLocal(long from, long sessionId) {
        if (!sessionModes.local() || sessions.isAlive(sessionId) || ended.contains(sessionId)) {
            return false;
        }
        return from == self ? clients.isLocalSession(sessionId) : !SessionIds.isOf(sessionId, self);
    }

    private void noteEnd(long sessionId) {
        if (sessionModes.local()) {
            ended.add(sessionId, clock.nowNanos());
        }
    }

    private ErrorCode verdict(long from, long sessionId, int op) {
        if (op == OpCode.CREATE_SESSION) {
            return ErrorCode.OK;
        }
        if (!sessions.isAlive(sessionId)) {
            return ErrorCode.SESSION_EXPIRED;
        }
        if (!sessions.isOwner(sessionId, from)) {
            return ErrorCode.SESSION_MOVED;
        }
        sessions.touch(sessionId);
        return ErrorCode.OK;
    }

    /** A session has come to a server. */
    boolean revalidate(long server, long sessionId, int timeoutMs) {
        if (!sessions.touch(sessionId, timeoutMs)) {
            return false;
        }
        sessions.setOwner(sessionId, server);
        if (server != self) {
            clients.onSessionMoved(sessionId);
        }
        return true;
    }

    /** The transaction of a proposal that comes back committed. */
    Txn take(Proposal proposal) {
        Txn first = inFlight.peek();
        if (first != null && first.zxid() == proposal.zxid()) {
            return inFlight.remove();
        }
        return Txn.decode(proposal.bytes());
    }

    void onApplied(long zxid) {
        preparer.onApplied(zxid);
    }

    // ---- time
    // --------------------------------------------------------------------------------------------------------------------------

    void onTick() {
        endExpiredSessions();
        for (String path : reaper.due(clock.nowNanos(), clock.wallMs())) {
            byte[] body = new JuteWriter().writeString(path).toByteArray();
            proposeOwn(NOBODY, OpCode.DELETE_CONTAINER, body);
        }
    }

    private void endExpiredSessions() {
        clients.drainTouched(this::touch);
        for (long each : sessions.expired()) {
            expire(each);
        }
    }

    /**
     * Ephemerals whose session is not known would never go (ZOOKEEPER-5010). Called once, at the beginning of the term; a transaction
     * removes them, so that every replica does.
     */
    void endDanglingSessions() {
        for (long each : tree.danglingOwners()) {
            log.warn("Session 0x" + Long.toHexString(each) + " owns ephemerals but is not known; they are removed");
            proposeOwn(each, OpCode.CLOSE_SESSION, NO_BODY);
        }
    }

    private void expire(long sessionId) {
        clients.counters().expiredSessions++;
        log.info("Session 0x" + Long.toHexString(sessionId) + " has expired");
        noteEnd(sessionId);
        proposeOwn(sessionId, OpCode.CLOSE_SESSION, NO_BODY);
    }

    /** What no client asks for. */
    private void proposeOwn(long sessionId, int op, byte[] body) {
        long zxid = broadcaster.nextZxid();
        if (zxid == Zxid.NONE) {
            return;
        }
        WriteRequest request = new WriteRequest(sessionId, 0, op, body, List.of(), ErrorCode.OK);
        Txn txn = preparer.prepare(request, zxid, clock.wallMs());
        inFlight.add(txn);
        broadcaster.propose(new Proposal(zxid, txn.encode()), txn.digest() != null);
    }

    SessionSets trackedSessions() {
        return sessions.sets();
    }

    ReplicaStatus.Sizes proposalSizes() {
        return sizes;
    }
}
