package io.quorate.client.session;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.Xid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One session of a client, from the first attempt to connect to its end, over any number of connections.
 *
 * <pre>
 *   IDLE ──start──► WAITING ──back-off is over──► CONNECTING ──TCP is up──► HANDSHAKING ──granted──► CONNECTED
 *                    ^  ^                            │                       │     │                 │     │
 *                    │  └────── refused, too slow ───┴───────────────────────┘     │                 │     │
 *                    └───────────────── closed, silent for 2/3 of the time-out ────┼─────────────────┘     │
 *                                                                                  │                       │
 *                                              EXPIRED ◄── "that session is gone" ─┘     AUTH_FAILED ◄─────┘
 *   CLOSED from everywhere
 * </pre>
 *
 * <h2>What a user is told</h2>
 *
 * {@link ConnectionState}, which follows from the above and from this side's clock. Of the last request that was answered, only the time at
 * which it was <em>sent</em> proves anything: the servers heard of the session then or later, and keep it for the time-out from there. When
 * that has passed without another such request, the session is LOST, whatever a server may say afterwards. Each method that brings news
 * looks at the clock first, so that a process that was stopped for a while learns of the loss before it learns of anything else.
 *
 * <h2>Order</h2>
 *
 * A server answers the requests of a connection in their order, so replies are matched by order and the xid is only checked; one that does
 * not fit means that this side and the server disagree about the stream, and ends the connection. Answers to pings and credentials are
 * made by other parts of a server and come in an order of their own. After a reconnect, credentials go first, then the watches, then the
 * requests that waited.
 *
 * <p>Two zxids are kept. A server that is behind {@code lastZxidSeen} must not serve this session (it would go back in time), and events
 * count for that. The zxid for putting watches back counts replies only: a transaction may have more events than the one that arrived
 * before the connection broke, and the others must still be told.
 *
 * <h2>Read-only servers</h2>
 *
 * A server without a quorum grants, to who asked for that, a session that only it knows. It lasts as long as the connection: after that, the next
 * server is asked for a new one. It proves nothing, so the clock has no part in it. Meanwhile other servers are asked whether they have a quorum, and
 * one that has is moved to. A session that the ensemble knows is never served read-only.
 *
 * <p>Not safe for use by several threads. {@code nowNanos} is of one monotonic clock throughout.
 */
public final class ClientSession {
    private static final byte[] NO_PASSWORD = new byte[16];

    private final SessionConfig config;
    private final SessionPort port;
    private final HostList hosts;
    private final Backoff backoff;
    private final WatchRegistry watches = new WatchRegistry();

    /** Accepted and not written; empty while CONNECTED. In the order of submission. */
    private final Deque<Call> queued = new ArrayDeque<>();

    /** Written on the present connection and not answered, in the order of writing; empty unless CONNECTED. */
    private final Deque<Call> inFlight = new ArrayDeque<>();

    /** When the pings were sent that are not answered yet. */
    private final Deque<Long> pingsInFlight = new ArrayDeque<>();

    /** All credentials of the session: they are sent again on each connection. */
    private final List<Credentials> credentials = new ArrayList<>();

    /** Those that the present connection has not answered, in the order of sending. */
    private final Deque<Credentials> credentialsInFlight = new ArrayDeque<>();

    private SessionState state = SessionState.IDLE;
    private ConnectionState told = ConnectionState.CONNECTING;

    /** Number of the present or the last attempt to connect; only ever grows. */
    private long connection;

    private String server = "no server";

    /** Why the last connection, or attempt at one, ended; for people. */
    private String trouble = "";

    /** 0 until the first server has granted a session; then never changes. */
    private long sessionId;

    private byte[] password = NO_PASSWORD;

    /** What was asked for, then what was granted. */
    private int timeoutMs;

    /** The session is one that a read-only server has granted. */
    private boolean readOnly;

    private int probeWaitMs;
    private long probeAtNanos;
    private int lastXid;
    private long lastZxidSeen;
    private long lastReplyZxid;

