package io.quorate.replica;

/**
 * Makes ids of sessions, unique in the ensemble as long as server ids are and the clock goes on.
 *
 * <pre>
 *   bits 63–56  server id
 *        55–16  low 40 bits of the wall clock in ms when this object was made
 *        15–0   0; each next session adds 1 to the whole
 * </pre>
 */
final class SessionIds {
    private long next;

    SessionIds(long serverId, long wallMs) {
        next = (serverId << 56) | ((wallMs & 0xff_ffff_ffffL) << 16);
    }

    /** Whether that server made the id. */
    static boolean isOf(long sessionId, long serverId) {
        return sessionId >>> 56 == (serverId & 0xff);
    }

    long next() {
        if (next == Long.MIN_VALUE) {
            next++; // That value marks container nodes.
        }
        return next++;
    }
}
