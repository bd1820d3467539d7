package io.quorate.client.election;

import io.quorate.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One worker's part in the election of a master, without network and clock.
 *
 * <h2>Flow</h2>
 *
 * The master is whose session owns the ephemeral master's node. A worker reads the node first. If there is none it tries to create it; if it
 * belongs to somebody else it waits for the watch; if it is its own (a create whose answer was lost, or a mastership from before a
 * disconnection) it writes it again, which commits through a quorum and begins a new term with a new number.
 *
 * <pre>
 *                      connected                 nobody                    created
 *   OFFLINE ───────────────────────► INSPECTING ──────────► CLAIMING ───────────────────► LEADING
 *      ^                            ^  │  ^  ^  │               │                          ^   │ │
 *      │ disconnected, session over │  │  │  │  │ it is ours    │ exists           written │   │ │ somebody else's
 *      │ (from everywhere; from     │  │  │  │  └──► RECLAIMING─┼──────────────────────────┘   │ └──► WAITING
 *      │ LEADING only when the      │  │  │  └─────────┴────────┘                              │
 *      │ lease has ended too)       │  │  └──────────────── node deleted, lease ended ─────────┘
 *                                   │  └─ somebody else's ─► WAITING ─── watch fired ──► INSPECTING
 *                                   └── RETRYING ◄─── any other error, for a short while
 *   CLOSED from everywhere
 * </pre>
 *
 * <h2>Never two masters</h2>
 *
 * The servers guarantee one owner of the node at a time; what is left is that a worker must stop before they can have given the node away.
 * So a mastership is a lease, which ends before the session can: counted from the <em>sending</em> of what the servers are known to have heard, as
 * a request that needed a quorum and was answered proves ({@link ElectionLimits} has the arithmetic). A connected master renews it by a
 * transaction that changes nothing, six times in a time-out. Answers to pings do not count: a follower that has lost its leader still gives them. Every method looks at the clock before it
 * looks at its news, so a process that was stopped for long revokes before anything else.
 *
 * <p>Of a disconnected master nothing is taken away until its lease ends: the session may move to another server in time. A new term after a
 * revocation always has a new number, larger than any before it on these servers: the zxid of the write that began it.
 *
 * <p>Not safe for use by several threads. {@code nowNanos} is of one monotonic clock throughout.
 */
final class MasterElectionMachine {
    private static final long NONE = 0;

    private final ElectionPort port;

    private ElectionState state = ElectionState.OFFLINE;

    /** Whether there is a server now; true in every state but OFFLINE, LEADING and CLOSED. */
    private boolean connected;

    private long session;
    private long timeoutNanos;

    /** Grows with each operation, so that the answer to one that was given up is known as such. */
    private long lastOperation;

    /** The operation whose answer the state waits for, or the read that puts a master's own watch back. */
    private long awaited = NONE;

    private long awaitedSentNanos;

    /** A master's renewal on its way. */
    private long confirmation = NONE;

    private long confirmationSentNanos;

    // While LEADING:

    private long term;
    private long leaseUntilNanos;
    private long confirmAtNanos;

    private long retryAtNanos;

    MasterElectionMachine(ElectionPort port) {
        this.port = port;
    }

    // ---- The session

