package io.quorate.election;

/**
 * A vote as it was received: it depends on the state of the voter with what it agrees.
 *
 * @param version of the message it came in
 */
record Ballot(Vote vote, PeerState state, int version) {
    static Ballot of(Notification notification) {
        return new Ballot(notification.vote(), notification.state(), notification.version());
    }

    /** The version under which settled votes are kept among those of the own round: they match on the leader alone. */
    Ballot withoutVersion() {
        return new Ballot(vote, state, 0);
    }

    /**
     * Votes of servers that still look agree in all four numbers. Settled ones may come from different elections that led to the same
     * reign, where zxid and round differ, so only leader and epoch count; and servers of before there were versions did not update the
     * epoch after synchronization.
     */
    boolean agreesWith(Ballot other) {
        if (state == PeerState.LOOKING || other.state == PeerState.LOOKING) {
            return vote.equals(other.vote);
        }
        if (vote.leader() != other.vote.leader()) {
            return false;
        }
        return version > 0 != other.version > 0 || vote.peerEpoch() == other.vote.peerEpoch();
    }
}
