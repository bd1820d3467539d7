package io.quorate.client.election;

import io.quorate.client.lease.Loss;
import java.util.List;
import java.util.Optional;

/**
 * Told what an election decides, one call after the other. A call that blocks holds up the next one, a revocation too: {@link
 * MasterElection#isMaster()} is right all the same, so ask it before anything that only a master may do.
 */
public interface MasterListener {
    /**
     * This worker is master from now on.
     *
     * @param term larger than that of any master before: a fencing token for whatever the master writes to
     */
    void elected(long term);

    /** It is not any more: whatever only the master may do must have stopped when this returns. Always before anybody else is elected. */
    void revoked(long term, Loss why);

    /** Somebody else, or nobody, is master now, as far as the servers have told. */
    default void masterChanged(Optional<Worker> master) {}

    /** The workers that are there, in the order of their ids. */
    default void serversChanged(List<Worker> servers) {}
}
