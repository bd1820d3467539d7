package io.quorate.client.lease;

/** Why a {@link Hold} is over. */
public enum Loss {
    /** By this process's own clock nobody but the servers can know any more: no quorum has confirmed the hold in time. */
    LEASE_ENDED,
    /** The servers have ended the session. */
    SESSION_ENDED,
    /** The node that stands for the hold was deleted, or belongs to somebody else. */
    NODE_LOST,
    /** Given back on this side, to be competed for again. */
    RESIGNED,
    /** Given back on this side for good. */
    CLOSED
}
