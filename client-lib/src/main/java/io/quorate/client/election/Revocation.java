package io.quorate.client.election;

/** Why a worker is not master any more. */
public enum Revocation {
    /** By this process's own clock nobody but the servers can know any more: no quorum has confirmed the mastership in time. */
    LEASE_ENDED,
    /** The servers have ended the session. */
    SESSION_ENDED,
    /** The master's node was deleted, or belongs to somebody else. */
    NODE_LOST,
    /** The election was closed on this side. */
    CLOSED
}
