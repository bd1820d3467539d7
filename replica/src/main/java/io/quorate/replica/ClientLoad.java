package io.quorate.replica;

import io.quorate.protocol.OpCode;
import io.quorate.replica.ClientLimits.RequestAdmission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many requests of clients this server has taken and not answered, and who has to wait for that.
 *
 * <p>Two means keep it bounded. A connection is not read any more while all have too many requests, or it alone has. And where the operator
 * has limited how many requests are worked on at once, the frames above that wait in their connections, which take turns.
 */
final class ClientLoad {
    private static final int OP_OFFSET = 4;
    private static final long NANOS_PER_MS = 1_000_000L;

    private final ClientLimits limits;
    private final Set<ClientConnection> paused = new LinkedHashSet<>();

    /** Connections whose first frame may be taken when there is room; who is next comes first. */
    private final Set<ClientConnection> waiting = new LinkedHashSet<>();

    private final Durations waits = new Durations();

    /** Requests of all connections that were not answered yet. */
    private int outstanding;

    /** Those of them that were not taken yet: their session is not there, or they wait for their turn. */
    private int untaken;

    private long largeBytes;
    private long largeRejected;
    private long waited;
    private long stale;
    private long staleDropped;
    private long refused;

    ClientLoad(ClientLimits limits) {
        this.limits = limits;
    }

    // ---- what comes and goes

    /** Whether a frame is small, or there is room for another large one. */
    boolean takesLarge(int frameBytes) {
        if (!isLarge(frameBytes) || largeBytes + frameBytes <= limits.largeRequestMaxBytes()) {
            return true;
        }
        largeRejected++;
        return false;
    }

    private boolean isLarge(int bytes) {
        return bytes > limits.largeRequestThreshold();
    }

    /** Whether a frame of an open connection is taken at once. */
    boolean takesAtOnce(ClientConnection connection) {
        return connection.earlyFrames() == 0 && !isFull();
    }

    private boolean isFull() {
        return outstanding - untaken >= limits.admission().maxRequests();
    }

    void keep(ClientConnection connection, EarlyFrame frame) {
        connection.keepEarly(frame);
        outstanding++;
        untaken++;
        begin(frame.bytes().length);
        pauseIfOverShare(connection);
    }

    /** From now on the connection's frames are taken in their turn. */
    void queue(ClientConnection connection) {
        waiting.add(connection);
    }

    void countWait() {
        waited++;
    }

    /** The connection whose first frame is taken now; null if there is none, or no room. */
    @Nullable
    ClientConnection next() {
        if (waiting.isEmpty() || isFull()) {
            return null;
        }
        ClientConnection first = waiting.iterator().next();
        waiting.remove(first);
        return first;
    }

    EarlyFrame take(ClientConnection connection) {
        EarlyFrame frame = connection.pollEarly();
        outstanding--;
        untaken--;
        end(frame.bytes().length);
        return frame;
    }

    void begin(ClientConnection connection, PendingRequest request) {
        connection.addPending(request);
        outstanding++;
        begin(request.bytes);
        pauseIfOverShare(connection);
    }

    /** The first request of a connection is answered. */
    void endFirst(ClientConnection connection) {
        end(connection.removeFirstPending().bytes);
        outstanding--;
    }

    /** A connection is gone, with all it waited for. */
    void drop(ClientConnection connection) {
        paused.remove(connection);
        waiting.remove(connection);
        outstanding -= connection.pendingCount();
        untaken -= connection.earlyFrames();
        connection.dropPending(this::end);
    }

    private void begin(int bytes) {
        if (isLarge(bytes)) {
            largeBytes += bytes;
        }
    }

    private void end(int bytes) {
        if (isLarge(bytes)) {
            largeBytes -= bytes;
        }
    }

    // ---- who waited too long

    /**
     * Whether a request is refused because it waited for too long.
     *
     * @param waitedNanos how long it has waited before it is taken
     */
    boolean refuses(int op, long waitedNanos) {
        int limitMs = limits.admission().refusedAfterMs();
        if (limitMs == 0 || waitedNanos <= limitMs * NANOS_PER_MS || !isThrottled(op)) {
            return false;
        }
        refused++;
        return true;
    }

    private static boolean isThrottled(int op) {
        return switch (op) {
            case OpCode.PING, OpCode.CLOSE_SESSION, OpCode.AUTH, OpCode.SASL -> false;
            default -> true;
        };
    }

    /** A frame is taken that had to wait. */
    void countTaken(ClientConnection connection, EarlyFrame frame, long nowNanos) {
        waits.add(nowNanos - frame.arrivedNanos());
        if (isStale(connection, frame, nowNanos)) {
            stale++;
        }
    }

    /** Connections that are to be closed since their first frame waits for longer than their sessions last. */
    List<ClientConnection> stale(long nowNanos) {
        RequestAdmission admission = limits.admission();
        if (waiting.isEmpty() || !admission.dropStale() || !admission.staleByLatency()) {
            return List.of();
        }
        List<ClientConnection> result = new ArrayList<>();
        for (ClientConnection each : waiting) {
            EarlyFrame first = each.firstEarly();
            if (first != null && isStale(each, first, nowNanos)) {
                result.add(each);
            }
        }
        staleDropped += result.size();
        return result;
    }

    /** The end of a session may outlive it. */
    private boolean isStale(ClientConnection connection, EarlyFrame frame, long nowNanos) {
        return limits.admission().staleByLatency()
                && nowNanos - frame.arrivedNanos() > connection.timeoutMs() * NANOS_PER_MS
                && opOf(frame.bytes()) != OpCode.CLOSE_SESSION;
    }

    /** @return 0 if the frame is too short to have one */
    private static int opOf(byte[] frame) {
        if (frame.length < OP_OFFSET + Integer.BYTES) {
            return 0;
        }
        int op = 0;
        for (int i = OP_OFFSET; i < OP_OFFSET + Integer.BYTES; i++) {
            op = (op << Byte.SIZE) | (frame[i] & 0xff);
        }
        return op;
    }

    // ---- who is not read

    private void pauseIfOverShare(ClientConnection connection) {
        if (!connection.isPaused() && (outstanding > limits.outstanding() || isOverShare(connection))) {
            connection.pause(true);
            paused.add(connection);
        }
    }

    private static boolean isOverShare(ClientConnection connection) {
        return connection.pendingCount() > ReplicaLimits.MAX_PENDING_PER_CONNECTION
                || connection.pendingBytes() > ReplicaLimits.MAX_PENDING_BYTES_PER_CONNECTION;
    }

    void resumePaused() {
        if (paused.isEmpty() || outstanding > limits.outstanding() / 2) {
            return;
        }
        for (ClientConnection each : List.copyOf(paused)) {
            if (!isOverShare(each)) {
                paused.remove(each);
                each.pause(false);
            }
        }
    }

    int outstanding() {
        return outstanding;
    }

    ReplicaStatus.Throttling status(ConnectionThrottle connections, Counters counters) {
        return new ReplicaStatus.Throttling(
                counters.rejectedConnections,
                summary(counters.missingTokens),
                connections.dropProbability(),
                largeRejected,
                waited,
                stale,
                staleDropped,
                refused,
                waits.summary());
    }

    private static ReplicaStatus.Summary summary(LongSummaryStatistics of) {
        return of.getCount() == 0
                ? ReplicaStatus.Summary.NONE
                : new ReplicaStatus.Summary(of.getCount(), of.getSum(), of.getMin(), of.getMax(), 0, 0, 0, 0);
    }
}
