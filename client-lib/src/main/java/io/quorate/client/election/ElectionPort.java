package io.quorate.client.election;

import java.util.Optional;

/**
 * What a {@link MasterElectionMachine} asks of the world. An operation is answered, with its number, by the method of the machine that is named
 * after it. Nothing here calls back before it returned.
 */
interface ElectionPort {
    /** Reads the master's node and leaves a watch on it. */
    void read(long operation);

    /** Creates the master's node as an ephemeral one of this session. */
    void claim(long operation);

    /** Writes the data of this session's own node again, if it still has this version: a new term on the old node. */
    void reclaim(long operation, int version);

    /** Commits a transaction that changes nothing and fails unless the master's node exists: the answer proves that a quorum knows this session. */
    void confirm(long operation);

    /** When the latest request of this session was sent that its server is known to have heard by {@code cutoffNanos}, or its handshake. */
    long provenBefore(long cutoffNanos);

    void elected(long term, long leaseUntilNanos);

    void leaseExtended(long term, long leaseUntilNanos);

    void revoked(long term, Revocation why);

    /** Who is master, as far as the servers have told. */
    void masterIs(Optional<MasterNode> master);

    void info(String message);

    void warn(String message);
}
