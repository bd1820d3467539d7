package io.quorate.replica;

import io.quorate.jute.Id;
import io.quorate.replica.port.ClientChannel;
import io.quorate.tree.WatchEvent;
import io.quorate.tree.Watcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: its place in the handshake, the requests that were not answered yet in their order, and who it has proved to be.
 *
 * <pre>
 *   AWAITING_CONNECT ──ConnectRequest──► AWAITING_SESSION ──session created or found alive──► OPEN      any ──► CLOSED
 * </pre>
 *
 * <p>What it does with requests is in {@link ClientService}; here is its state.
 */
public final class ClientConnection implements Watcher {
    enum State {
        AWAITING_CONNECT,
        AWAITING_SESSION,
        OPEN,
        CLOSED
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.AWAITING_CONNECT, EnumSet.of(State.AWAITING_SESSION, State.CLOSED),
            State.AWAITING_SESSION, EnumSet.of(State.OPEN, State.CLOSED),
            State.OPEN, EnumSet.of(State.CLOSED),
            State.CLOSED, EnumSet.noneOf(State.class)));

    private final ClientService service;
    private final ClientChannel channel;
    private final List<Id> identities = new ArrayList<>(2);
    private final RequestStats stats = new RequestStats();
    private final ArrayDeque<PendingRequest> pending = new ArrayDeque<>();
    private final SaslLogin sasl;

    private State state = State.AWAITING_CONNECT;
    private long sessionId;
    private int timeoutMs;

    /** Whether the client understands, and so gets, the read-only byte of a ConnectResponse. */
    private boolean knowsReadOnly;

    /** Frames that came before the session was there, or before there was room for them. */
    private @Nullable ArrayDeque<EarlyFrame> early;

    private long pendingBytes;
    private boolean paused;
    private boolean touched;
    private boolean closing;
    private int lastOp;
    private int lastCxid;
    private long lastZxid;
    private long establishedMs;
    private long lastResponseMs;

    ClientConnection(ClientService service, ClientChannel channel, SaslLogin sasl) {
        this.service = service;
        this.channel = channel;
        this.sasl = sasl;
        identities.add(new Id("ip", channel.remoteAddress()));
        channel.provenIdentities().forEach(this::addIdentity);
    }

    /**
     * A frame has come.
     *
     * @param frame the payload without its length; belongs to the replica from now on
     */
    public void onFrame(byte[] frame, long nowNanos, long wallMs) {
        if (state == State.AWAITING_CONNECT) {
            establishedMs = wallMs;
        }
        service.onFrame(this, frame, nowNanos);
    }

    /** The connection is gone, whoever closed it. */
    public void onClosed(long nowNanos) {
        service.onClosed(this);
    }

    @Override
    public void onEvent(WatchEvent event) {
        if (state == State.OPEN) {
            byte[] payload = event.payload();
            service.counters().eventBytes += payload.length;
            send(payload, 0, payload.length);
        }
    }

    @Override
    public Collection<Id> identities() {
        return identities;
    }

    @Override
    public long sessionId() {
        return sessionId;
    }

    List<Id> identityList() {
        return List.copyOf(identities);
    }

    void addIdentity(Id id) {
        if (!identities.contains(id)) {
            identities.add(id);
        }
    }

    SaslLogin sasl() {
        return sasl;
    }

    void send(byte[] bytes, int offset, int length) {
        stats.onSent();
        service.counters().onResponse(length);
        channel.send(bytes, offset, length);
    }

    void become(State next) {
        if (!NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("connection " + this + " cannot go from " + state + " to " + next);
        }
        state = next;
    }

    State state() {
        return state;
    }

    ClientChannel channel() {
        return channel;
    }

    void setSession(long id, int newTimeoutMs, boolean readOnlyByte) {
        sessionId = id;
        timeoutMs = newTimeoutMs;
        knowsReadOnly = readOnlyByte;
    }

    int timeoutMs() {
        return timeoutMs;
    }

    boolean knowsReadOnly() {
        return knowsReadOnly;
    }

    RequestStats stats() {
        return stats;
    }

    void keepEarly(EarlyFrame frame) {
        if (early == null) {
            early = new ArrayDeque<>();
        }
        early.add(frame);
        pendingBytes += frame.bytes().length;
    }

    int earlyFrames() {
        return early == null ? 0 : early.size();
    }

    /** The oldest of them; null if there is none. */
    @Nullable
    EarlyFrame firstEarly() {
        return early == null ? null : early.peek();
    }

    /** Takes the oldest of them; there must be one. */
    EarlyFrame pollEarly() {
        if (early == null) {
            throw new IllegalStateException("connection " + this + " has no frames that wait");
        }
        EarlyFrame frame = early.remove();
        pendingBytes -= frame.bytes().length;
        return frame;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    int pendingCount() {
        return pending.size() + earlyFrames();
    }

    long pendingBytes() {
        return pendingBytes;
    }

    void addPending(PendingRequest request) {
        pending.add(request);
        pendingBytes += request.bytes;
    }

    @Nullable
    PendingRequest firstPending() {
        return pending.peek();
    }

    PendingRequest removeFirstPending() {
        PendingRequest first = pending.remove();
        pendingBytes -= first.bytes;
        return first;
    }

    /** The oldest request of a kind that was not answered yet, or null. */
    @Nullable
    PendingRequest firstUnanswered(PendingRequest.Kind kind) {
        for (PendingRequest each : pending) {
            if (each.kind == kind && each.reply == null) {
                return each;
            }
        }
        return null;
    }

    /** The oldest request that waits to go upstream, or null. */
    @Nullable
    PendingRequest firstHeld() {
        for (PendingRequest each : pending) {
            if (each.held) {
                return each;
            }
        }
        return null;
    }

    /** Forgets all that was not answered; hands on how many bytes each had. */
    void dropPending(IntConsumer dropped) {
        for (PendingRequest each : pending) {
            dropped.accept(each.bytes);
        }
        if (early != null) {
            for (EarlyFrame each : early) {
                dropped.accept(each.bytes().length);
            }
        }
        pending.clear();
        early = null;
        pendingBytes = 0;
    }

    boolean isPaused() {
        return paused;
    }

    void pause(boolean pause) {
        paused = pause;
        channel.pauseReading(pause);
    }

    /** @return whether this is the first time since {@link #forgetTouch} */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void forgetTouch() {
        touched = false;
    }

    /** The client has asked for the end of its session; nothing that follows is heard. */
    boolean isClosing() {
        return closing;
    }

    void setClosing() {
        closing = true;
    }

    void noteRequest(int op, int cxid) {
        lastOp = op;
        lastCxid = cxid;
        stats.onReceived();
    }

    void noteReply(long zxid, long nanos, long wallMs) {
        lastZxid = zxid;
        lastResponseMs = wallMs;
        stats.onAnswered(nanos);
    }

    ReplicaStatus.ConnectionStatus status() {
        return new ReplicaStatus.ConnectionStatus(
                channel.remoteName(),
                sessionId,
                timeoutMs,
                pendingCount(),
                stats.received(),
                stats.sent(),
                lastOp,
                lastCxid,
                lastZxid,
                stats.minMs(),
                stats.avgMs(),
                stats.maxMs(),
                stats.lastMs(),
                establishedMs,
                lastResponseMs);
    }

    @Override
    public String toString() {
        return channel.remoteName() + (sessionId == 0 ? "" : " session 0x" + Long.toHexString(sessionId));
    }
}