    /** Bytes in {@code queued} and {@code inFlight}. */
    private long outstandingBytes;

    private long retryAtNanos;
    private long connectDeadlineNanos;
    private long helloSentNanos;
    private long lastSentNanos;
    private long lastHeardNanos;

    /** When the last request that was answered had been sent; means something once {@code sessionId} is not 0. */
    private long trustedNanos;

    private final ActivityLog activity = new ActivityLog();

    /** The closeSession request; from then on nothing else is accepted. */
    private @Nullable Call closeCall;

    private long closeDeadlineNanos;

    public ClientSession(SessionConfig config, RandomGenerator random, SessionPort port) {
        this.config = config;
        this.port = port;
        this.hosts = new HostList(config.hosts(), random);
        this.backoff = new Backoff(hosts.size(), random);
        this.timeoutMs = config.timeoutMs();
    }

    // ---- What is asked of the session

    /** Begins to look for a server. */
    public void start(long nowNanos) {
        become(SessionState.WAITING, "started");
        retryAtNanos = nowNanos;
        onTick(nowNanos);
    }

    /** Sends the request as soon as there is a server, or tells its handler at once why not. */
    public void submit(Call call, long nowNanos) {
        checkTrust(nowNanos);
        if (state.isLast() || closeCall != null) {
            call.handler.onFailure(
                    codeAfterTheEnd(), false, "the session is " + (closeCall != null ? SessionState.CLOSED : state));
        } else if (call.bytes() - 4 > config.maxRequestBytes()) {
            call.handler.onFailure(
                    ErrorCode.BAD_ARGUMENTS,
                    false,
                    "the request has " + (call.bytes() - 4) + " bytes, servers take up to " + config.maxRequestBytes()
                            + " (jute.maxbuffer); store less, or raise the limit on both sides");
        } else if (queued.size() + inFlight.size() >= config.maxOutstanding()
                || outstandingBytes + call.bytes() > SessionLimits.MAX_OUTSTANDING_BYTES) {
            call.handler.onFailure(
                    ErrorCode.THROTTLED,
                    false,
                    (queued.size() + inFlight.size()) + " requests (" + outstandingBytes
                            + " bytes) are waiting for an answer, limits are " + config.maxOutstanding() + " and "
                            + SessionLimits.MAX_OUTSTANDING_BYTES + "; wait for some of them first");
        } else {
            call.queuedNanos = nowNanos;
            outstandingBytes += call.bytes();
            queued.add(call);
            flushQueue(nowNanos);
        }
    }

    /**
     * Adds credentials to the session: sent now if there is a server, and on each connection from then on.
     *
     * @param handler told when a server took or refused them; a connection that breaks in between does not count
     */
    public void addAuth(String scheme, byte[] auth, ReplyHandler handler, long nowNanos) {
        checkTrust(nowNanos);
        if (state.isLast() || closeCall != null) {
            handler.onFailure(codeAfterTheEnd(), false, "the session is " + state);
            return;
        }
        Credentials added = new Credentials(scheme, auth.clone(), handler);
        credentials.add(added);
        if (state == SessionState.CONNECTED) {
            sendCredentials(added, nowNanos);
        }
    }

    /**
     * Ends the session: what was submitted before is still carried out, then the servers are asked to forget the session, for a bounded time.
     * {@link ConnectionState#CLOSED} tells that it is over.
     */
    public void close(long nowNanos) {
        if (state == SessionState.CLOSED || closeCall != null) {
            return;
        }
        if (state.isLast() || (sessionId == 0 && state != SessionState.HANDSHAKING)) {
            finish(SessionState.CLOSED, ConnectionState.CLOSED, "closed");
            return;
        }
        Call call = Call.of(OpCode.CLOSE_SESSION, body -> {}, null, NO_HANDLER);
        closeCall = call;
        closeDeadlineNanos = nowNanos + millis(Math.min(SessionLimits.MAX_CLOSE_MS, timeoutMs));
        call.queuedNanos = nowNanos;
        outstandingBytes += call.bytes();
        queued.add(call);
        flushQueue(nowNanos);
    }

