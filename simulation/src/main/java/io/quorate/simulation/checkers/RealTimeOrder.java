package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;

/**
 * Linearizability, as far as zxids tell it: a write stands behind, and a sync shows, all that any client had seen before it was asked for
 * (ZOOKEEPER-1675).
 */
public final class RealTimeOrder implements ReplyObserver {
    private final World world;
    private final boolean localSessions;

    /** @param localSessions whether a session may end without a transaction: the answer to its close then has somebody else's zxid */
    public RealTimeOrder(World world, boolean localSessions) {
        this.world = world;
        this.localSessions = localSessions;
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        if (localSessions && write.kind() == Operation.Kind.CLOSE) {
            return;
        }
        requireBehind(client, write, write.zxid());
    }

    @Override
    public void onRefused(SimulatedClient client, Operation write, long zxid, int err) {
        requireBehind(client, write, zxid);
    }

    private void requireBehind(SimulatedClient client, Operation write, long zxid) {
        if (zxid <= write.floorZxid()) {
            world.fail(
                    "a write stands behind all that was seen before it was asked for",
                    "client " + client.id() + ": " + write + " is at " + Zxid.show(zxid) + ", before it was seen "
                            + Zxid.show(write.floorZxid()));
        }
    }

    @Override
    public void onSynced(SimulatedClient client, Operation sync, long zxid) {
        if (zxid < sync.floorZxid()) {
            world.fail(
                    "a sync shows all that was seen before it was asked for",
                    "client " + client.id() + ": a sync answered at " + Zxid.show(zxid) + ", before it was seen "
                            + Zxid.show(sync.floorZxid()));
        }
    }
}
