package io.quorate.replica;

import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection at the quorum port. A learner may come a moment before this server knows itself that it leads: then the connection waits,
 * with the little that the learner says before it is answered, until the election is over here too.
 */
final class AcceptedPeer implements PeerListener {
    private final Replica replica;
    private final List<QuorumPacket> kept = new ArrayList<>(1);
    private @Nullable PeerListener handler;
    private @Nullable PeerChannel channel;

    AcceptedPeer(Replica replica) {
        this.replica = replica;
    }

    /** The leader's side of the connection is there. */
    void adopt(PeerListener newHandler, long nowNanos) {
        handler = newHandler;
        if (channel != null) {
            newHandler.onOpen(channel, nowNanos);
        }
        for (QuorumPacket each : kept) {
            newHandler.onPacket(each, nowNanos);
        }
        kept.clear();
    }

    void refuse(String reason) {
        if (channel != null) {
            channel.close(reason);
        }
    }

    @Override
    public void onOpen(PeerChannel newChannel, long nowNanos) {
        channel = newChannel;
        replica.onPeerOpen(this, nowNanos);
    }

    @Override
    public void onPacket(QuorumPacket packet, long nowNanos) {
        if (handler != null) {
            handler.onPacket(packet, nowNanos);
        } else if (kept.size() < ReplicaLimits.MAX_PARKED_PACKETS) {
            kept.add(packet);
        } else {
            refuse("says more than a learner does before it is answered");
        }
    }

    @Override
    public void onWritable(long nowNanos) {
        if (handler != null) {
            handler.onWritable(nowNanos);
        }
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        channel = null;
        replica.onParkedPeerClosed(this);
        if (handler != null) {
            handler.onClosed(reason, nowNanos);
        }
    }
}