    /** Ends the session at once without asking anybody, because this side cannot go on. {@link ConnectionState#CLOSED} tells it, with the reason. */
    public void abort(String reason) {
        if (state != SessionState.CLOSED) {
            finish(SessionState.CLOSED, ConnectionState.CLOSED, reason);
        }
    }

    // ---- What happens to it

    public void onConnected(long which, long nowNanos) {
        checkTrust(nowNanos);
        if (which != connection || state != SessionState.CONNECTING) {
            return;
        }
        become(SessionState.HANDSHAKING, "connected to " + server);
        JuteWriter out = newFrame();
        new ConnectRequest(0, lastZxidSeen, config.timeoutMs(), sessionId, password, config.canBeReadOnly()).write(out);
        helloSentNanos = nowNanos;
        sendFrame(out, nowNanos);
    }

    /** The connection could not be made, or it broke, or the server closed it. */
    public void onDisconnected(long which, String reason, long nowNanos) {
        checkTrust(nowNanos);
        if (which == connection && state.hasConnection()) {
            connectionLost(reason, nowNanos);
        }
    }

    /** A frame came, {@code in} stands behind its length. */
    public void onFrame(long which, JuteReader in, long nowNanos) {
        checkTrust(nowNanos);
        if (which != connection || (state != SessionState.HANDSHAKING && state != SessionState.CONNECTED)) {
            return;
        }
        lastHeardNanos = nowNanos;
        try {
            if (state == SessionState.HANDSHAKING) {
                onHello(ConnectResponse.read(in), nowNanos);
            } else {
                onReply(ReplyHeader.read(in), in, nowNanos);
            }
        } catch (JuteException | IllegalArgumentException e) {
            drop("frame that cannot be read (" + e.getMessage() + ")", nowNanos);
        }
    }

    /** Does what is due; {@link #delayNanos} says when something is. */
    public void onTick(long nowNanos) {
        checkTrust(nowNanos);
        if (closeCall != null && !state.isLast() && isDue(closeDeadlineNanos, nowNanos)) {
            finish(
                    SessionState.CLOSED,
                    ConnectionState.CLOSED,
                    "closed, but no server confirmed it in time: it will expire");
            return;
        }
        failStaleRequests(nowNanos);
        switch (state) {
            case WAITING -> {
                if (isDue(retryAtNanos, nowNanos)) {
                    connect(nowNanos);
                }
            }
            case CONNECTING, HANDSHAKING -> {
                if (isDue(connectDeadlineNanos, nowNanos)) {
                    drop("no answer within " + connectTimeoutMs() + " ms", nowNanos);
                }
            }
            case CONNECTED -> tickConnected(nowNanos);
            case IDLE, EXPIRED, AUTH_FAILED, CLOSED -> {}
        }
    }

    /** @return nanoseconds until {@link #onTick} has something to do, 0 or more; {@link Long#MAX_VALUE} for never */
    public long delayNanos(long nowNanos) {
        long delay = Long.MAX_VALUE;
        switch (state) {
            case WAITING -> delay = retryAtNanos - nowNanos;
            case CONNECTING, HANDSHAKING -> delay = connectDeadlineNanos - nowNanos;
            case CONNECTED -> delay = Math.min(pingAtNanos() - nowNanos, silentAtNanos() - nowNanos);
            case IDLE, EXPIRED, AUTH_FAILED, CLOSED -> {
                return Long.MAX_VALUE;
            }
        }
        if (readOnly && state == SessionState.CONNECTED) {
            delay = Math.min(delay, probeAtNanos - nowNanos);
        }
        if (sessionId != 0 && !readOnly && told != ConnectionState.LOST) {
            delay = Math.min(delay, trustEndsNanos() - nowNanos);
        }
        Call oldest = queued.peek();
        if (oldest != null && oldest != closeCall) {
            delay = Math.min(delay, oldest.queuedNanos + millis(timeoutMs) - nowNanos);
        }
        if (closeCall != null) {
            delay = Math.min(delay, closeDeadlineNanos - nowNanos);
        }
        return Math.max(0, delay);
    }

