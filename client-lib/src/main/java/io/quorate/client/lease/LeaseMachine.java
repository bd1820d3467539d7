package io.quorate.client.lease;

import io.quorate.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One contender's part in any contest, an election or a lock, without network and clock.
 *
 * <h2>Flow</h2>
 *
 * A contender looks first. If nobody is in its way it claims: that wins at once where one node decides, and gives it a place in the line where
 * the order of nodes does. If somebody comes first it waits for the watch. If what decides is its own already (a create whose answer was lost,
 * its turn in the line, a mastership from before a disconnection) it begins a term by something that a quorum commits.
 *
 * <pre>
 *                     connected                  free                      won
 *   OFFLINE ───────────────────────► INSPECTING ──────────► CLAIMING ───────────────────► HOLDING
 *      ^                            ^ ^ │  ^ ^ ^                │                          ^   │ │
 *      │ disconnected, session over │ │ │  │ │ │ entered, lost a race                      │   │ │ lost, and Kind says
 *      │ (from everywhere; from     │ │ │  │ │ └────────────────┤                   proven │   │ │ to give it back first
 *      │ HOLDING only when the      │ │ │  │ └──────── ours ─► BEGINNING ──────────────────┘   │ └──► RELEASING ─► INSPECTING,
 *      │ lease has ended too, from  │ │ │  │                                                   │       RETRYING when resigned,
 *      │ RELEASING never)           │ │ │  └─────────── lost, and Kind says to look again ─────┘       CLOSED when closed
 *                                   │ │ └─ somebody else's ─► WAITING ─── watch fired ──► INSPECTING
 *                                   │ └─ HELD_BACK ◄─ free after an unclean loss: until time has passed, or a watch fires
 *                                   └── RETRYING ◄─── any other error, for a short while
 *   RELEASING, and CLOSED after it, from everywhere by close()
 * </pre>
 *
 * <h2>Never two holders</h2>
 *
 * The servers guarantee that what decides belongs to one session at a time; what is left is that a holder must stop before they can have given it
 * away. So a hold is a lease, which ends before the session can: counted from the <em>sending</em> of what the servers are known to have heard,
 * as a request that needed a quorum and was answered proves ({@link LeaseLimits} has the arithmetic). A connected holder renews it by a
 * transaction that changes nothing, six times in a time-out. Answers to pings do not count: a follower that has lost its leader still gives them.
 * Every method looks at the clock before it looks at its news, so a process that was stopped for long loses what it held before anything else.
 *
 * <p>Of a disconnected holder nothing is taken away until its lease ends: the session may move to another server in time. What was lost and may
 * still be there is given back only after the loss was told ({@link LeasePort#release}).
 *
 * <p>Not safe for use by several threads. {@code nowNanos} is of one monotonic clock throughout.
 */
final class LeaseMachine {
    private static final long NONE = 0;

    /** What follows a loss by the clock or by somebody else's hand. */
    enum Kind {
        /** Look again: a term can be begun on the old node, with a larger token. */
        RENEWED,
        /** Give the old node back and stand in line again: its token would not grow. */
        ANEW,
        /** Give it back; that was all. */
        ONCE
    }

    private final Kind kind;
    private final LeasePort port;

    private LeaseState state = LeaseState.OFFLINE;

    /** Whether there is a server now; true in every state but OFFLINE, HOLDING, RELEASING and CLOSED. */
    private boolean connected;

    /** The session whose nodes may be there, or NONE. */
    private long session = NONE;

    private long timeoutNanos;

    /** Grows with each operation, so that the answer to one that was given up is known as such. */
    private long lastOperation;

    /** The operation whose answer the state waits for, or the read that puts a holder's own watch back. */
    private long awaited = NONE;

    private long awaitedSentNanos;

    /** Whether this connection has entered the line, by a create that was sent then. */
    private boolean entered;

    private long enteredSentNanos;

    /** A holder's renewal on its way. */
    private long confirmation = NONE;

    private long confirmationSentNanos;

    /** Present exactly while HOLDING. */
    private @Nullable Title title;

    private long leaseUntilNanos;
    private long confirmAtNanos;

    /** When RETRYING and HELD_BACK end, and RELEASING tries again. */
    private long retryAtNanos;

    /** The unclean loss that was seen last, and when first. */
    private long loss = NONE;

    private long lossSeenNanos;

    private boolean closing;
    private boolean resigned;

    LeaseMachine(Kind kind, LeasePort port) {
        this.kind = kind;
        this.port = port;
    }

    // ---- The session

    /** @param newTimeoutNanos the session time-out that the servers granted */
    void onConnected(long newSession, long newTimeoutNanos, long nowNanos) {
        checkLease(nowNanos);
        if (session != NONE && newSession != session) {
            onSessionEnded(nowNanos);
        }
        if (state == LeaseState.CLOSED) {
            return;
        }
        connected = true;
        session = newSession;
        timeoutNanos = newTimeoutNanos;
        switch (state) {
            case HOLDING -> {
                confirm(nowNanos);
                port.watch(ask(nowNanos));
            }
            case RELEASING -> port.release(ask(nowNanos));
            default -> leave("connected", nowNanos);
        }
    }

    void onDisconnected(long nowNanos) {
        checkLease(nowNanos);
        connected = false;
        awaited = NONE;
        confirmation = NONE;
        entered = false;
        switch (state) {
            case HOLDING, OFFLINE, RELEASING, CLOSED -> {}
            default -> become(LeaseState.OFFLINE, "disconnected");
        }
    }

    /** The session is over, and its nodes with it; {@link #onConnected} may follow with another one. */
    void onSessionEnded(long nowNanos) {
        onDisconnected(nowNanos);
        session = NONE;
        if (state == LeaseState.HOLDING) {
            lose(Loss.SESSION_ENDED, "the session is over", nowNanos);
        } else if (state == LeaseState.RELEASING) {
            afterRelease("the session is over", nowNanos);
        }
    }

    /** Somebody else has looked at the clock and found that this term's lease is over, and has acted on it already. */
    void onLapse(long endedToken, long nowNanos) {
        checkLease(nowNanos);
        if (title != null && title.token() == endedToken) {
            lose(Loss.LEASE_ENDED, "the lease has ended", nowNanos);
        }
    }

    /**
     * Gives back what is held, and competes again behind the others.
     *
     * @param token of the term that is meant, empty for whichever there is
     */
    void resign(Optional<Long> token, long nowNanos) {
        checkLease(nowNanos);
        Title held = title;
        if (held != null && token.orElse(held.token()) == held.token()) {
            resigned = true;
            lose(Loss.RESIGNED, "resigned", nowNanos);
        }
    }

    boolean isReleasing() {
        return state == LeaseState.RELEASING;
    }

    void close(long nowNanos) {
        checkLease(nowNanos);
        if (closing) {
            return;
        }
        closing = true;
        if (state == LeaseState.HOLDING) {
            lose(Loss.CLOSED, "closed", nowNanos);
        } else if (state != LeaseState.CLOSED && state != LeaseState.RELEASING) {
            giveBack("closed", nowNanos);
        }
    }

    // ---- The contest

    /** The watch that was left has fired. */
    void onChanged(long nowNanos) {
        checkLease(nowNanos);
        if (state == LeaseState.WAITING || state == LeaseState.HELD_BACK) {
            leave("a watched node has changed", nowNanos);
        } else if (state == LeaseState.HOLDING && connected) {
            port.watch(ask(nowNanos));
        }
    }

    void onInspected(long operation, Standing standing, long nowNanos) {
        checkLease(nowNanos);
        if (!isAwaited(operation) || state != LeaseState.INSPECTING) {
            return;
        }
        if (standing instanceof Standing.Free) {
            claim("nobody is in the way", nowNanos);
        } else if (standing instanceof Standing.HeldBack back) {
            holdBack(back, nowNanos);
        } else if (standing instanceof Standing.Taken taken) {
            become(LeaseState.WAITING, taken.by());
            port.waiting();
        } else if (standing instanceof Standing.Ours ours) {
            begin(ours.title(), nowNanos);
        }
    }

    private void claim(String reason, long nowNanos) {
        become(LeaseState.CLAIMING, reason);
        port.claim(ask(nowNanos));
    }

    private void holdBack(Standing.HeldBack back, long nowNanos) {
        if (loss != back.loss()) {
            loss = back.loss();
            lossSeenNanos = nowNanos;
        }
        long freeAtNanos = lossSeenNanos + back.delayNanos();
        if (nowNanos - freeAtNanos >= 0) {
            claim(back.why() + ", for long enough", nowNanos);
            return;
        }
        retryAtNanos = freeAtNanos;
        become(LeaseState.HELD_BACK, back.why());
        port.waiting();
    }

    /** The create that entered the line proves a lease itself, while it is fresh. */
    private void begin(Optional<Title> proven, long nowNanos) {
        if (proven.isPresent() && entered) {
            long until = leaseOf(enteredSentNanos);
            if (until - nowNanos > timeoutNanos / 2) {
                hold(proven.get(), enteredSentNanos, until, nowNanos);
                return;
            }
        }
        become(LeaseState.BEGINNING, "it is ours");
        port.begin(ask(nowNanos));
    }

    /** @param won by {@link LeasePort#claim} or {@link LeasePort#begin}; empty when the claim was a place in the line */
    void onClaimed(long operation, Optional<Title> won, long nowNanos) {
        checkLease(nowNanos);
        if (!isAwaited(operation)) {
            return;
        }
        if (won.isEmpty()) {
            entered = true;
            enteredSentNanos = awaitedSentNanos;
            leave("in line", nowNanos);
            return;
        }
        long until = leaseOf(awaitedSentNanos);
        if (nowNanos - until >= 0) {
            retryLater("the answer proves no lease: too little was heard of the session before it", nowNanos);
            return;
        }
        hold(won.get(), awaitedSentNanos, until, nowNanos);
    }

    private void hold(Title won, long sentNanos, long until, long nowNanos) {
        title = won;
        leaseUntilNanos = until;
        confirmAtNanos = sentNanos + timeoutNanos / LeaseLimits.CONFIRM_DIVISOR;
        become(LeaseState.HOLDING, "token 0x" + Long.toHexString(won.token()));
        port.begun(won, until);
        port.watch(ask(nowNanos));
    }

    /** @param ours whether the node that is held is there still and this session's */
    void onWatched(long operation, boolean ours, long nowNanos) {
        checkLease(nowNanos);
        if (isAwaited(operation) && state == LeaseState.HOLDING && !ours) {
            lose(Loss.NODE_LOST, "the node was deleted, or is somebody else's", nowNanos);
        }
    }

    void onConfirmed(long operation, long nowNanos) {
        checkLease(nowNanos);
        Title held = title;
        if (held == null || operation != confirmation) {
            return;
        }
        confirmation = NONE;
        long until = leaseOf(confirmationSentNanos);
        if (until - leaseUntilNanos > 0) {
            leaseUntilNanos = until;
            port.extended(held.token(), until);
        }
    }

    void onReleased(long operation, long nowNanos) {
        checkLease(nowNanos);
        if (isAwaited(operation) && state == LeaseState.RELEASING) {
            afterRelease("given back", nowNanos);
        }
    }

    /** Any of the operations failed. What that means depends on which it was. */
    void onFailed(long operation, ErrorCode code, String message, long nowNanos) {
        checkLease(nowNanos);
        if (state == LeaseState.HOLDING && operation == confirmation) {
            confirmation = NONE;
            confirmFailed(code, message, nowNanos);
        } else if (isAwaited(operation)) {
            askFailed(code, message, nowNanos);
        }
    }

    private void confirmFailed(ErrorCode code, String message, long nowNanos) {
        if (code == ErrorCode.NO_NODE || code == ErrorCode.BAD_VERSION) {
            lose(Loss.NODE_LOST, message, nowNanos);
        } else {
            port.warn("what is held could not be confirmed: " + message);
        }
    }

    private void askFailed(ErrorCode code, String message, long nowNanos) {
        boolean raced = code == ErrorCode.NODE_EXISTS || code == ErrorCode.BAD_VERSION || code == ErrorCode.NO_NODE;
        switch (state) {
            case HOLDING -> port.warn("the node that is held could not be watched: " + message);
            case RELEASING -> {
                port.warn("it could not be given back, next attempt in " + LeaseLimits.RETRY_MS + " ms: " + message);
                retryAtNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(LeaseLimits.RETRY_MS);
            }
            case CLAIMING, BEGINNING -> {
                if (raced) {
                    leave(message, nowNanos);
                } else {
                    retryLater(message, nowNanos);
                }
            }
            default -> retryLater(message, nowNanos);
        }
    }

    private void retryLater(String reason, long nowNanos) {
        port.warn("next attempt in " + LeaseLimits.RETRY_MS + " ms: " + reason);
        pause(reason, nowNanos);
    }

    private void pause(String reason, long nowNanos) {
        retryAtNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(LeaseLimits.RETRY_MS);
        become(LeaseState.RETRYING, reason);
    }

    // ---- Time

    void onTick(long nowNanos) {
        checkLease(nowNanos);
        if (delayNanos(nowNanos) > 0) {
            return;
        }
        switch (state) {
            case HOLDING -> confirm(nowNanos);
            case RETRYING -> leave("another attempt", nowNanos);
            case HELD_BACK -> leave("held back for long enough", nowNanos);
            case RELEASING -> port.release(ask(nowNanos));
            case OFFLINE, INSPECTING, CLAIMING, BEGINNING, WAITING, CLOSED -> {}
        }
    }

    /** @return nanoseconds until {@link #onTick} has something to do, 0 or more; {@link Long#MAX_VALUE} for never */
    long delayNanos(long nowNanos) {
        return switch (state) {
            case HOLDING -> {
                long lease = leaseUntilNanos - nowNanos;
                boolean confirmationDue = connected && confirmation == NONE;
                yield Math.max(0, confirmationDue ? Math.min(lease, confirmAtNanos - nowNanos) : lease);
            }
            case RETRYING, HELD_BACK -> Math.max(0, retryAtNanos - nowNanos);
            case RELEASING -> connected && awaited == NONE ? Math.max(0, retryAtNanos - nowNanos) : Long.MAX_VALUE;
            case OFFLINE, INSPECTING, CLAIMING, BEGINNING, WAITING, CLOSED -> Long.MAX_VALUE;
        };
    }

    /** The clock comes before any news: see the class comment. */
    private void checkLease(long nowNanos) {
        if (state != LeaseState.HOLDING || nowNanos - leaseUntilNanos < 0) {
            return;
        }
        String reason = "no quorum has confirmed it in time; the lease ended "
                + TimeUnit.NANOSECONDS.toMillis(nowNanos - leaseUntilNanos) + " ms ago";
        lose(Loss.LEASE_ENDED, reason, nowNanos);
    }

    /** Until when a hold is safe that a quorum confirmed by the answer to a request that was sent then. */
    private long leaseOf(long sentNanos) {
        long heardNanos = port.provenBefore(sentNanos - timeoutNanos / LeaseLimits.REPORT_DIVISOR);
        return heardNanos + timeoutNanos - timeoutNanos / LeaseLimits.MARGIN_DIVISOR;
    }

    // ---- Steps

    /** Back to the beginning: how do we stand? */
    private void leave(String reason, long nowNanos) {
        if (state != LeaseState.INSPECTING) {
            become(LeaseState.INSPECTING, reason);
        }
        port.inspect(ask(nowNanos));
    }

    private void confirm(long nowNanos) {
        Title held = title;
        if (held == null) {
            throw new IllegalStateException("nothing is held in " + state);
        }
        confirmation = ++lastOperation;
        confirmationSentNanos = nowNanos;
        confirmAtNanos = nowNanos + timeoutNanos / LeaseLimits.CONFIRM_DIVISOR;
        port.confirm(confirmation, held);
    }

    private long ask(long nowNanos) {
        awaited = ++lastOperation;
        awaitedSentNanos = nowNanos;
        return awaited;
    }

    private boolean isAwaited(long operation) {
        if (operation != awaited || state == LeaseState.CLOSED) {
            return false;
        }
        awaited = NONE;
        return true;
    }

    /** From HOLDING. The loss is told before anything is done about the node. */
    private void lose(Loss why, String reason, long nowNanos) {
        Title ended = title;
        if (ended == null) {
            throw new IllegalStateException("nothing is held in " + state);
        }
        title = null;
        confirmation = NONE;
        awaited = NONE;
        entered = false;
        port.ended(ended.token(), why);
        boolean ours = why == Loss.RESIGNED || why == Loss.CLOSED;
        if (ours || kind != Kind.RENEWED) {
            giveBack(reason, nowNanos);
        } else if (connected) {
            leave(reason, nowNanos);
        } else {
            become(LeaseState.OFFLINE, reason);
        }
    }

    private void giveBack(String reason, long nowNanos) {
        if (session == NONE) {
            afterRelease(reason, nowNanos);
            return;
        }
        become(LeaseState.RELEASING, reason);
        if (connected) {
            port.release(ask(nowNanos));
        }
    }

    private void afterRelease(String reason, long nowNanos) {
        awaited = NONE;
        port.released();
        boolean pauses = resigned;
        resigned = false;
        if (closing || kind == Kind.ONCE) {
            become(LeaseState.CLOSED, reason);
            port.closed();
        } else if (!connected) {
            if (state != LeaseState.OFFLINE) {
                become(LeaseState.OFFLINE, reason);
            }
        } else if (pauses) {
            pause(reason, nowNanos);
        } else {
            leave(reason, nowNanos);
        }
    }

    private void become(LeaseState next, String reason) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("a lease cannot go from " + state + " to " + next + ": " + reason);
        }
        port.info(state + " -> " + next + ": " + reason);
        state = next;
    }
}
