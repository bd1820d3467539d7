package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.replica.Replica;
import io.quorate.simulation.World;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.HashMap;
import java.util.Map;

/**
 * ZAB §4, total order and agreement: what two servers have applied up to the same zxid is the same. A zxid is given once, by the one leader of
 * its epoch, so this holds for what was recovered and is not committed, too.
 */
public final class TreeDigests implements ServerObserver {
    private record Seen(long digest, long sid) {}

    private final World world;
    private final Map<Long, Seen> byZxid = new HashMap<>();

    public TreeDigests(World world) {
        this.world = world;
    }

    @Override
    public void afterStep(ServerProcess process) {
        Replica.TreeState state = process.replica().treeState();
        Seen seen = byZxid.get(state.appliedZxid());
        if (seen == null) {
            byZxid.put(state.appliedZxid(), new Seen(state.digest(), process.id()));
        } else if (seen.digest() != state.digest()) {
            world.fail(
                    "trees with the same applied zxid have the same digest",
                    "at " + Zxid.show(state.appliedZxid()) + " server " + seen.sid() + " had "
                            + Long.toUnsignedString(seen.digest()) + " and server " + process.id() + " has "
                            + Long.toUnsignedString(state.digest()));
        }
    }
}
