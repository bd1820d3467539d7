package io.quorate.client.lease;

/**
 * What a hold is bounded by, a mastership as well as a lock. Fractions are of the session time-out T that the servers granted.
 *
 * <p>A holder's lease must end before the servers can have ended its session. What proves that they still hold it is an answer that needed a
 * quorum: when a request was sent at s and a quorum committed it, the leader knew the session at s or later. It does not follow that it counts T
 * from s. Followers answer pings themselves, and report the sessions that they have heard of with each ping of the leader, every half tick:
 *
 * <pre>
 *       a            s - T/4             s
 *   ────┼───────────────┼────────────────┼─────────►
 *    sent, and          a report must    sent, and a quorum
 *    answered in time   have come later  answered
 * </pre>
 *
 * At s the link between follower and leader was up, so the last report came later than half a tick before s. Servers grant at least two ticks, so
 * half a tick is T/4 at most. What the server had heard by then, it reported: the latest request a that had been answered by then, or the
 * handshake, of which the leader itself is asked. The leader ends the session at a + T at the earliest; the lease ends T/12 before that, for
 * clocks that run differently and for a callback's way to its thread. With a confirmation every T/6 that is about 7T/12 after s.
 *
 * <p>Servers that are set to grant less than two ticks ({@code minSessionTimeout}) take that guarantee away from sessions that ask for so little.
 */
public final class LeaseLimits {
    /** A holder confirms what it holds this many times in a time-out. */
    public static final int CONFIRM_DIVISOR = 6;

    /** Half a tick is at most the time-out divided by this. */
    public static final int REPORT_DIVISOR = 4;

    /** The lease ends the time-out divided by this before the session could. */
    public static final int MARGIN_DIVISOR = 12;

    /** After an error that is not a lost connection the next attempt waits this long, in ms. */
    public static final int RETRY_MS = 500;

    /** How long closing, and giving back what was lost, waits until the loss has been told, in ms. */
    public static final int MAX_CLOSE_MS = 5_000;

    static {
        // In steady state, after two confirmations that were not answered the lease must still hold for the third.
        double steadyLease = 1 - 1.0 / MARGIN_DIVISOR - 2.0 / CONFIRM_DIVISOR;
        if (steadyLease <= 2.0 / CONFIRM_DIVISOR || 1.0 / REPORT_DIVISOR > 2.0 / CONFIRM_DIVISOR) {
            throw new AssertionError("the limits of a lease contradict each other");
        }
    }

    private LeaseLimits() {}
}
