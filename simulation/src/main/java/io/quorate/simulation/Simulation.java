package io.quorate.simulation;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.checkers.Acknowledgements;
import io.quorate.simulation.checkers.AppliedZxids;
import io.quorate.simulation.checkers.ClientViews;
import io.quorate.simulation.checkers.DurabilityOrder;
import io.quorate.simulation.checkers.EphemeralLives;
import io.quorate.simulation.checkers.FinalHistory;
import io.quorate.simulation.checkers.FoundNode;
import io.quorate.simulation.checkers.LeaderCompleteness;
import io.quorate.simulation.checkers.LeaderPerEpoch;
import io.quorate.simulation.checkers.LinearizableHistory;
import io.quorate.simulation.checkers.LoggedOrder;
import io.quorate.simulation.checkers.OwnEphemerals;
import io.quorate.simulation.checkers.PersistentWatches;
import io.quorate.simulation.checkers.PrimaryOrder;
import io.quorate.simulation.checkers.RealTimeOrder;
import io.quorate.simulation.checkers.SequenceNumbers;
import io.quorate.simulation.checkers.SessionLives;
import io.quorate.simulation.checkers.TreeDigests;
import io.quorate.simulation.client.History;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;

/**
 * One run: an ensemble and its clients, from one seed.
 *
 * <pre>
 *   FAULTS ──the plan's time──► CALM (no faults; clients go on for a while) ──► SETTLING (clients ask for nothing more)
 *   SETTLING ──one leader, all the same, all answered──► EXPIRING ──all time-outs have passed──► AUDIT ──► DONE
 * </pre>
 */
public final class Simulation {
    private enum Stage {
        FAULTS,
        CALM,
        SETTLING,
        EXPIRING,
        AUDIT,
        DONE
    }

    private static final Map<Stage, Set<Stage>> NEXT = new EnumMap<>(Map.of(
            Stage.FAULTS, EnumSet.of(Stage.CALM),
            Stage.CALM, EnumSet.of(Stage.SETTLING),
            Stage.SETTLING, EnumSet.of(Stage.EXPIRING),
            Stage.EXPIRING, EnumSet.of(Stage.AUDIT),
            Stage.AUDIT, EnumSet.of(Stage.DONE),
            Stage.DONE, EnumSet.noneOf(Stage.class)));

    private static final Set<ReplicaStatus.Mode> LEADING =
            EnumSet.of(ReplicaStatus.Mode.LEADER, ReplicaStatus.Mode.STANDALONE);
    private static final long MS = 1_000_000L;
    private static final long MAX_STEPS = 30_000_000L;

    private final RunSpec spec;
    private final World world;
    private final Plan plan;
    private final Coverage coverage = new Coverage();
    private final History history = new History();
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<SimulatedClient> clients = new ArrayList<>();
    private final List<Audit> audits = new ArrayList<>();
    private final SimulatedNetwork network;
    private final Faults faults;
    private final ClientViews clientViews;
    private final PersistentWatches persistentWatches;
    private final LinearizableHistory linearizableHistory;
    private final SessionLives sessionLives;
    private Stage stage = Stage.FAULTS;
    private long deadlineNanos;

    public Simulation(long seed, Trace trace) {
        this(RunSpec.of(seed), trace);
    }

    public Simulation(RunSpec spec, Trace trace) {
        this.spec = spec;
        this.world = new World(spec.seed(), trace);
        this.plan = Plan.draw(world.dice("plan")).limited(spec);
        Seams seams = spec.bug() == null ? Seams.NONE : spec.bug().seams(world);
        this.network = new SimulatedNetwork(world, plan);
        EnsembleConfig ensemble = plan.ensemble();
        LoggedOrder order = new LoggedOrder(world);
        this.sessionLives = new SessionLives(world, order);
        ServerObserver serverObserver = new ServerObservers(List.of(
                order,
                new LeaderPerEpoch(world, coverage),
                new LeaderCompleteness(world),
                new TreeDigests(world),
                new AppliedZxids(world),
                new PrimaryOrder(world, plan.members().voters() > 1),
                new DurabilityOrder(world),
                new Traps()));
        for (long sid = 1; sid <= plan.servers(); sid++) {
            servers.add(new SimulatedServer(world, plan, network, coverage, serverObserver, seams, ensemble, sid));
        }
        this.clientViews = new ClientViews(world);
        this.persistentWatches = new PersistentWatches(world);
        this.linearizableHistory = new LinearizableHistory(world, coverage, order);
        ReplyObserver replyObserver = new ReplyObservers(List.of(
                clientViews,
                persistentWatches,
                new RealTimeOrder(world, plan.server().sessions().local()),
                new Acknowledgements(world, plan.server().sessions().local()),
                new SequenceNumbers(world),
                new OwnEphemerals(world),
                sessionLives,
                linearizableHistory));
        List<Long> clientIds = new ArrayList<>();
        for (int number = 1; number <= plan.load().clients(); number++) {
            SimulatedClient client =
                    new SimulatedClient(world, plan, network, history, coverage, replyObserver, number);
            clients.add(client);
            clientIds.add(client.id());
        }
        this.faults = new Faults(world, spec, plan, network, coverage, servers, clientIds);
    }

    /** The trap of the faults springs at packets. */
    private final class Traps implements ServerObserver {
        @Override
        public void afterStep(ServerProcess process) {
            // It only looks at packets.
        }

        @Override
        public void afterPacket(ServerProcess process, int packetType) {
            faults.onPacket(process, packetType);
        }
    }

