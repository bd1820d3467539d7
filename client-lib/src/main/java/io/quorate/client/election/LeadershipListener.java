package io.quorate.client.election;

import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import java.util.Optional;

/**
 * Told what an election decides, one call after the other. A call that blocks holds up the next one, a revocation too: {@link Hold#isHeld()} is
 * right all the same, so ask it before anything that only a leader may do.
 */
public interface LeadershipListener {
    /** This candidate leads from now on. */
    void elected(Hold term);

    /** It does not any more: whatever only the leader may do must have stopped when this returns. Always before anybody else is elected. */
    void revoked(Hold term, Loss why);

    /**
     * Somebody else, or nobody, leads now, as far as the servers have told. A candidate {@linkplain ElectionWay#SEQUENCE by sequence} is told only of
     * itself, since it watches nobody but the one before it: {@link LeaderObserver} watches the leader.
     */
    default void leaderChanged(Optional<Worker> leader) {}
}
