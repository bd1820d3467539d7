package io.quorate.election;

import org.jspecify.annotations.Nullable;

/**
 * One election message: whom its sender wants, or follows, as leader.
 *
 * @param sender id of the server that the message came from; not part of the message, the connection knows it
 * @param state what the sender is
 * @param leader id of the proposed leader
 * @param zxid last zxid in the proposed leader's history
 * @param electionEpoch the sender's round
 * @param peerEpoch epoch of the proposed leader's history
 * @param version of the message: 2 with a configuration, 1 without, 0 from before there were versions
 * @param config the {@linkplain EnsembleConfig#text() text} of the sender's configuration, unchecked; null if there is none
 */
public record Notification(
        long sender,
        PeerState state,
        long leader,
        long zxid,
        long electionEpoch,
        long peerEpoch,
        int version,
        @Nullable String config) {
    /** The version that this server sends. */
    public static final int CURRENT_VERSION = 2;

    public Vote vote() {
        return new Vote(leader, zxid, electionEpoch, peerEpoch);
    }
}