    /** @param newTimeoutNanos the session time-out that the servers granted */
    void onConnected(long newSession, long newTimeoutNanos, long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.CLOSED) {
            return;
        }
        if (state == ElectionState.LEADING && newSession != session) {
            revoke(Revocation.SESSION_ENDED, ElectionState.OFFLINE, "a new session");
        }
        connected = true;
        session = newSession;
        timeoutNanos = newTimeoutNanos;
        if (state == ElectionState.LEADING) {
            confirm(nowNanos);
            read(nowNanos);
        } else {
            leave("connected", nowNanos);
        }
    }

    void onDisconnected(long nowNanos) {
        checkLease(nowNanos);
        connected = false;
        awaited = NONE;
        confirmation = NONE;
        if (state != ElectionState.LEADING && state != ElectionState.OFFLINE && state != ElectionState.CLOSED) {
            become(ElectionState.OFFLINE, "disconnected");
        }
    }

    /** The session is over; {@link #onConnected} may follow with another one. */
    void onSessionEnded(long nowNanos) {
        onDisconnected(nowNanos);
        if (state == ElectionState.LEADING) {
            revoke(Revocation.SESSION_ENDED, ElectionState.OFFLINE, "the session is over");
        }
    }

    /** Somebody else has looked at the clock and found that this term's lease is over, and has acted on it already. */
    void onLapse(long endedTerm, long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.LEADING && term == endedTerm) {
            endLease("the lease has ended", nowNanos);
        }
    }

    void close(long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.LEADING) {
            revoke(Revocation.CLOSED, ElectionState.CLOSED, "closed");
        } else if (state != ElectionState.CLOSED) {
            become(ElectionState.CLOSED, "closed");
        }
    }

    // ---- The master's node

    /** The watch on the node fired. */
    void onNodeChanged(long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.WAITING) {
            leave("the master's node has changed", nowNanos);
        } else if (state == ElectionState.LEADING && connected) {
            read(nowNanos);
        }
    }

    /** @param found the node, or empty if there is none */
    void onRead(long operation, Optional<MasterNode> found, long nowNanos) {
        checkLease(nowNanos);
        if (!isAwaited(operation)) {
            return;
        }
        port.masterIs(found);
        boolean ours = found.isPresent() && found.get().ownerSession() == session;
        if (state == ElectionState.LEADING) {
            readWhileLeading(found, ours, nowNanos);
        } else if (found.isEmpty()) {
            become(ElectionState.CLAIMING, "there is no master");
            port.claim(ask(nowNanos));
        } else if (ours) {
            become(ElectionState.RECLAIMING, "the master's node is ours already");
            port.reclaim(ask(nowNanos), found.get().version());
        } else {
            become(
                    ElectionState.WAITING,
                    "session 0x" + Long.toHexString(found.get().ownerSession()) + " is master");
        }
    }

    private void readWhileLeading(Optional<MasterNode> found, boolean ours, long nowNanos) {
        if (found.isEmpty()) {
            revoke(Revocation.NODE_LOST, ElectionState.INSPECTING, "the master's node was deleted");
            read(nowNanos);
        } else if (!ours) {
            revoke(
                    Revocation.NODE_LOST,
                    ElectionState.WAITING,
                    "the master's node belongs to session 0x"
                            + Long.toHexString(found.get().ownerSession()));
        }
    }

    /** The node was created by {@link ElectionPort#claim} or written by {@link ElectionPort#reclaim}, and this is it now. */
    void onClaimed(long operation, MasterNode node, long nowNanos) {
        checkLease(nowNanos);
        if (!isAwaited(operation)) {
            return;
        }
        if (node.ownerSession() != session) {
            leave("the master's node belongs to session 0x" + Long.toHexString(node.ownerSession()), nowNanos);
            return;
        }
        long until = leaseOf(awaitedSentNanos);
        if (nowNanos - until >= 0) {
            retryLater("the answer proves no lease: too little was heard of the session before it", nowNanos);
            return;
        }
        term = node.mzxid();
        leaseUntilNanos = until;
        confirmAtNanos = awaitedSentNanos + timeoutNanos / ElectionLimits.CONFIRM_DIVISOR;
        become(ElectionState.LEADING, "term 0x" + Long.toHexString(term));
        port.masterIs(Optional.of(node));
        port.elected(term, leaseUntilNanos);
        read(nowNanos);
    }

    void onConfirmed(long operation, long nowNanos) {
        checkLease(nowNanos);
        if (state != ElectionState.LEADING || operation != confirmation) {
            return;
        }
        confirmation = NONE;
        long until = leaseOf(confirmationSentNanos);
        if (until - leaseUntilNanos > 0) {
            leaseUntilNanos = until;
            port.leaseExtended(term, until);
        }
    }

    /** Any of the operations failed. What that means depends on which it was. */
    void onFailed(long operation, ErrorCode code, String message, long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.LEADING && operation == confirmation) {
            confirmation = NONE;
            confirmFailed(code, message, nowNanos);
        } else if (isAwaited(operation)) {
            askFailed(code, message, nowNanos);
        }
    }

    private void confirmFailed(ErrorCode code, String message, long nowNanos) {
        if (code == ErrorCode.NO_NODE) {
            revoke(Revocation.NODE_LOST, ElectionState.INSPECTING, message);
            read(nowNanos);
        } else {
            port.warn("the mastership could not be confirmed: " + message);
        }
    }

    private void askFailed(ErrorCode code, String message, long nowNanos) {
        boolean raced = code == ErrorCode.NODE_EXISTS || code == ErrorCode.BAD_VERSION || code == ErrorCode.NO_NODE;
        if (state == ElectionState.LEADING) {
            port.warn("the master's node could not be read: " + message);
        } else if (raced && (code != ErrorCode.NO_NODE || state == ElectionState.RECLAIMING)) {
            leave(message, nowNanos);
        } else {
            port.warn("next attempt in " + ElectionLimits.RETRY_MS + " ms: " + message);
            retryLater(message, nowNanos);
        }
    }

    private void retryLater(String reason, long nowNanos) {
        retryAtNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(ElectionLimits.RETRY_MS);
        become(ElectionState.RETRYING, reason);
    }

    // ---- Time

    void onTick(long nowNanos) {
        checkLease(nowNanos);
        if (state == ElectionState.LEADING && isConfirmationDue() && nowNanos - confirmAtNanos >= 0) {
            confirm(nowNanos);
        } else if (state == ElectionState.RETRYING && nowNanos - retryAtNanos >= 0) {
            leave("another attempt", nowNanos);
        }
    }

    /** @return nanoseconds until {@link #onTick} has something to do, 0 or more; {@link Long#MAX_VALUE} for never */
    long delayNanos(long nowNanos) {
        return switch (state) {
            case LEADING -> {
                long lease = leaseUntilNanos - nowNanos;
                yield Math.max(0, isConfirmationDue() ? Math.min(lease, confirmAtNanos - nowNanos) : lease);
            }
            case RETRYING -> Math.max(0, retryAtNanos - nowNanos);
            case OFFLINE, INSPECTING, CLAIMING, RECLAIMING, WAITING, CLOSED -> Long.MAX_VALUE;
        };
    }

    private boolean isConfirmationDue() {
        return connected && confirmation == NONE;
    }

    /** The clock comes before any news: see the class comment. */
    private void checkLease(long nowNanos) {
        if (state != ElectionState.LEADING || nowNanos - leaseUntilNanos < 0) {
            return;
        }
        String reason = "no quorum has confirmed the mastership in time; the lease ended "
                + TimeUnit.NANOSECONDS.toMillis(nowNanos - leaseUntilNanos) + " ms ago";
        endLease(reason, nowNanos);
    }

    private void endLease(String reason, long nowNanos) {
        revoke(Revocation.LEASE_ENDED, connected ? ElectionState.INSPECTING : ElectionState.OFFLINE, reason);
        if (connected) {
            read(nowNanos);
        }
    }

    /** Until when a mastership is safe that a quorum confirmed by the answer to a request that was sent then. */
    private long leaseOf(long sentNanos) {
        long heardNanos = port.provenBefore(sentNanos - timeoutNanos / ElectionLimits.REPORT_DIVISOR);
        return heardNanos + timeoutNanos - timeoutNanos / ElectionLimits.MARGIN_DIVISOR;
    }

    // ---- Steps

    /** Back to the beginning: who is master? */
    private void leave(String reason, long nowNanos) {
        if (state != ElectionState.INSPECTING) {
            become(ElectionState.INSPECTING, reason);
        }
        read(nowNanos);
    }

    private void read(long nowNanos) {
        port.read(ask(nowNanos));
    }

    private void confirm(long nowNanos) {
        confirmation = ++lastOperation;
        confirmationSentNanos = nowNanos;
        confirmAtNanos = nowNanos + timeoutNanos / ElectionLimits.CONFIRM_DIVISOR;
        port.confirm(confirmation);
    }

    private long ask(long nowNanos) {
        awaited = ++lastOperation;
        awaitedSentNanos = nowNanos;
        return awaited;
    }

    private boolean isAwaited(long operation) {
        if (operation != awaited || state == ElectionState.CLOSED) {
            return false;
        }
        awaited = NONE;
        return true;
    }

    private void revoke(Revocation why, ElectionState next, String reason) {
        long ended = term;
        term = NONE;
        confirmation = NONE;
        awaited = NONE;
        become(next, reason);
        port.revoked(ended, why);
    }

    private void become(ElectionState next, String reason) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("an election cannot go from " + state + " to " + next + ": " + reason);
        }
        port.info(state + " -> " + next + ": " + reason);
        state = next;
    }
}
