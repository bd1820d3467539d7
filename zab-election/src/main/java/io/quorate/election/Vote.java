package io.quorate.election;

import io.quorate.jute.Zxid;

/**
 * Whom a server wants as leader, and why.
 *
 * @param leader id of the proposed leader
 * @param zxid last zxid in the proposed leader's history
 * @param electionEpoch round of the election in which the vote was cast
 * @param peerEpoch epoch of the proposed leader's history ({@code currentEpoch})
 */
public record Vote(long leader, long zxid, long electionEpoch, long peerEpoch) {
    /** All three numbers of the vote that a server without a vote casts: worse than every real one. */
    public static final long NO_CANDIDATE = Long.MIN_VALUE;

    /** Last zxid of a voter whose database cannot be trusted: it takes no part in elections. */
    public static final long UNTRUSTED_ZXID = -1;

    /**
     * The vote order: (peerEpoch, zxid, leader), lexicographic, signed. The round plays no role, and neither does the leader's weight: see
     * {@link QuorumVerifier#weight}.
     */
    public boolean beats(Vote other) {
        if (peerEpoch != other.peerEpoch) {
            return peerEpoch > other.peerEpoch;
        }
        if (zxid != other.zxid) {
            return zxid > other.zxid;
        }
        return leader > other.leader;
    }

    public Vote withElectionEpoch(long newElectionEpoch) {
        return new Vote(leader, zxid, newElectionEpoch, peerEpoch);
    }

    public Vote withPeerEpoch(long newPeerEpoch) {
        return new Vote(leader, zxid, electionEpoch, newPeerEpoch);
    }

    /** Ids and rounds decimal, as in configuration files; epoch and zxid as operators know them, in hex. */
    @Override
    public String toString() {
        if (leader == NO_CANDIDATE) {
            return "(none, round " + electionEpoch + ")";
        }
        String shownZxid = zxid == UNTRUSTED_ZXID ? "-1 (no trusted database)" : Zxid.show(zxid);
        return "(leader " + leader + ", zxid " + shownZxid + ", round " + electionEpoch + ", epoch "
                + Long.toHexString(peerEpoch) + ")";
    }
}
