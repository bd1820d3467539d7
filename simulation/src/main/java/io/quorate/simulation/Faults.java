package io.quorate.simulation;

import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.PacketType;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong, and when. Faults overlap: each ends by itself after a time that is drawn. {@link #stop} ends all.
 *
 * <p>A trap is a crash at the most dangerous moment: the next server that a certain packet passes crashes soon after.
 */
final class Faults {
    private static final long MS = 1_000_000L;

    private static final List<Integer> TRAPS = List.of(
            PacketType.LEADER_INFO,
            PacketType.ACK_EPOCH,
            PacketType.DIFF,
            PacketType.TRUNC,
            PacketType.SNAP,
            PacketType.NEW_LEADER,
            PacketType.NEW_LEADER,
            PacketType.ACK,
            PacketType.UP_TO_DATE,
            PacketType.PROPOSAL,
            PacketType.COMMIT);

    /** Names of files, by their parts, whose change is a moment to crash at. */
    private static final List<String> DEADLY_NAMES =
            List.of("unfinished.install", "install.", "install.", "unfinished.snapshot", "snapshot.", "Epoch", "log.");

    private final World world;
    private final Plan plan;
    private final SimulatedNetwork network;
    private final Coverage coverage;
    private final List<SimulatedServer> servers;
    private final List<Long> clients;
    private final Dice dice;
    private final List<Runnable> kinds;
    private boolean stopped;

    /** Type of the packet that the trap waits for; 0 for none. */
    private int trap;

    private boolean trapIsPower;

    Faults(
            World world,
            Plan plan,
            SimulatedNetwork network,
            Coverage coverage,
            List<SimulatedServer> servers,
            List<Long> clients) {
        this.world = world;
        this.plan = plan;
        this.network = network;
        this.coverage = coverage;
        this.servers = servers;
        this.clients = clients;
        this.dice = world.dice("faults");
        this.kinds = drawKinds();
    }

    /** Each run has its favourites. */
    private List<Runnable> drawKinds() {
        List<Runnable> all = List.of(
                () -> crash(victim()),
                () -> crash(victim()),
                this::crashAll,
                () -> crashInDiskWork(victim()),
                () -> crashInDiskWork(victim()),
                this::setTrap,
                this::setTrap,
                this::setDiskTrap,
                this::setDiskTrap,
                () -> stopInOrder(victim()),
                () -> pause(victim()),
                this::partition,
                () -> isolate(victim()),
                () -> isolate(victim()),
                this::blockOneWay,
                this::blockOneWay,
                this::breakConnections,
                this::breakConnections,
                () -> breakClients(victim()),
                this::cutClientOff,
                () -> slowDisk(victim()),
                this::slowNetwork,
                () -> failDisk(victim()));
        List<Runnable> drawn = new ArrayList<>();
        double share = dice.pick(List.of(0.2, 0.5, 1.0));
        for (Runnable each : all) {
            if (dice.chance(share)) {
                drawn.add(each);
            }
        }
        return drawn.isEmpty() ? all : drawn;
    }

    void start() {
        world.after(dice.between(0L, 2 * plan.faultGapNanos()), this::next);
    }

    private void next() {
        if (stopped) {
            return;
        }
        dice.pick(kinds).run();
        world.after(dice.between(plan.faultGapNanos() / 5, 2 * plan.faultGapNanos()), this::next);
    }

    /** Everything works from now on. */
    void stop() {
        stopped = true;
        trap = 0;
        network.heal();
        for (SimulatedServer each : servers) {
            each.mendDisk();
            each.disarm();
            each.slowDisk(1);
            each.goOn();
            world.after(dice.between(0L, 500 * MS), each::start);
        }
        keepRunning();
    }

    /** One that meets a failure of its disk late, or stops in order, starts again. */
    private void keepRunning() {
        servers.forEach(each -> world.after(dice.between(0L, 200 * MS), each::start));
        world.after(500 * MS, this::keepRunning);
    }

    private void later(long leastMs, long mostMs, Runnable end) {
        world.after(dice.skewed(leastMs * MS, mostMs * MS), () -> {
            if (!stopped) {
                end.run();
            }
        });
    }

    private SimulatedServer victim() {
        if (dice.chance(0.5)) {
            for (SimulatedServer each : servers) {
                if (isLeader(each)) {
                    return each;
                }
            }
        }
        return dice.pick(servers);
    }

    private static boolean isLeader(SimulatedServer server) {
        ServerProcess process = server.process();
        return process != null && process.isRunning() && process.status().mode() == ReplicaStatus.Mode.LEADER;
    }

    private void trace(String what) {
        world.trace("faults", what);
    }

    // ---- crashes

    private void crash(SimulatedServer server) {
        if (dice.chance(0.6)) {
            server.powerOff();
        } else {
            server.kill();
        }
        restartLater(server);
    }

    private void crashAll() {
        boolean power = dice.chance(0.7);
        for (SimulatedServer each : servers) {
            if (power) {
                each.powerOff();
            } else {
                each.kill();
            }
            restartLater(each);
        }
    }

    private void restartLater(SimulatedServer server) {
        later(5, dice.chance(0.1) ? 20_000 : 1_500, () -> {
            if (plan.isObserver(server.sid()) && server.process() == null && dice.chance(0.2)) {
                coverage.count(Coverage.Event.WIPED_OBSERVER);
                server.wipe();
            }
            if (dice.chance(0.5)) {
                server.purge();
            }
            if (server.process() == null && dice.chance(0.15)) {
                server.crashAfterDiskChanges(dice.between(0, 8), dice.chance(0.7));
                restartLater(server);
            }
            server.start();
        });
    }

    private void crashInDiskWork(SimulatedServer server) {
        server.crashAfterDiskChanges((int) dice.skewed(1, 60), dice.chance(0.7));
        restartLater(server);
    }

    private void setTrap() {
        trap = dice.pick(TRAPS);
        trapIsPower = dice.chance(0.7);
        trace("a trap waits for " + trap);
        if (dice.chance(0.5)) {
            breakConnections();
        }
    }

    /** Whoever changes such a file next crashes then, or a few changes later. */
    private void setDiskTrap() {
        String name = dice.pick(DEADLY_NAMES);
        boolean power = dice.chance(0.8);
        trace("a trap waits for a change of " + name);
        for (SimulatedServer each : servers) {
            each.crashAtFile(name, dice.between(0, 8), power);
            restartLater(each);
        }
    }

    void onPacket(ServerProcess process, int packetType) {
        if (packetType != trap) {
            return;
        }
        trap = 0;
        SimulatedServer server = process.server();
        world.after(dice.chance(0.3) ? 0 : dice.skewed(MS / 100, 20 * MS), () -> {
            if (stopped || server.process() != process) {
                return;
            }
            if (trapIsPower) {
                server.powerOff();
            } else {
                server.kill();
            }
            restartLater(server);
        });
    }

    private void stopInOrder(SimulatedServer server) {
        server.stop();
        restartLater(server);
    }

    private void pause(SimulatedServer server) {
        coverage.count(Coverage.Event.PAUSE);
        server.pause();
        world.after(dice.skewed(MS, 2L * plan.maxSessionTimeoutMs() * MS), server::goOn);
    }

    // ---- the network

    private void partition() {
        coverage.count(Coverage.Event.PARTITION);
        List<SimulatedServer> one = new ArrayList<>();
        List<SimulatedServer> other = new ArrayList<>();
        servers.forEach(each -> (dice.chance(0.5) ? one : other).add(each));
        trace("a partition cuts off " + one.stream().map(SimulatedServer::sid).toList());
        for (SimulatedServer here : one) {
            for (SimulatedServer there : other) {
                cut(here.sid(), there.sid());
            }
        }
    }

    private void isolate(SimulatedServer server) {
        coverage.count(Coverage.Event.PARTITION);
        trace("a partition isolates " + server.sid());
        boolean clientsToo = dice.chance(0.3);
        for (SimulatedServer each : servers) {
            if (each != server) {
                cut(server.sid(), each.sid());
            }
        }
        if (clientsToo) {
            clients.forEach(client -> cut(server.sid(), client));
        }
    }

    private void cut(long one, long other) {
        network.block(one, other);
        network.block(other, one);
        world.after(dice.skewed(50 * MS, 30L * plan.tickNanos()), () -> {
            network.unblock(one, other);
            network.unblock(other, one);
        });
    }

    private void blockOneWay() {
        coverage.count(Coverage.Event.ONE_WAY_PARTITION);
        long from = victim().sid();
        long to = victim().sid();
        trace("nothing gets from " + from + " to " + to);
        network.block(from, to);
        world.after(dice.skewed(50 * MS, 30L * plan.tickNanos()), () -> network.unblock(from, to));
    }

    private void breakConnections() {
        coverage.count(Coverage.Event.CONNECTION_BREAK);
        long one = victim().sid();
        long other = dice.pick(servers).sid();
        trace("connections break between " + one + " and " + other);
        network.breakConnections(one, other);
    }

    private void breakClients(SimulatedServer server) {
        trace("connections of clients to " + server.sid() + " break");
        network.breakClients(server.sid());
    }

    private void cutClientOff() {
        long client = dice.pick(clients);
        trace("client " + client + " is cut off");
        for (SimulatedServer each : servers) {
            network.block(client, each.sid());
            network.block(each.sid(), client);
            long until = dice.skewed(50 * MS, 3L * plan.maxSessionTimeoutMs() * MS);
            world.after(until, () -> {
                network.unblock(client, each.sid());
                network.unblock(each.sid(), client);
            });
        }
    }

    private void slowNetwork() {
        trace("the network is slow");
        network.slowDown(dice.skewed(2, 100));
        later(100, 10_000, () -> network.slowDown(1));
    }

    // ---- disks

    private void slowDisk(SimulatedServer server) {
        trace("the disk of " + server.sid() + " is slow");
        server.slowDisk(dice.skewed(2, 200));
        later(100, 10_000, () -> server.slowDisk(1));
    }

    private void failDisk(SimulatedServer server) {
        if (!server.isUp()) {
            return;
        }
        trace("the disk of " + server.sid() + " fails");
        server.failDisk((int) dice.skewed(1, 40));
        later(10, 2_000, server::mendDisk);
        restartLater(server);
        later(2_000, 5_000, server::start);
    }
}