    // ---- What can be asked about it

    public ConnectionState connectionState() {
        return told;
    }

    /** @return the session's id, 0 before the first server granted one */
    public long sessionId() {
        return sessionId;
    }

    /** The session time-out in ms: the granted one, or before that the one to ask for. */
    public int timeoutMs() {
        return timeoutMs;
    }

    /** The server of the present or the last connection, for people. */
    public String server() {
        return server;
    }

    /** Requests that were accepted and are not answered. */
    public int outstanding() {
        return queued.size() + inFlight.size();
    }

    /** What the servers must have heard of this session, and since when; a new object when it changes. */
    public ActivityLog.Snapshot activity() {
        return activity.snapshot();
    }

    // ---- Connecting

    private void connect(long nowNanos) {
        HostPort host = hosts.next();
        server = host.toString();
        connection++;
        become(SessionState.CONNECTING, server);
        connectDeadlineNanos = nowNanos + millis(connectTimeoutMs());
        port.connect(connection, host);
    }

    private int connectTimeoutMs() {
        return Math.max(SessionLimits.MIN_CONNECT_TIMEOUT_MS, timeoutMs / hosts.size());
    }

    private void onHello(ConnectResponse hello, long nowNanos) {
        if (hello.timeOut() <= 0 && sessionId == 0) {
            drop("the server granted no session", nowNanos);
        } else if (hello.timeOut() <= 0 || (sessionId != 0 && hello.sessionId() != sessionId)) {
            expired();
        } else if (sessionId != 0 && isReadOnly(hello)) {
            drop("a server without a quorum renewed a session that it cannot know of", nowNanos);
        } else {
            attached(hello, nowNanos);
        }
    }

    private static boolean isReadOnly(ConnectResponse hello) {
        return Boolean.TRUE.equals(hello.readOnly());
    }

    private void expired() {
        String reason = server + " says that session " + Zxid.show(sessionId)
                + " is gone: it was silent for longer than " + timeoutMs + " ms, or closed";
        if (closeCall != null) {
            finish(SessionState.CLOSED, ConnectionState.CLOSED, reason);
        } else {
            finish(SessionState.EXPIRED, ConnectionState.EXPIRED, reason);
        }
    }

    private void attached(ConnectResponse hello, long nowNanos) {
        byte[] given = hello.passwd();
        boolean renewed = sessionId != 0;
        sessionId = hello.sessionId();
        password = given == null ? NO_PASSWORD : given;
        timeoutMs = hello.timeOut();
        readOnly = isReadOnly(hello);
        if (readOnly) {
            probeWaitMs = SessionLimits.MIN_PROBE_MS;
            probeAtNanos = nowNanos + millis(probeWaitMs);
        } else {
            trustedNanos = helloSentNanos;
            activity.attached(helloSentNanos);
        }
        String reason = "session " + Zxid.show(sessionId) + (renewed ? " renewed at " : " begun at ") + server
                + ", time-out " + timeoutMs + " ms" + (readOnly ? ", read-only" : "");
        become(SessionState.CONNECTED, reason);
        backoff.succeeded();
        for (Credentials each : credentials) {
            sendCredentials(each, nowNanos);
        }
        sendWatches(nowNanos);
        tell(readOnly ? ConnectionState.CONNECTED_READ_ONLY : ConnectionState.CONNECTED, reason);
        flushQueue(nowNanos);
    }

    /** A server has a quorum: the session moves there. */
    public void onProbed(long which, HostPort host, long nowNanos) {
        checkTrust(nowNanos);
        if (which == connection && readOnly && state == SessionState.CONNECTED) {
            hosts.prefer(host);
            drop("read-only, and " + host + " has a quorum", nowNanos);
        }
    }

