package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.replica.Replica;
import io.quorate.simulation.World;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server has applied only grows while it serves clients, and committed lies between applied and logged. Where it does not serve, a
 * TRUNC or a SNAP may take it back.
 */
public final class AppliedZxids implements ServerObserver {
    private record Last(ServerProcess process, long applied, boolean serving) {}

    private final World world;
    private final Map<Long, Last> lasts = new TreeMap<>();

    public AppliedZxids(World world) {
        this.world = world;
    }

    @Override
    public void afterStep(ServerProcess process) {
        Replica.TreeState state = process.replica().treeState();
        boolean serving = process.status().serving();
        Last last = lasts.get(process.id());
        if (last != null
                && last.process() == process
                && last.serving()
                && serving
                && state.appliedZxid() < last.applied()) {
            world.fail(
                    "a server that serves does not go back",
                    "server " + process.id() + " went from " + Zxid.show(last.applied()) + " to "
                            + Zxid.show(state.appliedZxid()));
        }
        if (serving && state.appliedZxid() > state.committedZxid()) {
            world.fail(
                    "a server that serves has applied only what is committed",
                    "server " + process.id() + " has applied " + Zxid.show(state.appliedZxid()) + ", committed is "
                            + Zxid.show(state.committedZxid()));
        }
        if (state.committedZxid() > state.lastZxid()) {
            world.fail(
                    "committed is a part of the history",
                    "server " + process.id() + " has committed " + Zxid.show(state.committedZxid())
                            + ", its history ends at " + Zxid.show(state.lastZxid()));
        }
        lasts.put(process.id(), new Last(process, state.appliedZxid(), serving));
    }
}
