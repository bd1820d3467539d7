package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SessionPassword;
import io.quorate.protocol.Stat;
import io.quorate.protocol.Xid;
import io.quorate.replica.ClientConnection.State;
import io.quorate.replica.port.ClientChannel;
import io.quorate.tree.Authentication;
import io.quorate.tree.DataTree;
import io.quorate.tree.Preparer;
import io.quorate.tree.Txn;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Rooms 2 and 8 of a request's way: the clients of this server, each one's requests in order, and the answers.
 *
 * <p>Writes of a connection go upstream as they come; what is read waits for the writes and syncs before it, and only for those of its own
 * connection. Answers leave in the order of the requests. A watch event leaves when its transaction is applied, which is before any answer
 * that could show the change.
 */
final class ClientService {
    private static final int REPLY_ERR_OFFSET = 12;
    private static final int MIN_FRAME = 8;
    private static final String SESSION_MOVED = "the session has moved to another server";

    private final ReplicaSettings settings;
    private final SessionIds sessionIds;
    private final ReplicaClock clock;
    private final Logins logins;
    private final Map<Long, ClientConnection> bySession = new HashMap<>();
    private final Set<ClientConnection> connections = new LinkedHashSet<>();
    private final RequestStats stats = new RequestStats();
    private final Counters counters;
    private final JuteWriter out = new JuteWriter(4096);

    /** Connections whose sync was sent upstream and not answered, oldest first; closed ones stay, since answers are matched by order. */
    private final ArrayDeque<ClientConnection> syncs = new ArrayDeque<>();

    /** Connections that were heard of since the last {@link #drainTouched}. */
    private List<ClientConnection> touched = new ArrayList<>();

    private final ClientLoad load;
    private final RandomGenerator random;

    /** Begins anew with each leader. */
    private ConnectionThrottle throttle;

    /** Whether frames that waited are being taken: what that brings about is seen by the one who takes them. */
    private boolean resuming;

    private final LocalSessions localSessions;

    private @Nullable Upstream upstream;

    /** Whether there is no leader, and this server shows its last state to those who want that. */
    private boolean readOnly;

    private DataTree tree;

    ClientService(
            ReplicaSettings settings,
            DataTree tree,
            SessionIds sessionIds,
            ReplicaClock clock,
            Counters counters,
            RandomGenerator random,
            EventLog log) {
        this.settings = settings;
        this.load = new ClientLoad(settings.clientLimits());
        this.random = random;
        this.throttle = newThrottle(settings, random, clock);
        this.counters = counters;
        this.tree = tree;
        this.sessionIds = sessionIds;
        this.clock = clock;
        this.localSessions = new LocalSessions(
                settings.sessionModes(),
                settings.tickMs(),
                clock,
                new SessionClock(settings.tickNanos(), clock.nowNanos(), log));
        this.logins = new Logins(new Authentication(settings.tree().auth()), counters, clock, log);
    }

    private static ConnectionThrottle newThrottle(
            ReplicaSettings settings, RandomGenerator random, ReplicaClock clock) {
        return new ConnectionThrottle(settings.clientLimits().connections(), random, clock.nowNanos());
    }

    // ---- role
    // ------------------------------------------------------------------------------------------------------------------------

    /** From now on clients are served. */
    void open(Upstream newUpstream, DataTree newTree) {
        upstream = newUpstream;
        tree = newTree;
        localSessions.begin();
        throttle = newThrottle(settings, random, clock);
    }

