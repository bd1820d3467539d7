package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.World;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.HashSet;
import java.util.Set;

/**
 * Global primary order, ZAB §4: who is established as leader has all that was committed under the leaders before it. What a server that serves
 * has applied is committed; but for one without a leader, which has no say in that.
 */
public final class LeaderCompleteness implements ServerObserver {
    private final World world;
    private final Set<ServerProcess> established = new HashSet<>();
    private long establishedEpoch;

    /** Highest zxid that any server has served from. */
    private long committed;

    public LeaderCompleteness(World world) {
        this.world = world;
    }

    @Override
    public void afterStep(ServerProcess process) {
        ReplicaStatus status = process.status();
        if (!status.serving() || status.mode() == ReplicaStatus.Mode.READ_ONLY) {
            return;
        }
        long applied = process.replica().treeState().appliedZxid();
        boolean leads =
                status.mode() == ReplicaStatus.Mode.LEADER && status.zabState().equals("broadcast");
        if (leads && status.currentEpoch() > establishedEpoch) {
            establishedEpoch = status.currentEpoch();
            established.clear();
            if (established.add(process) && process.replica().treeState().lastZxid() < committed) {
                world.fail(
                        "a new leader has all that was committed before",
                        "server " + process.id() + " leads epoch " + status.currentEpoch() + " and has all up to "
                                + Zxid.show(process.replica().treeState().lastZxid()) + ", committed was "
                                + Zxid.show(committed));
            }
        }
        committed = Math.max(committed, applied);
    }
}
