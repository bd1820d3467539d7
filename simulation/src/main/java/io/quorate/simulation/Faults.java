package io.quorate.simulation;

import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.PacketType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
            PacketType.TRUNC,
            PacketType.TRUNC,
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
    private final Membership membership;
    private final RunSpec spec;

    /** When the next one comes. */
    private final Dice timing;

    private final List<FaultKind> kinds;
    private boolean stopped;

    /** Each fault has a number, from 1 on, and dice of its own: to leave one out does not change what the others are. */
    private int number;

    /** Of the fault that is brought about, or goes on. */
    private Dice dice;

    /** A crash that waits for a packet. */
    private record Trap(Dice dice, boolean isPower) {}

    /** By the type of the packet. */
    private final Map<Integer, Trap> traps = new HashMap<>();

    Faults(
            World world,
            RunSpec spec,
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
        this.membership = new Membership(world, plan, coverage, servers);
        this.spec = spec;
        this.timing = world.dice("faults");
        this.dice = timing;
        this.kinds = drawKinds();
    }

    /** Each run has its favourites. */
    private List<FaultKind> drawKinds() {
        List<FaultKind> drawn = new ArrayList<>();
        List<FaultKind> all = new ArrayList<>();
        double share = timing.pick(List.of(0.2, 0.5, 1.0));
        for (FaultKind each : FaultKind.values()) {
            for (int i = 0; i < each.weight(); i++) {
                all.add(each);
                if (timing.chance(share)) {
                    drawn.add(each);
                }
            }
        }
        List<FaultKind> result = drawn.isEmpty() ? all : drawn;
        if (plan.members().spares() > 0) {
            result.addAll(Collections.nCopies(1 + result.size() / 8, FaultKind.MEMBERSHIP_CHANGE));
        }
        return result;
    }

    void start() {
        world.after(timing.between(0L, 2 * plan.weather().faultGapNanos()), this::next);
    }

    private void next() {
        if (stopped) {
            return;
        }
        number++;
        if (spec.happens(number)) {
            dice = world.dice("fault " + number);
            FaultKind kind = dice.pick(kinds);
            coverage.count(kind);
            trace("fault " + number + ": " + kind.label());
            bringAbout(kind);
        }
        world.after(
                timing.between(
                        plan.weather().faultGapNanos() / 5, 2 * plan.weather().faultGapNanos()),
                this::next);
    }

    /** How many there were, left out ones included. */
    int count() {
        return number;
    }

    private void bringAbout(FaultKind kind) {
        switch (kind) {
            case CRASH -> crash(victim());
            case CRASH_ALL -> crashAll();
            case CRASH_IN_DISK_WORK -> crashInDiskWork(victim());
            case CRASH_AT_PACKET -> setTrap();
            case CRASH_AT_FILE -> setDiskTrap();
            case STOP -> stopInOrder(victim());
            case PAUSE -> pause(victim());
            case PARTITION -> partition();
            case ISOLATION -> isolate(victim());
            case DEPOSED_LEADER -> depose();
            case ONE_WAY_PARTITION -> blockOneWay();
            case LINK_CUT -> cutLink();
            case CONNECTION_BREAK -> breakConnections();
            case CLIENT_CONNECTIONS_BREAK -> breakClients(victim());
            case CLIENT_CUT_OFF -> cutClientOff();
            case SLOW_LINK -> slowLink();
            case SLOW_NETWORK -> slowNetwork();
            case SLOW_DISK -> slowDisk(victim());
            case FAILING_DISK -> failDisk(victim());
            case FULL_DISK -> fillDisk(victim());
            case BIT_ROT -> rot(dice.pick(servers));
            case EMPTY_DISK -> emptyDisk(dice.pick(servers));
            case CLOCK_JUMP -> jumpClock(victim());
            case MEMBERSHIP_CHANGE -> membership.change(dice);
        }
    }

    /** Everything works from now on. */
    void stop() {
        stopped = true;
        traps.clear();
        network.heal();
        membership.hurry();
        for (SimulatedServer each : servers) {
            each.mendDisk();
            each.disarm();
            each.slowDisk(1);
            each.emptyRoom();
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
        Dice mine = dice;
        world.after(dice.skewed(leastMs * MS, mostMs * MS), () -> {
            if (!stopped) {
                dice = mine;
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
        int packetType = dice.pick(TRAPS);
        traps.put(packetType, new Trap(dice, dice.chance(0.7)));
        trace("a trap waits for " + packetType);
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
        Trap trap = traps.remove(packetType);
        if (trap == null) {
            return;
        }
        dice = trap.dice();
        SimulatedServer server = process.server();
        world.after(dice.chance(0.3) ? 0 : dice.skewed(MS / 100, 20 * MS), () -> {
            if (stopped || server.process() != process) {
                return;
            }
            dice = trap.dice();
            if (trap.isPower()) {
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
        server.pause();
        world.after(dice.skewed(MS, 2L * plan.server().maxSessionTimeoutMs() * MS), server::goOn);
    }

    // ---- the network

    private void partition() {
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

    /** The leader is cut off with its clients, and logs what they ask for, while the others know at once that it is gone. */
    private void depose() {
        SimulatedServer leader =
                servers.stream().filter(Faults::isLeader).findFirst().orElse(null);
        if (leader == null) {
            return;
        }
        trace("leader " + leader.sid() + " is deposed");
        boolean comesBackByPower = dice.chance(0.3);
        for (SimulatedServer each : servers) {
            if (each != leader) {
                cut(leader.sid(), each.sid());
                network.dropTowards(each.sid(), leader.sid());
            }
        }
        if (comesBackByPower) {
            later(plan.server().tickMs(), 5L * plan.server().tickMs(), () -> crash(leader));
        }
    }

    private void cut(long one, long other) {
        network.block(one, other);
        network.block(other, one);
        world.after(dice.skewed(50 * MS, mostCutNanos()), () -> {
            network.unblock(one, other);
            network.unblock(other, one);
        });
    }

    /** Who has no leader serves those who only read not before some seconds have passed. */
    private long mostCutNanos() {
        long most = 30L * plan.server().tickNanos();
        return plan.server().sessions().readOnly() ? Math.max(most, 20_000 * MS) : most;
    }

    private void blockOneWay() {
        long from = victim().sid();
        long to = victim().sid();
        trace("nothing gets from " + from + " to " + to);
        network.block(from, to);
        world.after(dice.skewed(50 * MS, 30L * plan.server().tickNanos()), () -> network.unblock(from, to));
    }

    /** Two that cannot reach each other, while all others can reach both. */
    private void cutLink() {
        long one = victim().sid();
        long other = dice.pick(servers).sid();
        if (one != other) {
            trace("nothing gets through between " + one + " and " + other);
            cut(one, other);
        }
    }

    private void slowLink() {
        long one = victim().sid();
        long other = dice.pick(servers).sid();
        trace("what " + one + " sends to " + other + " is slow");
        network.slowLink(one, other, dice.skewed(5, 100));
        later(100, 10_000, () -> network.slowLink(one, other, 1));
    }

    private void breakConnections() {
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
            long until = dice.skewed(50 * MS, 3L * plan.server().maxSessionTimeoutMs() * MS);
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

    private void fillDisk(SimulatedServer server) {
        if (!server.isUp()) {
            return;
        }
        trace("the disk of " + server.sid() + " gets full");
        server.leaveRoom(dice.skewed(1, 20_000));
        later(10, 5_000, server::emptyRoom);
        if (dice.chance(0.2)) {
            crash(server);
        }
    }

    /**
     * A bit of a file turns, while its server is off or runs. It has to be noticed when the file is read, or not to matter; an operator then gives the
     * server an empty disk.
     */
    private void rot(SimulatedServer server) {
        if (!mayLoseItsDisk(server)) {
            return;
        }
        boolean runs = server.isUp() && dice.chance(0.5);
        if (!runs) {
            server.powerOff();
        }
        server.rot().ifPresent(kind -> {
            coverage.count(Coverage.Event.BIT_TURNED);
            coverage.count(
                    switch (kind) {
                        case LOG -> Coverage.Event.BIT_TURNED_LOG;
                        case SNAPSHOT -> Coverage.Event.BIT_TURNED_SNAPSHOT;
                        case EPOCH -> Coverage.Event.BIT_TURNED_EPOCH;
                    });
            if (runs) {
                coverage.count(Coverage.Event.BIT_TURNED_RUNNING);
            }
        });
        if (!runs) {
            restartLater(server);
        } else if (dice.chance(0.5)) {
            later(10, 3_000, () -> crash(server));
        }
    }

    /** A server whose disk is lost comes back with an empty one, and has no vote until it has been brought up to date. */
    private void emptyDisk(SimulatedServer server) {
        if (!mayLoseItsDisk(server)) {
            return;
        }
        server.powerOff();
        server.wipe();
        coverage.count(plan.isObserver(server.sid()) ? Coverage.Event.WIPED_OBSERVER : Coverage.Event.WIPED_VOTER);
        restartLater(server);
    }

    /** All others must have what they had: two that lose their disks one after the other can lose what a quorum had. */
    private boolean mayLoseItsDisk(SimulatedServer server) {
        return !plan.members().standalone()
                && server.isMember()
                && membership.isSettled()
                && (plan.isObserver(server.sid()) || (plan.members().mayLoseDisks() && membership.voters() > 2))
                && servers.stream().allMatch(SimulatedServer::isWholeVoter);
    }

    private void jumpClock(SimulatedServer server) {
        long ms = dice.skewed(1, 3_600_000) * (dice.chance(0.5) ? 1 : -1);
        trace("the wall clock of " + server.sid() + " jumps by " + ms + " ms");
        server.jumpClock(ms);
    }
}
