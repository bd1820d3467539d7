package io.quorate.simulation;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who is in the ensemble. An operator changes it as one does without reconfiguration: by one voter at a time, with a new file for each server and
 * a restart, in any order and at any pace, while everything else goes wrong. Quorums of the old and the new file have a server in common. The
 * next change waits until a leader of the new file is established: only then is all that quorums of the old one decided in a quorum of the new one.
 *
 * <pre>
 *   SETTLED ──change──► ROLLING ──every process began with the new file──► ROLLED ──a leader is established──► SETTLED
 * </pre>
 */
final class Membership {
    /** How far a change is. */
    private enum State {
        SETTLED,
        ROLLING,
        ROLLED
    }

    private static final long MS = 1_000_000L;

    private final World world;
    private final Plan plan;
    private final Coverage coverage;
    private final List<SimulatedServer> servers;
    private final SortedSet<Long> voters;
    private State state = State.SETTLED;
    private boolean hurry;

    /** What the last change is. */
    private Coverage.Event change = Coverage.Event.ENSEMBLE_GREW;

    /** @param servers all that there are, members or not */
    Membership(World world, Plan plan, Coverage coverage, List<SimulatedServer> servers) {
        this.world = world;
        this.plan = plan;
        this.coverage = coverage;
        this.servers = servers;
        this.voters = new TreeSet<>(plan.firstVoters());
    }

    /** Whether no change is under way. */
    boolean isSettled() {
        return state == State.SETTLED;
    }

    int voters() {
        return voters.size();
    }

    /** Another voter, or one less, if that is safe now: all have what they had, and the change before is over. */
    void change(Dice dice) {
        if (!isSettled() || !servers.stream().allMatch(SimulatedServer::isWholeVoter)) {
            return;
        }
        boolean grows =
                voters.size() == plan.members().voters() || (voters.size() < plan.mostVoters() && dice.chance(0.5));
        if (grows) {
            List<Long> spares = servers.stream()
                    .filter(each -> !each.isMember())
                    .map(SimulatedServer::sid)
                    .toList();
            voters.add(dice.pick(spares));
        } else {
            voters.remove(dice.pick(List.copyOf(voters)));
        }
        change = grows ? Coverage.Event.ENSEMBLE_GREW : Coverage.Event.ENSEMBLE_SHRANK;
        world.trace("operator", "the voters are to be " + voters);
        roll(dice);
    }

    private void roll(Dice dice) {
        become(State.ROLLING);
        EnsembleConfig file = plan.ensemble(voters);
        for (SimulatedServer each : servers) {
            boolean stays = voters.contains(each.sid()) || plan.isObserver(each.sid());
            if (stays) {
                each.mustRestart();
                later(dice, () -> restart(each, file, dice));
            } else if (each.isMember()) {
                each.mustRestart();
                later(dice, each::retire);
            }
        }
        untilRolled();
    }

    private void restart(SimulatedServer server, EnsembleConfig file, Dice dice) {
        boolean inOrder = dice.chance(0.5);
        server.takeConfig(file, inOrder);
        startLater(server, hurry ? 0 : dice.skewed(MS, 1_000 * MS));
    }

    /** It may still be at its end. */
    private void startLater(SimulatedServer server, long nanos) {
        world.after(nanos, () -> {
            server.start();
            if (server.isToRestart()) {
                startLater(server, 20 * MS);
            }
        });
    }

    private void later(Dice dice, Runnable action) {
        world.after(hurry ? 0 : dice.skewed(MS, 3_000 * MS), action);
    }

    /** No more time is taken: what is under way comes to its end. */
    void hurry() {
        hurry = true;
    }

    private void untilRolled() {
        if (servers.stream().noneMatch(SimulatedServer::isToRestart)) {
            become(State.ROLLED);
            untilLed();
        } else {
            world.after(20 * MS, this::untilRolled);
        }
    }

    private void untilLed() {
        if (servers.stream().anyMatch(Membership::isEstablished)) {
            become(State.SETTLED);
            coverage.count(change);
        } else {
            world.after(20 * MS, this::untilLed);
        }
    }

    private static boolean isEstablished(SimulatedServer server) {
        ServerProcess process = server.process();
        if (process == null || !process.isRunning()) {
            return false;
        }
        ReplicaStatus status = process.status();
        return status.mode() == ReplicaStatus.Mode.LEADER && status.zabState().equals("broadcast");
    }

    private void become(State next) {
        world.trace("operator", "membership " + state + " -> " + next);
        state = next;
    }
}
