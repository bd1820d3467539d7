package io.quorate.simulation.checkers;

import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.World;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.Map;
import java.util.TreeMap;

/** ZAB §4.1: at most one leader is established in an epoch, and before it is, nobody serves. */
public final class LeaderPerEpoch implements ServerObserver {
    private final World world;
    private final Coverage coverage;
    private final Map<Long, ServerProcess> leaders = new TreeMap<>();

    public LeaderPerEpoch(World world, Coverage coverage) {
        this.world = world;
        this.coverage = coverage;
    }

    @Override
    public void afterStep(ServerProcess process) {
        ReplicaStatus status = process.status();
        requireEstablished(process, status);
        if (status.mode() != ReplicaStatus.Mode.LEADER || !status.zabState().equals("broadcast")) {
            return;
        }
        ServerProcess earlier = leaders.putIfAbsent(status.currentEpoch(), process);
        if (earlier == null) {
            coverage.count(Coverage.Event.ELECTIONS_WON);
        } else if (earlier != process) {
            world.fail(
                    "an epoch has one established leader",
                    "epoch " + status.currentEpoch() + " has server " + earlier.id() + " and server " + process.id()
                            + " (the latter " + (earlier.id() == process.id() ? "in a later life" : "too") + ")");
        }
    }

    private void requireEstablished(ServerProcess process, ReplicaStatus status) {
        boolean follows = status.mode() == ReplicaStatus.Mode.FOLLOWER || status.mode() == ReplicaStatus.Mode.OBSERVER;
        if (follows && status.serving() && !leaders.containsKey(status.currentEpoch())) {
            world.fail(
                    "who follows serves only when its leader is established",
                    "server " + process.id() + " serves in epoch " + status.currentEpoch()
                            + ", which has no established leader");
        }
    }
}
