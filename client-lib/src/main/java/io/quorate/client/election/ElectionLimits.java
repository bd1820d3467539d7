package io.quorate.client.election;

/**
 * What a mastership is bounded by. Fractions are of the session time-out T that the servers granted.
 *
 * <p>A master's lease must end before the servers can have ended its session. What proves that they still hold it is an answer that needed a
 * quorum: when a request was sent at s and a quorum committed it, the leader knew the session at s or later. It does not follow that the leader
 * counts T from s, for followers answer pings themselves and report them to the leader only with its next ping: what the leader counts from
 * may be earlier than s by
 *
 * <pre>
 *   T/6    between two signs of life of the client (it confirms that often), and
 *   T/4    half a tick between two pings of the leader; servers grant at least two ticks, so half a tick is at most T/4
 *   ────
 *   5T/12  which leaves 7T/12; another T/12 is kept for clocks that run differently and for a callback's way to its thread:
 *   T/2    is the lease.
 * </pre>
 */
public final class ElectionLimits {
    /** The lease is the time-out divided by this, from the sending of the last request that a quorum answered. */
    public static final int LEASE_DIVISOR = 2;

    /** A master confirms its mastership this many times in a time-out. */
    public static final int CONFIRM_DIVISOR = 6;

    /** After an error that is not a lost connection the next attempt waits this long, in ms. */
    public static final int RETRY_MS = 500;

    /** How long closing waits until the listener has been told, in ms. */
    public static final int MAX_CLOSE_MS = 5_000;

    static {
        double afterWorstReport = 1 - 1.0 / CONFIRM_DIVISOR - 1.0 / 4;
        if (1.0 / LEASE_DIVISOR >= afterWorstReport || 2.0 / CONFIRM_DIVISOR >= 1.0 / LEASE_DIVISOR) {
            throw new AssertionError("the limits of an election contradict each other");
        }
    }

    private ElectionLimits() {}
}