    private void probe(long nowNanos) {
        probeWaitMs = Math.min(SessionLimits.MAX_PROBE_MS, 2 * probeWaitMs);
        probeAtNanos = nowNanos + millis(probeWaitMs);
        port.probe(connection, hosts.next());
    }

    private void sendWatches(long nowNanos) {
        if (watches.isEmpty()) {
            return;
        }
        for (SetWatchesBatch each : watches.toSetWatches(lastReplyZxid, SessionLimits.SET_WATCHES_BATCH_BYTES)) {
            Call call = Call.of(each.opCode(), each::write, null, NO_HANDLER);
            outstandingBytes += call.bytes();
            call.setXid(Xid.SET_WATCHES);
            write(call, nowNanos);
        }
    }

    // ---- Requests and replies

    private void flushQueue(long nowNanos) {
        if (state != SessionState.CONNECTED) {
            return;
        }
        for (Call call = queued.poll(); call != null; call = queued.poll()) {
            lastXid = lastXid == Integer.MAX_VALUE ? 1 : lastXid + 1;
            call.setXid(lastXid);
            write(call, nowNanos);
        }
    }

    private void write(Call call, long nowNanos) {
        if (call.removal != null && isNeededByOthers(call.removal)) {
            call.onlyCheck();
        }
        call.sentNanos = nowNanos;
        inFlight.add(call);
        lastSentNanos = nowNanos;
        port.send(connection, call.frame.array(), call.frame.size());
    }

    private boolean isNeededByOthers(WatchRemoval removal) {
        return removal.listener() != null
                && (watches.hasOthers(removal)
                        || inFlight.stream().anyMatch(call -> call.watch != null && removal.isAbout(call.watch)));
    }

    private void sendCredentials(Credentials each, long nowNanos) {
        JuteWriter out = newFrame();
        new RequestHeader(Xid.AUTH, OpCode.AUTH).write(out);
        new AuthPacket(0, each.scheme, each.auth).write(out);
        credentialsInFlight.add(each);
        sendFrame(out, nowNanos);
    }

    private void onReply(ReplyHeader header, JuteReader in, long nowNanos) {
        switch (header.xid()) {
            case Xid.WATCH_EVENT -> onEvent(header, WatcherEvent.read(in));
            case Xid.PING -> onPong(nowNanos);
            case Xid.AUTH -> onAuthReply(header, in, nowNanos);
            default -> onCallReply(header, in, nowNanos);
        }
    }

    private void onEvent(ReplyHeader header, WatcherEvent event) {
        lastZxidSeen = Math.max(lastZxidSeen, header.zxid());
        String path = event.path();
        if (path == null) {
            return;
        }
        List<WatchListener> listeners = watches.fire(EventType.of(event.type()), path);
        if (!listeners.isEmpty()) {
            port.watchFired(event, header.zxid(), listeners);
        }
    }

    private void onPong(long nowNanos) {
        Long sent = pingsInFlight.poll();
        if (sent == null) {
            drop("an answer to a ping that was not sent", nowNanos);
        } else {
            trust(sent, nowNanos);
        }
    }

    private void onAuthReply(ReplyHeader header, JuteReader in, long nowNanos) {
        Credentials answered = credentialsInFlight.poll();
        if (answered == null) {
            drop("an answer to credentials that were not sent", nowNanos);
        } else if (header.err() != ErrorCode.OK.code()) {
            finish(
                    SessionState.AUTH_FAILED,
                    ConnectionState.AUTH_FAILED,
                    server + " refused credentials of scheme " + answered.scheme + " ("
                            + ErrorCode.of(header.err()).text() + ")");
        } else {
            answered.answer(header, in);
        }
    }

