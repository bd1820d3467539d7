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

    public RealTimeOrder(World world) {
        this.world = world;
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
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
