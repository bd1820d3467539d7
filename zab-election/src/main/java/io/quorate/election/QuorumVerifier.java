package io.quorate.election;

import java.util.Set;

/**
 * Which sets of servers are enough to decide. Any two quorums of one verifier share a voter; a server that is not a voter never makes a
 * difference. Immutable.
 */
public interface QuorumVerifier {
    /** Whether the voters among {@code sids} are a quorum. */
    boolean containsQuorum(Set<Long> sids);

    /**
     * The same for the first {@code count} entries of an array, without garbage: for those who count acknowledgements by the million.
     *
     * @param sids each id at most once
     */
    boolean isQuorum(long[] sids, int count);

    /** Weight of a server's voice: 0 for one that is not a voter. A voter of weight 0 never becomes leader. */
    long weight(long sid);

    /** The ids of all voters, those of weight 0 included, ascending. */
    Set<Long> voters();
}