    private void onCallReply(ReplyHeader header, JuteReader in, long nowNanos) {
        Call call = inFlight.peek();
        if (call == null || call.xid != header.xid()) {
            drop(
                    "an answer to xid " + header.xid() + " where " + (call == null ? "none" : "xid " + call.xid)
                            + " was expected",
                    nowNanos);
            return;
        }
        inFlight.remove();
        outstandingBytes -= call.bytes();
        port.answered(call, header.err(), nowNanos);
        trust(call.sentNanos, nowNanos);
        if (header.zxid() > 0) {
            lastReplyZxid = Math.max(lastReplyZxid, header.zxid());
            lastZxidSeen = Math.max(lastZxidSeen, header.zxid());
        }
        if (call == closeCall) {
            finish(SessionState.CLOSED, ConnectionState.CLOSED, "session " + Zxid.show(sessionId) + " closed");
            return;
        }
        if (call.watch != null) {
            watches.answered(call.watch, header.err());
        }
        call.handler.onReply(call.removal == null ? header : removed(call.removal, header), in);
    }

    /** Whether there was such a watch is known on this side: the server's may have fired with its event still under way to here. */
    private ReplyHeader removed(WatchRemoval removal, ReplyHeader header) {
        ErrorCode code = watches.remove(removal) ? ErrorCode.OK : ErrorCode.NO_WATCHER;
        return new ReplyHeader(header.xid(), header.zxid(), code.code());
    }

    /** A request that nobody could be sent to for a whole time-out is given up. */
    private void failStaleRequests(long nowNanos) {
        for (Call call = queued.peek(); call != null && call != closeCall; call = queued.peek()) {
            if (!isDue(call.queuedNanos + millis(timeoutMs), nowNanos)) {
                return;
            }
            queued.remove();
            fail(
                    call,
                    ErrorCode.CONNECTION_LOSS,
                    false,
                    "no server could be reached for " + timeoutMs + " ms; last tried " + server + trouble);
        }
    }

    private void fail(Call call, ErrorCode code, boolean sent, String reason) {
        outstandingBytes -= call.bytes();
        if (call.removal != null && code == ErrorCode.CONNECTION_LOSS) {
            // The server forgets its watches with the connection, and this one will not be put back.
            call.handler.onReply(removed(call.removal, new ReplyHeader(call.xid, 0, 0)), new JuteReader(new byte[0]));
        } else {
            port.failed(call, code, sent);
            tellFailure(call.handler, code, sent, reason);
        }
    }

    /** One who cannot be told must not keep the others from being told. */
    private void tellFailure(ReplyHandler handler, ErrorCode code, boolean sent, String reason) {
        try {
            handler.onFailure(code, sent, reason);
        } catch (RuntimeException e) {
            port.warn("a request could not be told that it failed (" + reason + "): " + e);
        }
    }

    // ---- Time

    private void tickConnected(long nowNanos) {
        if (isDue(silentAtNanos(), nowNanos)) {
            drop("nothing heard for " + TimeUnit.NANOSECONDS.toMillis(nowNanos - lastHeardNanos) + " ms", nowNanos);
        } else if (isDue(pingAtNanos(), nowNanos)) {
            JuteWriter out = newFrame();
            new RequestHeader(Xid.PING, OpCode.PING).write(out);
            pingsInFlight.add(nowNanos);
            sendFrame(out, nowNanos);
        }
        if (readOnly && state == SessionState.CONNECTED && isDue(probeAtNanos, nowNanos)) {
            probe(nowNanos);
        }
    }

    private long pingAtNanos() {
        return lastSentNanos + millis(timeoutMs) / SessionLimits.PING_FRACTION;
    }

    private long silentAtNanos() {
        return lastHeardNanos + 2 * millis(timeoutMs) / SessionLimits.READ_FRACTION;
    }

    private long trustEndsNanos() {
        return trustedNanos + millis(timeoutMs);
    }

    private void trust(long sentNanos, long nowNanos) {
        if (readOnly) {
            return;
        }
        activity.answered(sentNanos, nowNanos, millis(timeoutMs));
        if (sentNanos - trustedNanos > 0) {
            trustedNanos = sentNanos;
        }
    }

