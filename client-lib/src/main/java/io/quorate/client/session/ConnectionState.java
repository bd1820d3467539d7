package io.quorate.client.session;

/**
 * What a user can know of a session.
 *
 * <pre>
 *               ┌────────────────────────────────┐
 *               v                                │
 *  CONNECTING ──► CONNECTED ──► SUSPENDED ──► LOST ──► EXPIRED
 *                    ^              │ │                   ^
 *                    └──────────────┘ └───────────────────┘        AUTH_FAILED and CLOSED from anywhere
 * </pre>
 *
 * {@code CONNECTED_READ_ONLY} stands beside CONNECTED, only for clients that asked for it and have not been CONNECTED yet.
 *
 * {@code SUSPENDED} says that no server is there; the session and its ephemeral nodes very likely are. {@code LOST} says that by this
 * process's own clock the session time-out has passed since the last request that a server answered was sent, so that the servers may have
 * removed the session and its ephemeral nodes already: nothing that rests on them may go on. It is told at that moment, not when a server
 * answers again; then either {@code CONNECTED} (the servers had kept it, after an election of theirs for example) or {@code EXPIRED}
 * follows.
 *
 * <p>This is for people and for tidying up. For doing something that only one may do, it comes too late by what followers may report late to
 * their leader: {@code election.MasterElection} counts with that.
 */
public enum ConnectionState {
    /** No server has answered yet. */
    CONNECTING(false),
    CONNECTED(false),
    /**
     * A server without a quorum serves reads as of its last state, which may be old, and refuses writes. The session is none that the ensemble knows:
     * when a server with a quorum is found, SUSPENDED and CONNECTED follow, with another session id.
     */
    CONNECTED_READ_ONLY(false),
    SUSPENDED(false),
    LOST(false),
    /** A server has said that the session is gone: a new client is needed. */
    EXPIRED(true),
    /** A server refused the credentials: a new client is needed. */
    AUTH_FAILED(true),
    /** Closed by this side. */
    CLOSED(true);

    private final boolean last;

    ConnectionState(boolean last) {
        this.last = last;
    }

    /** Whether no other state follows, {@link #CLOSED} excepted. */
    public boolean isLast() {
        return last;
    }

    boolean mayBecome(ConnectionState next) {
        return switch (next) {
            case CONNECTING -> false;
            case CONNECTED -> this == CONNECTING || this == SUSPENDED || this == LOST;
            case CONNECTED_READ_ONLY -> this == CONNECTING || this == SUSPENDED;
            case SUSPENDED -> this == CONNECTED || this == CONNECTED_READ_ONLY;
            case LOST -> this == SUSPENDED;
            case EXPIRED -> this == SUSPENDED || this == LOST;
            case AUTH_FAILED -> !last;
            case CLOSED -> this != CLOSED;
        };
    }
}