    /** Runs to the end, or to the first violation. */
    public Outcome run() {
        world.trace("plan", plan.toString());
        Dice dice = world.dice("start");
        for (SimulatedServer each : servers) {
            long delay = dice.chance(0.15) ? dice.between(0L, plan.weather().faultNanos()) : dice.between(0L, 300 * MS);
            world.after(delay, each::start);
        }
        clients.forEach(SimulatedClient::start);
        faults.start();
        world.after(plan.weather().faultNanos(), this::calm);
        while (stage != Stage.DONE && world.violation() == null) {
            if (!world.step() || world.steps() > MAX_STEPS) {
                world.fail("a run comes to its end", "it is in " + stage + " after " + world.steps() + " steps");
            }
        }
        return new Outcome(
                spec,
                world.violation(),
                coverage,
                faults.count(),
                plan,
                world.steps(),
                world.nowNanos(),
                world.trace().hash());
    }

    private void calm() {
        become(Stage.CALM);
        faults.stop();
        world.after(2_000 * MS, () -> {
            become(Stage.SETTLING);
            clients.forEach(SimulatedClient::calmDown);
            deadlineNanos = world.nowNanos() + plan.calmLimitNanos();
            untilSettled();
        });
    }

    private void untilSettled() {
        String missing = whatIsMissing();
        if (missing.isEmpty()) {
            settled();
        } else if (world.nowNanos() > deadlineNanos) {
            world.fail(
                    "within " + plan.calmLimitNanos() / MS
                            + " ms without faults a leader is established, all servers are alike and all requests answered",
                    missing);
        } else {
            world.after(20 * MS, this::untilSettled);
        }
    }

    private String whatIsMissing() {
        int leaders = 0;
        Set<String> states = new TreeSet<>();
        for (SimulatedServer each : members()) {
            ServerProcess process = each.process();
            if (process == null || !process.isRunning()) {
                return "server " + each.sid() + " does not run";
            }
            ReplicaStatus status = process.status();
            if (!status.serving() || status.mode() == ReplicaStatus.Mode.READ_ONLY) {
                return "server " + each.sid() + " does not serve: " + status.mode() + " " + status.zabState();
            }
            leaders += LEADING.contains(status.mode()) ? 1 : 0;
            Replica.TreeState state = process.replica().treeState();
            states.add(state + ", sessions " + status.globalSessions() + ", nodes " + status.nodeCount());
        }
        if (leaders != 1) {
            return leaders + " servers lead";
        }
        if (states.size() > 1) {
            return "the servers differ: " + states;
        }
        for (SimulatedClient each : clients) {
            if (!each.isSettled()) {
                return "client " + each.id() + " is not settled";
            }
        }
        return "";
    }

    private List<SimulatedServer> members() {
        return servers.stream().filter(SimulatedServer::isMember).toList();
    }

    private void settled() {
        become(Stage.EXPIRING);
        Dice dice = world.dice("vanish");
        for (SimulatedClient each : clients) {
            if (dice.chance(0.3)) {
                each.vanish();
            }
        }
        long timeouts =
                (2L * plan.server().maxSessionTimeoutMs() + 4L * plan.server().tickMs()) * MS;
        world.after(timeouts, this::audit);
    }

    private void audit() {
        become(Stage.AUDIT);
        deadlineNanos = world.nowNanos() + plan.calmLimitNanos();
        for (SimulatedServer each : members()) {
            Audit audit = new Audit(world, network, each.sid(), plan.server().maxSessionTimeoutMs());
            audits.add(audit);
            audit.start();
        }
        untilAudited();
    }

    private void untilAudited() {
        if (audits.stream().allMatch(Audit::isDone)) {
            judge();
        } else if (world.nowNanos() > deadlineNanos) {
            world.fail("a calm ensemble answers", "an audit takes longer than " + plan.calmLimitNanos() / MS + " ms");
        } else {
            world.after(50 * MS, this::untilAudited);
        }
    }

    private void judge() {
        Set<Long> live = new TreeSet<>();
        clients.forEach(client -> live.add(client.liveSession()));
        audits.forEach(audit -> live.add(audit.sessionId()));
        NavigableMap<String, FoundNode> first = audits.get(0).found();
        for (int i = 1; i < audits.size(); i++) {
            compare(first, audits.get(i));
        }
        clientViews.checkAgainst(first);
        persistentWatches.checkNoneIsLost(first);
        new FinalHistory(world, history, first, live).check();
        new EphemeralLives(world, history, first, live).check();
        sessionLives.check();
        linearizableHistory.check(first);
        become(Stage.DONE);
    }

    private void compare(NavigableMap<String, FoundNode> first, Audit audit) {
        NavigableMap<String, FoundNode> other = audit.found();
        Set<String> paths = new TreeSet<>(first.keySet());
        paths.addAll(other.keySet());
        paths.removeIf(path -> goesByItself(path)
                || (first.containsKey(path)
                        && other.containsKey(path)
                        && first.get(path).equals(other.get(path))));
        if (paths.isEmpty()) {
            return;
        }
        String path = paths.iterator().next();
        world.fail(
                "all servers have the same tree",
                "servers " + audits.get(0).sid() + " and " + audit.sid() + " differ in " + paths.size()
                        + " nodes, such as " + path + ": " + first.get(path) + " and " + other.get(path));
    }

    /** Where a new leader's clock is behind, nodes with a time to live may go while the servers are read one after the other. */
    private static boolean goesByItself(String path) {
        return path.equals(History.TIMED) || History.goesByItself(path);
    }

    private void become(Stage next) {
        if (!NEXT.getOrDefault(stage, Set.of()).contains(next)) {
            throw new IllegalStateException("a run cannot go from " + stage + " to " + next);
        }
        world.trace("run", stage + " -> " + next);
        stage = next;
    }
}