    /** The clock comes before any news: see the class comment. */
    private void checkTrust(long nowNanos) {
        if (sessionId == 0
                || readOnly
                || state.isLast()
                || told == ConnectionState.LOST
                || !isDue(trustEndsNanos(), nowNanos)) {
            return;
        }
        String reason = "no request of the last " + TimeUnit.NANOSECONDS.toMillis(nowNanos - trustedNanos)
                + " ms was answered, the time-out is " + timeoutMs + " ms: the servers may have ended session "
                + Zxid.show(sessionId);
        if (state == SessionState.CONNECTED) {
            drop(reason, nowNanos);
        }
        if (!state.isLast()) {
            tell(ConnectionState.LOST, reason);
        }
    }

    private static boolean isDue(long atNanos, long nowNanos) {
        return nowNanos - atNanos >= 0;
    }

    private static long millis(int ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }

    // ---- Ends

    /** Gives up the present connection of this side's own accord. */
    private void drop(String reason, long nowNanos) {
        port.disconnect(connection);
        connectionLost(reason, nowNanos);
    }

    private void connectionLost(String reason, long nowNanos) {
        boolean wasConnected = state == SessionState.CONNECTED;
        int waitMs = wasConnected ? backoff.afterLoss() : backoff.afterFailure();
        retryAtNanos = nowNanos + millis(waitMs);
        trouble = ": " + reason;
        become(SessionState.WAITING, server + ": " + reason + "; next attempt in " + waitMs + " ms");
        if (wasConnected) {
            tell(ConnectionState.SUSPENDED, server + ": " + reason);
        }
        if (readOnly) {
            readOnly = false;
            sessionId = 0;
            password = NO_PASSWORD;
            timeoutMs = config.timeoutMs();
        }
        boolean closeSent = closeCall != null && inFlight.contains(closeCall);
        failInFlight(ErrorCode.CONNECTION_LOSS, server + ": " + reason);
        if (closeSent) {
            finish(
                    SessionState.CLOSED,
                    ConnectionState.CLOSED,
                    "closed; the connection broke before the server said so");
        }
    }

    private void failInFlight(ErrorCode code, String reason) {
        pingsInFlight.clear();
        credentialsInFlight.clear();
        List<Call> calls = new ArrayList<>(inFlight);
        inFlight.clear();
        calls.forEach(call -> fail(call, code, true, reason));
    }

    private void finish(SessionState last, ConnectionState tell, String reason) {
        if (state.hasConnection()) {
            port.disconnect(connection);
        }
        become(last, reason);
        tell(tell, reason);
        failInFlight(last == SessionState.AUTH_FAILED ? ErrorCode.AUTH_FAILED : ErrorCode.CONNECTION_LOSS, reason);
        List<Call> calls = new ArrayList<>(queued);
        queued.clear();
        calls.forEach(call -> fail(call, codeAfterTheEnd(), false, reason));
        credentials.forEach(each -> each.fail(codeAfterTheEnd(), reason));
        credentials.clear();
    }

    private ErrorCode codeAfterTheEnd() {
        return state == SessionState.AUTH_FAILED ? ErrorCode.AUTH_FAILED : ErrorCode.SESSION_EXPIRED;
    }

    private void tell(ConnectionState next, String reason) {
        if (!told.mayBecome(next)) {
            throw new IllegalStateException("a user cannot be told " + next + " after " + told + ": " + reason);
        }
        told = next;
        port.stateChanged(next, reason);
    }

    private void become(SessionState next, String reason) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("a session cannot go from " + state + " to " + next + ": " + reason);
        }
        port.info(state + " -> " + next + ": " + reason);
        state = next;
    }

    // ---- Frames

    private static JuteWriter newFrame() {
        return new JuteWriter(64).writeInt(0);
    }

    private void sendFrame(JuteWriter frame, long nowNanos) {
        frame.setInt(0, frame.size() - 4);
        lastSentNanos = nowNanos;
        port.send(connection, frame.array(), frame.size());
    }

    private static final ReplyHandler NO_HANDLER = new ReplyHandler() {
        @Override
        public void onReply(ReplyHeader header, JuteReader body) {}

        @Override
        public void onFailure(ErrorCode code, boolean sent, String reason) {}
    };
}
