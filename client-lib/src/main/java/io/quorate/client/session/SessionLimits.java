package io.quorate.client.session;

import io.quorate.jute.JuteLimits;

/** Every number that a session is bounded by. Fractions are of the session time-out, the negotiated one as soon as there is one. */
public final class SessionLimits {
    /** A ping is sent when nothing else was for a third of the time-out. */
    public static final int PING_FRACTION = 3;

    /** A connection is given up when it was silent for two of this many parts of the time-out. */
    public static final int READ_FRACTION = 3;

    /** An attempt to connect takes the time-out divided by the number of servers, at least this long, in ms. */
    public static final int MIN_CONNECT_TIMEOUT_MS = 250;

    /** The first attempt after a connection broke waits for a random time below this, so that a thousand sessions do not move as one; in ms. */
    public static final int FIRST_RETRY_MS = 50;

    /** After a whole round of servers failed: this long in the first round, then doubled, in ms. */
    public static final int MIN_BACKOFF_MS = 100;

    /** The longest wait between two rounds, in ms. */
    public static final int MAX_BACKOFF_MS = 1_000;

    /** From a read-only server it is looked for one with a quorum: this long after the connection, then after twice as long; in ms. */
    public static final int MIN_PROBE_MS = 100;

    /** The longest wait between two such looks, in ms. */
    public static final int MAX_PROBE_MS = 10_000;

    /** Path text in one setWatches request, in bytes: together with its lengths it stays far below the servers' frame limit. */
    public static final int SET_WATCHES_BATCH_BYTES = 128 * 1024;

    /** Requests that are accepted and not answered yet. */
    public static final int DEFAULT_MAX_OUTSTANDING = 20_000;

    /** Bytes of requests that are accepted and not answered yet. */
    public static final int MAX_OUTSTANDING_BYTES = 64 * 1024 * 1024;

    /** Largest request, in bytes, that servers with their default {@code jute.maxbuffer} take. */
    public static final int DEFAULT_MAX_REQUEST_BYTES = JuteLimits.DEFAULT_MAX_BUFFER;

    /** Largest frame that is taken from a server, in bytes: a list of children may be larger than any request. */
    public static final int DEFAULT_MAX_REPLY_BYTES = 8 * 1024 * 1024;

    /** How long closing may wait for the servers, in ms. */
    public static final int MAX_CLOSE_MS = 5_000;

    static {
        // A ping must be answered before the connection is given up for silence, and that before the session can be
        // lost.
        require(1.0 / PING_FRACTION < 2.0 / READ_FRACTION && 2.0 / READ_FRACTION < 1);
        require(MIN_BACKOFF_MS <= MAX_BACKOFF_MS);
        require(SET_WATCHES_BATCH_BYTES < DEFAULT_MAX_REQUEST_BYTES);
    }

    private SessionLimits() {}

    private static void require(boolean relation) {
        if (!relation) {
            throw new AssertionError("the limits of a session contradict each other");
        }
    }
}