    /** There is no leader: from now on those clients are served that are content with the state as it was. */
    void openReadOnly(DataTree lastTree) {
        readOnly = true;
        open(NoUpstream.INSTANCE, lastTree);
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** Clients are not served any more: all connections are closed, and what they wait for is not answered. */
    void close(String reason) {
        upstream = null;
        if (readOnly && !localSessions.isDefault()) {
            localSessions.removeAll();
        }
        readOnly = false;
        for (ClientConnection each : List.copyOf(connections)) {
            close(each, reason);
        }
        syncs.clear();
        touched.clear();
    }

    boolean isOpen() {
        return upstream != null;
    }

    // ---- connections
    // -----------------------------------------------------------------------------------------------------------------

    ClientConnection accept(ClientChannel channel) {
        ClientConnection connection = new ClientConnection(this, channel, logins.newSasl());
        if (upstream == null) {
            counters.unserved++;
            channel.close("this server has no leader at the moment");
        } else {
            connections.add(connection);
        }
        return connection;
    }

    void onClosed(ClientConnection connection) {
        if (connection.state() == State.CLOSED) {
            return;
        }
        connection.become(State.CLOSED);
        connections.remove(connection);
        bySession.remove(connection.sessionId(), connection);
        load.drop(connection);
        connection.sasl().dispose();
        tree.removeWatcher(connection);
        resume();
    }

    private void close(ClientConnection connection, String reason) {
        if (connection.state() != State.CLOSED) {
            onClosed(connection);
            connection.channel().close(reason);
        }
    }

    void onFrame(ClientConnection connection, byte[] frame, long nowNanos) {
        clock.advance(nowNanos);
        if (!load.takesLarge(frame.length)) {
            close(connection, "a request of " + frame.length + " bytes is too much beside the large ones in flight");
            return;
        }
        switch (connection.state()) {
            case AWAITING_CONNECT -> onConnectRequest(connection, frame);
            case AWAITING_SESSION -> load.keep(connection, new EarlyFrame(frame, nowNanos));
            case OPEN -> {
                if (load.takesAtOnce(connection)) {
                    onRequest(connection, frame, nowNanos);
                } else {
                    waitForTurn(connection, frame, nowNanos);
                }
            }
            case CLOSED -> {
                // It was closed while this frame was on its way.
            }
        }
    }

    /** Too many requests are worked on; that the client is there counts nevertheless. */
    private void waitForTurn(ClientConnection connection, byte[] frame, long nowNanos) {
        touch(connection);
        load.countWait();
        load.queue(connection);
        load.keep(connection, new EarlyFrame(frame, nowNanos));
    }

    private void touch(ClientConnection connection) {
        if (connection.touch()) {
            touched.add(connection);
        }
    }

    /** Requests were answered, or dropped: takes what waited for that, and reads again from those who were not read. */
    private void resume() {
        if (resuming || upstream == null) {
            return;
        }
        resuming = true;
        try {
            for (ClientConnection each = load.next(); each != null; each = load.next()) {
                takeFirst(each);
            }
            load.resumePaused();
        } finally {
            resuming = false;
        }
    }

    private void takeFirst(ClientConnection connection) {
        EarlyFrame frame = load.take(connection);
        if (connection.earlyFrames() > 0) {
            load.queue(connection);
        }
        load.countTaken(connection, frame, clock.nowNanos());
        onRequest(connection, frame.bytes(), frame.arrivedNanos());
    }

    // ---- sessions
    // --------------------------------------------------------------------------------------------------------------------

    private void onConnectRequest(ClientConnection connection, byte[] frame) {
        ConnectRequest request;
        try {
            request = ConnectRequest.read(new JuteReader(frame));
        } catch (JuteException e) {
            close(connection, "malformed ConnectRequest: " + e.getMessage());
            return;
        }
        if (!throttle.admits(purposeOf(request), clock.nowNanos())) {
            counters.rejectedConnections++;
            close(connection, "too many sessions begin at once (connection_throttle_tokens)");
            return;
        }
        counters.connectionRequests++;
        counters.missingTokens.accept(throttle.deficit());
        if (upstream == null) {
            close(connection, "this server has no leader at the moment");
            return;
        }
        if (request.lastZxidSeen() > tree.lastZxid()) {
            close(
                    connection,
                    "the client has seen " + Zxid.show(request.lastZxidSeen()) + ", this server is at "
                            + Zxid.show(tree.lastZxid()) + ": it has to go to a server that is further");
            return;
        }
        if (readOnly && !Boolean.TRUE.equals(request.readOnly())) {
            close(connection, "this server has no leader and serves only clients that are content with its last state");
            return;
        }
        int timeoutMs =
                Math.max(settings.minSessionTimeoutMs(), Math.min(request.timeOut(), settings.maxSessionTimeoutMs()));
        boolean readOnlyByte = request.readOnly() != null;
        connection.become(State.AWAITING_SESSION);
        if (request.sessionId() == 0) {
            connection.setSession(sessionIds.next(), timeoutMs, readOnlyByte);
            bySession.put(connection.sessionId(), connection);
            if (readOnly || localSessions.isDefault()) {
                localSessions.add(connection.sessionId(), timeoutMs);
                openSession(connection);
            } else {
                upstream.createSession(connection.sessionId(), timeoutMs);
            }
        } else {
            renew(connection, request, timeoutMs, readOnlyByte);
        }
    }

    private ConnectionThrottle.Purpose purposeOf(ConnectRequest request) {
        if (request.sessionId() != 0) {
            return ConnectionThrottle.Purpose.RENEWAL;
        }
        return readOnly || localSessions.isDefault()
                ? ConnectionThrottle.Purpose.NEW_LOCAL
                : ConnectionThrottle.Purpose.NEW_GLOBAL;
    }

    /** The password is looked at first, so that a guess does not disconnect the rightful holder. */
    private void renew(ClientConnection connection, ConnectRequest request, int timeoutMs, boolean readOnlyByte) {
        long sessionId = request.sessionId();
        if (request.passwd() == null || !MessageDigest.isEqual(request.passwd(), SessionPassword.of(sessionId))) {
            connection.setSession(0, 0, readOnlyByte);
            refuseSession(connection, "wrong password for session 0x" + Long.toHexString(sessionId));
            return;
        }
        ClientConnection earlier = bySession.get(sessionId);
        if (earlier != null) {
            close(earlier, "the session has come back on another connection");
        }
        connection.setSession(sessionId, timeoutMs, readOnlyByte);
        bySession.put(sessionId, connection);
        if (localSessions.touch(sessionId, timeoutMs)) {
            openSession(connection);
        } else if (readOnly
                && (tree.sessions().contains(sessionId) || !SessionIds.isOf(sessionId, settings.serverId()))) {
            close(connection, "only a leader can tell whether the session is alive");
        } else if (readOnly) {
            refuseSession(connection, "session 0x" + Long.toHexString(sessionId) + " is none of this server's own");
        } else if (upstream != null) {
            counters.revalidations++;
            upstream.revalidate(sessionId, timeoutMs);
        }
    }

    void onRevalidated(long sessionId, boolean alive) {
        ClientConnection connection = bySession.get(sessionId);
        if (connection == null || connection.state() != State.AWAITING_SESSION) {
            return;
        }
        if (alive) {
            openSession(connection);
        } else {
            refuseSession(connection, "session 0x" + Long.toHexString(sessionId) + " has expired or never was");
        }
    }

    /** A session has come to another server: a connection that still holds it here has been given up by its client. */
    void onSessionMoved(long sessionId) {
        ClientConnection earlier = bySession.get(sessionId);
        if (earlier != null) {
            close(earlier, SESSION_MOVED);
        }
    }

    private void refuseSession(ClientConnection connection, String reason) {
        sendConnectResponse(connection, 0, 0, new byte[SessionPassword.BYTES]);
        close(connection, reason);
    }

    private void openSession(ClientConnection connection) {
        connection.become(State.OPEN);
        long id = connection.sessionId();
        sendConnectResponse(connection, connection.timeoutMs(), id, SessionPassword.of(id));
        if (connection.earlyFrames() > 0) {
            load.queue(connection);
        }
        resume();
    }

    private void sendConnectResponse(ClientConnection connection, int timeoutMs, long sessionId, byte[] password) {
        out.reset();
        new ConnectResponse(0, timeoutMs, sessionId, password, connection.knowsReadOnly() ? readOnly : null).write(out);
        connection.send(out.array(), 0, out.size());
    }

    // ---- room 2: requests, in order
    // --------------------------------------------------------------------------------------------------

    private void onRequest(ClientConnection connection, byte[] frame, long arrivedNanos) {
        if (frame.length < MIN_FRAME) {
            close(connection, "a frame of " + frame.length + " bytes is too short for a request");
            return;
        }
        if (connection.isClosing()) {
            return;
        }
        JuteReader in = new JuteReader(frame, 0, frame.length, settings.tree().maxField());
        RequestHeader header = RequestHeader.read(in);
        connection.noteRequest(header.type(), header.xid());
        stats.onReceived();
        touch(connection);
        if (!logins.isHeard(connection, header.type())) {
            refuseUnproved(connection, header, arrivedNanos);
        } else if (load.refuses(header.type(), clock.nowNanos() - arrivedNanos)) {
            refuse(connection, header, ErrorCode.THROTTLED, arrivedNanos);
        } else {
            dispatch(connection, header, frame, in, arrivedNanos);
        }
    }

    private void refuseUnproved(ClientConnection connection, RequestHeader header, long arrivedNanos) {
        beginReply(header.xid(), 0);
        sendReply(connection, header.type(), ErrorCode.SESSION_CLOSED_REQUIRE_AUTH.code(), arrivedNanos);
        close(connection, "it has not proved who it is by a scheme that is required");
    }

    private void dispatch(
            ClientConnection connection, RequestHeader header, byte[] frame, JuteReader in, long arrivedNanos) {
        switch (header.type()) {
            case OpCode.PING,
                    OpCode.EXISTS,
                    OpCode.GET_DATA,
                    OpCode.GET_ACL,
                    OpCode.GET_CHILDREN,
                    OpCode.GET_CHILDREN2,
                    OpCode.CHECK_WATCHES,
                    OpCode.REMOVE_WATCHES,
                    OpCode.ADD_WATCH,
                    OpCode.MULTI_READ,
                    OpCode.SET_WATCHES,
                    OpCode.SET_WATCHES2,
                    OpCode.GET_EPHEMERALS,
                    OpCode.GET_ALL_CHILDREN_NUMBER,
                    OpCode.WHO_AM_I -> onRead(connection, header, frame, in, arrivedNanos);
            case OpCode.CREATE,
                    OpCode.CREATE2,
                    OpCode.CREATE_CONTAINER,
                    OpCode.CREATE_TTL,
                    OpCode.DELETE,
                    OpCode.SET_DATA,
                    OpCode.SET_ACL,
                    OpCode.MULTI,
                    OpCode.RECONFIG,
                    OpCode.CLOSE_SESSION -> onWrite(connection, header, frame, in, arrivedNanos);
            case OpCode.SYNC -> onSync(connection, header, frame, in, arrivedNanos);
            case OpCode.AUTH -> onAuth(connection, header, in);
            case OpCode.SASL -> onSasl(connection, header, in);
            default -> refuseUnknown(connection, header);
        }
    }

    private void onRead(
            ClientConnection connection, RequestHeader header, byte[] frame, JuteReader in, long arrivedNanos) {
        if (connection.hasPending()) {
            load.begin(connection, PendingRequest.read(header.xid(), header.type(), frame, arrivedNanos));
        } else {
            answerRead(connection, header, in, arrivedNanos);
        }
    }

    private void onWrite(
            ClientConnection connection, RequestHeader header, byte[] frame, JuteReader in, long arrivedNanos) {
        byte[] body = in.readRemaining();
        ErrorCode verdict = Preparer.validate(header.type(), body, settings.tree());
        if (verdict != ErrorCode.OK) {
            refuse(connection, header, verdict, arrivedNanos);
            return;
        }
        if (localSessions.contains(connection.sessionId())
                && !onWriteOfLocal(connection, header, frame, body, in, arrivedNanos)) {
            return;
        }
        if (readOnly) {
            refuse(connection, header, ErrorCode.NOT_READ_ONLY, arrivedNanos);
            return;
        }
        if (header.type() == OpCode.CLOSE_SESSION) {
            connection.setClosing();
        }
        if (connection.firstUnanswered(PendingRequest.Kind.SYNC) != null) {
            load.begin(connection, PendingRequest.heldWrite(header.xid(), header.type(), frame, arrivedNanos));
            return;
        }
        load.begin(connection, PendingRequest.write(header.xid(), header.type(), body.length, arrivedNanos));
        sendWrite(connection, header, body);
    }

    /**
     * A local session ends here, without a transaction, and becomes a global one before it can own an ephemeral.
     *
     * @return whether the write goes on its way
     */
    private boolean onWriteOfLocal(
            ClientConnection connection,
            RequestHeader header,
            byte[] frame,
            byte[] body,
            JuteReader in,
            long arrivedNanos) {
        if (header.type() == OpCode.CLOSE_SESSION) {
            connection.setClosing();
            onRead(connection, header, frame, in, arrivedNanos);
            return false;
        }
        if (readOnly
                || !LocalSessions.needsGlobal(
                        header.type(), body, settings.tree().maxField())) {
            return true;
        }
        if (!localSessions.mayUpgrade()) {
            refuse(connection, header, ErrorCode.EPHEMERAL_ON_LOCAL_SESSION, arrivedNanos);
            return false;
        }
        localSessions.remove(connection.sessionId());
        if (upstream != null) {
            upstream.createSession(connection.sessionId(), connection.timeoutMs());
        }
        return true;
    }

    boolean isLocalSession(long sessionId) {
        return localSessions.contains(sessionId);
    }

    /** The local sessions; null where sessions are global and a leader is there. */
    @Nullable
    SessionSets localSessionSets() {
        return localSessions.isDefault() || readOnly ? localSessions.sets() : null;
    }

    int localSessionCount() {
        return localSessions.size();
    }

    /** Time has passed: ends local sessions that have expired, and connections whose requests wait for too long. */
    void onTick() {
        for (ClientConnection each : load.stale(clock.nowNanos())) {
            close(each, "a request has waited for longer than its session lasts");
        }
        logins.onTick();
        if (upstream == null || localSessions.isEmpty()) {
            localSessions.begin();
            return;
        }
        if (readOnly) {
            drainTouched((sessionId, timeoutMs) -> {}); // No term does.
        }
        for (ClientConnection each : touched) {
            localSessions.touch(each.sessionId(), each.timeoutMs());
        }
        for (long each : localSessions.expired()) {
            ClientConnection connection = bySession.get(each);
            if (connection != null) {
                close(connection, "the session has expired");
            }
        }
    }

    private void sendWrite(ClientConnection connection, RequestHeader header, byte[] body) {
        if (upstream != null) {
            upstream.write(connection.sessionId(), header.xid(), header.type(), body, connection.identityList());
        }
    }

    private void onSync(
            ClientConnection connection, RequestHeader header, byte[] frame, JuteReader in, long arrivedNanos) {
        try {
            PathRequest.read(in);
        } catch (JuteException e) {
            refuse(connection, header, ErrorCode.MARSHALLING_ERROR, arrivedNanos);
            return;
        }
        if (readOnly) {
            refuse(connection, header, ErrorCode.NOT_READ_ONLY, arrivedNanos);
            return;
        }
        PendingRequest request = PendingRequest.sync(header.xid(), header.type(), frame, arrivedNanos);
        request.held = connection.firstUnanswered(PendingRequest.Kind.SYNC) != null;
        load.begin(connection, request);
        if (!request.held) {
            sendSync(connection);
        }
    }

    private void sendSync(ClientConnection connection) {
        if (upstream != null) {
            syncs.add(connection);
            upstream.sync();
        }
    }

    /**
     * A sync was answered: what waited behind it goes upstream, as far as the next one. A write that overtook the answer would show itself,
     * and what came after it, to reads that were asked before it.
     */
    private void sendHeld(ClientConnection connection) {
        for (PendingRequest each = connection.firstHeld(); each != null; each = connection.firstHeld()) {
            each.held = false;
            if (each.kind == PendingRequest.Kind.SYNC) {
                sendSync(connection);
                return;
            }
            byte[] frame = each.frame;
            if (frame != null) {
                JuteReader in = new JuteReader(frame);
                sendWrite(connection, RequestHeader.read(in), in.readRemaining());
            }
        }
    }

    private void refuse(ClientConnection connection, RequestHeader header, ErrorCode code, long arrivedNanos) {
        if (connection.hasPending()) {
            load.begin(connection, PendingRequest.refused(header.xid(), header.type(), code.code(), arrivedNanos));
        } else {
            beginReply(header.xid(), tree.lastZxid());
            sendReply(connection, header.type(), code.code(), arrivedNanos);
        }
    }

    /** Identities are proven at once, before what waits. */
    private void onAuth(ClientConnection connection, RequestHeader header, JuteReader in) {
        AuthPacket packet;
        try {
            packet = AuthPacket.read(in);
        } catch (JuteException e) {
            close(connection, "malformed auth packet: " + e.getMessage());
            return;
        }
        Authentication.Outcome outcome = logins.onAuth(connection, packet);
        boolean ok = outcome == Authentication.Outcome.ACCEPTED;
        if (outcome != Authentication.Outcome.UNANSWERED) {
            beginReply(header.xid(), 0);
            sendReply(connection, header.type(), ok ? 0 : ErrorCode.AUTH_FAILED.code(), clock.nowNanos());
        }
        if (!ok) {
            close(connection, "authentication by scheme \"" + packet.scheme() + "\" failed");
        }
    }

    /** Handled at once, before what waits. */
    private void onSasl(ClientConnection connection, RequestHeader header, JuteReader in) {
        byte[] token;
        try {
            token = in.readBuffer();
        } catch (JuteException e) {
            close(connection, "malformed SASL packet: " + e.getMessage());
            return;
        }
        if (token == null) {
            close(connection, "a SASL packet without a token");
            return;
        }
        SaslLogin.Answer answer = logins.onSasl(connection, token);
        beginReply(header.xid(), 0);
        out.writeBuffer(answer.token());
        out.setInt(REPLY_ERR_OFFSET, answer.err());
        connection.send(out.array(), 0, out.size());
        noteReply(connection, header.type(), clock.nowNanos());
        if (answer.err() != 0) {
            close(connection, "authentication by SASL failed");
        }
    }

    private void refuseUnknown(ClientConnection connection, RequestHeader header) {
        beginReply(header.xid(), -1);
        sendReply(connection, header.type(), ErrorCode.UNIMPLEMENTED.code(), clock.nowNanos());
        close(connection, "operation " + header.type() + " is not one that a client can ask for");
    }

    // ---- rooms 7 and 8: transactions and answers
    // ----------------------------------------------------------------------------------------

    /** Applies a committed transaction, and answers it if it is of a client of this server. */
    void apply(DataTree currentTree, Txn txn) {
        tree = currentTree;
        long sessionId = txn.header().clientId();
        ClientConnection connection = bySession.get(sessionId);
        PendingRequest request = connection == null ? null : matching(connection, txn);
        if (connection == null || request == null) {
            tree.apply(txn, null);
        } else {
            applyAndAnswer(connection, request, txn);
        }
        afterSessionTxn(connection, txn);
    }

    private static @Nullable PendingRequest matching(ClientConnection connection, Txn txn) {
        if (txn.header().type() == OpCode.CREATE_SESSION) {
            return null; // No request of a client's; its cxid may be that of one.
        }
        PendingRequest request = connection.firstUnanswered(PendingRequest.Kind.WRITE);
        return request != null && request.xid == txn.header().cxid() ? request : null;
    }

    private void applyAndAnswer(ClientConnection connection, PendingRequest request, Txn txn) {
        beginReply(request.xid, txn.zxid());
        int err = tree.apply(txn, out);
        if (request.op == OpCode.CREATE && txn.header().type() != OpCode.CREATE && err == 0) {
            out.truncate(
                    out.size() - Stat.BYTES); // a container by flag: its transaction answers as createContainer does
        }
        if (isSessionMoved(txn)) {
            close(connection, SESSION_MOVED);
            return;
        }
        if (connection.firstPending() == request) {
            load.endFirst(connection);
            sendReply(connection, request.op, err, request.arrivedNanos);
            answerWhatWaited(connection);
        } else {
            finishReply(err);
            request.reply = Arrays.copyOf(out.array(), out.size());
        }
    }

    private static boolean isSessionMoved(Txn txn) {
        return txn.err() == ErrorCode.SESSION_MOVED.code();
    }

    private void afterSessionTxn(@Nullable ClientConnection connection, Txn txn) {
        if (connection == null) {
            return;
        }
        if (txn.header().type() == OpCode.CREATE_SESSION && connection.state() == State.AWAITING_SESSION) {
            openSession(connection);
        } else if (txn.header().type() == OpCode.CLOSE_SESSION) {
            close(connection, "the session is closed");
        }
    }

    /** The oldest sync that went upstream is answered. */
    void onSynced() {
        ClientConnection connection = syncs.poll();
        if (connection == null || connection.state() != State.OPEN) {
            return;
        }
        PendingRequest request = connection.firstUnanswered(PendingRequest.Kind.SYNC);
        if (request == null || request.frame == null) {
            return;
        }
        beginReply(request.xid, tree.lastZxid());
        out.writeRaw(request.frame, MIN_FRAME, pathLength(request.frame));
        finishReply(0);
        request.reply = Arrays.copyOf(out.array(), out.size());
        sendHeld(connection); // Before anything is answered: what is taken then goes upstream behind it.
        answerWhatWaited(connection);
    }

    /** Bytes of the path that a request begins with, its length included. */
    private static int pathLength(byte[] frame) {
        JuteReader in = new JuteReader(frame);
        in.position(MIN_FRAME);
        in.skipBuffer();
        return in.position() - MIN_FRAME;
    }

    private void answerWhatWaited(ClientConnection connection) {
        for (PendingRequest first = connection.firstPending();
                first != null && connection.state() == State.OPEN;
                first = connection.firstPending()) {
            if (!isAnswerable(first)) {
                break;
            }
            load.endFirst(connection);
            answer(connection, first);
        }
        resume();
    }

    private static boolean isAnswerable(PendingRequest request) {
        return request.reply != null
                || request.kind == PendingRequest.Kind.READ
                || request.kind == PendingRequest.Kind.REFUSED;
    }

    private void answer(ClientConnection connection, PendingRequest request) {
        byte[] reply = request.reply;
        byte[] frame = request.frame;
        if (reply != null) {
            connection.send(reply, 0, reply.length);
            noteReply(connection, request.op, request.arrivedNanos);
        } else if (request.kind == PendingRequest.Kind.REFUSED || frame == null) {
            beginReply(request.xid, tree.lastZxid());
            sendReply(connection, request.op, request.err, request.arrivedNanos);
        } else {
            JuteReader in =
                    new JuteReader(frame, 0, frame.length, settings.tree().maxField());
            answerRead(connection, RequestHeader.read(in), in, request.arrivedNanos);
        }
    }

    private void answerRead(ClientConnection connection, RequestHeader header, JuteReader in, long arrivedNanos) {
        if (header.type() == OpCode.PING) {
            beginReply(Xid.PING, tree.lastZxid());
            sendReply(connection, header.type(), 0, arrivedNanos);
            return;
        }
        beginReply(header.xid(), tree.lastZxid());
        if (header.type() == OpCode.CLOSE_SESSION) { // of a local session
            sendReply(connection, header.type(), 0, arrivedNanos);
            localSessions.remove(connection.sessionId());
            close(connection, "the session is closed");
            return;
        }
        int err = tree.read(header.type(), in, connection, out);
        boolean bodyStays = err == 0 || header.type() == OpCode.MULTI_READ;
        if (bodyStays) {
            out.setInt(REPLY_ERR_OFFSET, err);
            connection.send(out.array(), 0, out.size());
            noteReply(connection, header.type(), arrivedNanos);
        } else {
            sendReply(connection, header.type(), err, arrivedNanos);
        }
    }

    private void beginReply(int xid, long zxid) {
        out.reset();
        out.writeInt(xid).writeLong(zxid).writeInt(0);
    }

    private void finishReply(int err) {
        if (err != 0) {
            out.truncate(ReplyHeader.BYTES);
            out.setInt(REPLY_ERR_OFFSET, err);
        }
    }

    private void sendReply(ClientConnection connection, int op, int err, long arrivedNanos) {
        finishReply(err);
        connection.send(out.array(), 0, out.size());
        noteReply(connection, op, arrivedNanos);
    }

    private void noteReply(ClientConnection connection, int op, long arrivedNanos) {
        long nanos = clock.nowNanos() - arrivedNanos;
        stats.onSent();
        stats.onAnswered(nanos);
        (OpCode.isWrite(op) ? counters.updates : counters.reads).add(nanos);
        connection.noteReply(tree.lastZxid(), nanos, clock.wallMs());
    }

    // ---- what others ask
    // -------------------------------------------------------------------------------------------------------------

    /** Hands on which sessions were heard of since the last call. */
    void drainTouched(TouchVisitor visitor) {
        if (touched.isEmpty()) {
            return;
        }
        List<ClientConnection> drained = touched;
        touched = new ArrayList<>(drained.size());
        for (ClientConnection each : drained) {
            each.forgetTouch();
            if (each.state() == State.OPEN && !localSessions.touch(each.sessionId(), each.timeoutMs())) {
                visitor.onTouched(each.sessionId(), each.timeoutMs());
            }
        }
    }

    /** Takes a session that was heard of. */
    @FunctionalInterface
    interface TouchVisitor {
        void onTouched(long sessionId, int timeoutMs);
    }

    int outstanding() {
        return load.outstanding();
    }

    ReplicaStatus.Throttling throttling() {
        return load.status(throttle, counters);
    }

    Counters counters() {
        return counters;
    }

    RequestStats stats() {
        return stats;
    }

    void resetConnectionStats() {
        for (ClientConnection each : connections) {
            each.stats().reset();
        }
    }

    List<ReplicaStatus.ConnectionStatus> connectionStatus() {
        List<ReplicaStatus.ConnectionStatus> result = new ArrayList<>(connections.size());
        for (ClientConnection each : connections) {
            result.add(each.status());
        }
        return result;
    }
}
