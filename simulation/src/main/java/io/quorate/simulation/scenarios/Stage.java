package io.quorate.simulation.scenarios;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AclStatResponse;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.SetAclRequest;
import io.quorate.protocol.Stat;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.Outcome;
import io.quorate.simulation.Plan;
import io.quorate.simulation.RunSpec;
import io.quorate.simulation.Trace;
import io.quorate.simulation.World;
import io.quorate.simulation.bugs.LateSeams;
import io.quorate.simulation.checkers.AppliedZxids;
import io.quorate.simulation.checkers.DurabilityOrder;
import io.quorate.simulation.checkers.LeaderCompleteness;
import io.quorate.simulation.checkers.LeaderPerEpoch;
import io.quorate.simulation.checkers.PrimaryOrder;
import io.quorate.simulation.checkers.TreeDigests;
import io.quorate.simulation.disk.Survival;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.QuorumPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An ensemble that does what a script says. Time passes only while the script waits for something; what does not come within a long time is a
 * violation: either the situation could not be set up, or the ensemble stands still.
 */
public final class Stage {
    private static final long MS = 1_000_000L;
    private static final long PATIENCE_NANOS = 60_000 * MS;
    private static final int SESSION_MS = 1_000;

    /** Ends the script at once. */
    static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Trigger(long sid, int packetType, boolean sent, Consumer<SimulatedServer> action) {}

    private final RunSpec spec;
    private final World world;
    private final Plan plan;
    private final SimulatedNetwork network;
    private final Coverage coverage = new Coverage();
    private final List<SimulatedServer> servers = new ArrayList<>();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private final List<Trigger> triggers = new ArrayList<>();
    private final Set<String> expected = new TreeSet<>();
    private final Set<String> gone = new TreeSet<>();
    private final Map<String, List<Acl>> acls = new TreeMap<>();
    private final Map<String, Long> pzxids = new TreeMap<>();
    private final Set<Long> absent = new HashSet<>();
    private int written;

    /** Of the run's bug, if it has one that is not there from the beginning. */
    private final Optional<LateSeams> late;

    /** Empty before {@link #breakNow}. */
    private OptionalLong brokenAtNanos = OptionalLong.empty();

    /** Whether trees, and what servers have logged, are expected to differ. */
    private boolean serversMayDiffer;

    /** @param breaksLate whether the run's bug is there from {@link #breakNow} on only */
    Stage(RunSpec spec, Plan plan, Seams own, boolean breaksLate, Trace trace) {
        this.spec = spec;
        this.world = new World(spec.seed(), trace);
        this.plan = plan;
        this.network = new SimulatedNetwork(world, plan);
        network.heal();
        Seams bug = spec.bug() == null ? own : spec.bug().seams(world);
        this.late = breaksLate && spec.bug() != null ? Optional.of(new LateSeams(bug)) : Optional.empty();
        Seams seams = late.isPresent() ? late.get() : bug;
        Observers observers = new Observers(List.of(
                new LeaderPerEpoch(world, coverage),
                new LeaderCompleteness(world),
                new AppliedZxids(world),
                new DurabilityOrder(world)));
        for (long sid = 1; sid <= plan.servers(); sid++) {
            servers.add(new SimulatedServer(world, plan, network, coverage, observers, seams, plan.ensemble(), sid));
        }
    }

    Outcome play(Script script) {
        try {
            script.play(this);
        } catch (Over over) {
            if (world.violation() == null) {
                world.fail("a script comes to its end", "it stopped");
            }
        }
        return new Outcome(
                spec,
                world.violation(),
                coverage,
                0,
                plan,
                world.steps(),
                world.nowNanos(),
                world.trace().hash());
    }

    // ---- the bug

    /** All is set for what the scenario is about: if the run has a bug, it begins here. */
    void breakNow() {
        if (brokenAtNanos.isEmpty()) {
            brokenAtNanos = OptionalLong.of(world.nowNanos());
            late.ifPresent(LateSeams::breakNow);
        }
    }

    /** When {@link #breakNow} was said first, simulated ns. */
    OptionalLong brokenAtNanos() {
        return brokenAtNanos;
    }

    // ---- time

    /** Lets the world go on until that is so. */
    void until(String what, BooleanSupplier reached) {
        long end = world.nowNanos() + PATIENCE_NANOS;
        while (!reached.getAsBoolean()) {
            if (world.violation() == null && (!world.step() || world.nowNanos() > end)) {
                world.fail("it comes to this: " + what, "it did not within " + PATIENCE_NANOS / MS + " ms; " + state());
            }
            if (world.violation() != null) {
                throw new Over();
            }
        }
    }

    void pass(long ms) {
        boolean[] passed = new boolean[1];
        world.after(ms * MS, () -> passed[0] = true);
        until(ms + " ms pass", () -> passed[0]);
    }

    void after(long ms, Runnable action) {
        world.after(ms * MS, action);
    }

    void require(String what, boolean holds, String found) {
        if (!holds) {
            world.fail(what, found);
            throw new Over();
        }
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        for (SimulatedServer each : servers) {
            text.append("server ").append(each.sid()).append(": ");
            ServerProcess process = each.process();
            if (process == null || !process.isRunning()) {
                text.append("off; ");
            } else {
                ReplicaStatus status = process.status();
                text.append(status.mode()).append(' ').append(status.zabState()).append(", ");
                text.append(process.replica().treeState()).append("; ");
            }
        }
        return text.toString();
    }

    // ---- servers

    SimulatedServer server(long sid) {
        return servers.get((int) sid - 1);
    }

    void start(long... sids) {
        for (long sid : sids) {
            server(sid).start();
        }
    }

    /** Starts these and waits until all of them serve. */
    void boot(long... sids) {
        start(sids);
        awaitServing(sids);
    }

    void awaitServing(long... sids) {
        for (long sid : sids) {
            until("server " + sid + " serves", () -> isServing(sid));
        }
    }

    boolean isServing(long sid) {
        ServerProcess process = server(sid).process();
        return process != null && process.isRunning() && process.status().serving();
    }

    boolean isUp(long sid) {
        return server(sid).isUp();
    }

    Replica.TreeState tree(long sid) {
        return running(sid).replica().treeState();
    }

    /** What has happened to it since it was started. */
    ReplicaStatus.Counts counts(long sid) {
        return running(sid).status().counts();
    }

    /** The epoch that it is in. */
    long epoch(long sid) {
        return running(sid).status().currentEpoch();
    }

    private ServerProcess running(long sid) {
        ServerProcess process = server(sid).process();
        if (process == null || !process.isRunning()) {
            world.fail("server " + sid + " runs", state());
            throw new Over();
        }
        return process;
    }

    /** Waits for one. */
    long leader() {
        until("there is a leader", () -> leaderNow() != 0);
        return leaderNow();
    }

    /** The one of the newest epoch: an older one may not know yet that it is deposed. 0 while there is none. */
    long leaderNow() {
        return newestLeader(each -> true);
    }

    /** Of those, the one of the newest epoch. 0 while there is none. */
    long leaderOtherThan(long old) {
        return newestLeader(each -> each.sid() != old);
    }

    private long newestLeader(Predicate<SimulatedServer> wanted) {
        return servers.stream()
                .filter(Stage::isLeading)
                .filter(wanted)
                .mapToLong(SimulatedServer::sid)
                .boxed()
                .max(Comparator.comparingLong(this::epoch))
                .orElse(0L);
    }

    private static boolean isLeading(SimulatedServer server) {
        ServerProcess process = server.process();
        return process != null
                && process.isRunning()
                && process.status().mode() == ReplicaStatus.Mode.LEADER
                && process.status().serving();
    }

    /** A server that serves and does not lead. */
    long follower() {
        long leader = leader();
        until("there is a follower", () -> followerOf(leader) != 0);
        return followerOf(leader);
    }

    private long followerOf(long leader) {
        for (SimulatedServer each : servers) {
            if (each.sid() != leader && !plan.isObserver(each.sid()) && isServing(each.sid())) {
                return each.sid();
            }
        }
        return 0;
    }

    /** From now on: the script makes their trees, and what they have logged, differ. */
    void letServersDiffer() {
        serversMayDiffer = true;
    }

    /** The voter that is neither of them. */
    long third(long one, long other) {
        for (SimulatedServer each : servers) {
            if (each.sid() != one && each.sid() != other) {
                return each.sid();
            }
        }
        throw new IllegalStateException("there are two servers only");
    }

    /** In order. */
    List<Long> votersBut(long one) {
        return servers.stream()
                .map(SimulatedServer::sid)
                .filter(sid -> sid != one && !plan.isObserver(sid))
                .toList();
    }

    /** Loses its power, and all that was not forced. */
    void power(long... sids) {
        for (long sid : sids) {
            server(sid).powerOff(Survival.NOTHING);
        }
    }

    void kill(long... sids) {
        for (long sid : sids) {
            server(sid).kill();
        }
    }

    void stopInOrder(long sid) {
        server(sid).stop();
        until("server " + sid + " has stopped", () -> !isUp(sid));
    }

    /** Stays away to the end. */
    void staysAway(long sid) {
        absent.add(sid);
    }

    void isolate(long sid) {
        for (SimulatedServer each : servers) {
            if (each.sid() != sid) {
                cut(sid, each.sid());
            }
        }
    }

    void cut(long one, long other) {
        network.block(one, other);
        network.block(other, one);
    }

    void cutOneWay(long from, long to) {
        network.block(from, to);
    }

    void heal() {
        network.heal();
    }

    SimulatedNetwork network() {
        return network;
    }

    /** Does something right behind the next packet of a type that a server sends. */
    void whenSent(long sid, int packetType, Consumer<SimulatedServer> action) {
        triggers.add(new Trigger(sid, packetType, true, action));
    }

    /** Does something right before the next packet of a type that a server gets is taken. */
    void whenGot(long sid, int packetType, Consumer<SimulatedServer> action) {
        triggers.add(new Trigger(sid, packetType, false, action));
    }

    void forgetTriggers() {
        triggers.clear();
    }

    void untilNoTrigger(String what) {
        until(what, triggers::isEmpty);
    }

    private void spring(ServerProcess process, int packetType, boolean sent) {
        for (Trigger each : List.copyOf(triggers)) {
            if (each.sid() == process.id() && each.packetType() == packetType && each.sent() == sent) {
                triggers.remove(each);
                world.after(0, () -> each.action().accept(process.server()));
            }
        }
    }

    // ---- clients

    ScriptedClient client(long sid) {
        return client(sid, false);
    }

    ScriptedClient client(long sid, boolean readOnly) {
        ScriptedClient client = new ScriptedClient(world, network, -1 - clients.size(), SESSION_MS, readOnly);
        clients.add(client);
        client.connect(sid);
        until("a client has a session at server " + sid, () -> client.isConnected() || client.isExpired());
        return client;
    }

    /** The error code of the answer. */
    int ask(ScriptedClient client, int op, Consumer<JuteWriter> body) {
        int xid = client.send(op, body);
        until("operation " + op + " is answered", () -> client.reply(xid) != null);
        ScriptedClient.Reply reply = client.reply(xid);
        return reply == null ? -1 : reply.header().err();
    }

    ScriptedClient.Reply answer(ScriptedClient client, int op, Consumer<JuteWriter> body) {
        int xid = client.send(op, body);
        until("operation " + op + " is answered", () -> client.reply(xid) != null);
        ScriptedClient.Reply reply = client.reply(xid);
        if (reply == null) {
            throw new Over();
        }
        return reply;
    }

    /** The answer to a read. It is asked for again where the connection is lost, as by a server that its leader has rightly dropped. */
    private ScriptedClient.Reply read(ScriptedClient client, int op, Consumer<JuteWriter> body) {
        while (true) {
            until("a client is connected", client::isConnected);
            int xid = client.send(op, body);
            until("operation " + op + " is answered", () -> client.reply(xid) != null || !client.isConnected());
            ScriptedClient.Reply reply = client.reply(xid);
            if (reply != null) {
                return reply;
            }
        }
    }

    private static Consumer<JuteWriter> create(String path, CreateMode mode) {
        byte[] data = path.getBytes(StandardCharsets.UTF_8);
        return out -> new CreateRequest(path, data, Acl.OPEN, mode.flag()).write(out);
    }

    /** Makes so many nodes, each acknowledged before the next; they have to be there at the end. */
    void write(ScriptedClient client, int count) {
        for (int i = 0; i < count; i++) {
            createNode(client, "/n" + ++written);
        }
    }

    /** By a client of its own at any server that serves. */
    void write(int count) {
        write(client(leader()), count);
    }

    /** Sends so many creates and waits for nothing: nobody knows what becomes of them. */
    void writeUnanswered(ScriptedClient client, int count) {
        for (int i = 0; i < count; i++) {
            client.send(OpCode.CREATE, create("/u" + ++written, CreateMode.PERSISTENT));
        }
    }

    void createNode(ScriptedClient client, String path) {
        int err = ask(client, OpCode.CREATE, create(path, CreateMode.PERSISTENT));
        require("a node is made", err == 0, path + " got error " + err);
        expected.add(path);
    }

    void createEphemeral(ScriptedClient client, String path) {
        int err = ask(client, OpCode.CREATE, create(path, CreateMode.EPHEMERAL));
        require("an ephemeral is made", err == 0, path + " got error " + err);
    }

    void delete(ScriptedClient client, String path) {
        int err = ask(client, OpCode.DELETE, out -> new PathVersionRequest(path, -1).write(out));
        require("a node is deleted", err == 0, path + " got error " + err);
        expected.remove(path);
        mustBeGone(path);
    }

    /** At the end every server says that it is the node's. */
    void setAcl(ScriptedClient client, String path, List<Acl> acl) {
        int err = ask(client, OpCode.SET_ACL, new SetAclRequest(path, acl, -1)::write);
        require("an ACL is set", err == 0, path + " got error " + err);
        acls.put(path, acl);
    }

    /** At the end this is the zxid of the last change of its children, at every server. */
    void mustHavePzxid(String path, long zxid) {
        pzxids.put(path, zxid);
    }

    void mustBeGone(String path) {
        gone.add(path);
    }

    void mustBeThere(String path) {
        expected.add(path);
    }

    /** A leader that cannot reach anybody logs so many transactions, that nobody else has. */
    void logAlone(long leader, int count) {
        ScriptedClient client = client(leader);
        isolate(leader);
        long before = tree(leader).lastZxid();
        writeUnanswered(client, count);
        until(
                "server " + leader + " has logged " + count + " alone",
                () -> server(leader).disk().durable().lastZxid() >= before + count);
        // What is on its way to the others is lost, and they know that it is gone.
        for (SimulatedServer each : servers) {
            if (each.sid() != leader) {
                network.dropTowards(each.sid(), leader);
            }
        }
    }

    // ---- the end

    /** Everything works again: all servers get up, are alike, and have what was acknowledged. */
    void settle() {
        heal();
        for (SimulatedServer each : servers) {
            each.mendDisk();
            each.emptyRoom();
            each.disarm();
            each.slowDisk(1);
            each.goOn();
            if (!absent.contains(each.sid())) {
                keepRunning(each);
            }
        }
        until("all servers serve the same", this::isSettled);
        for (SimulatedServer each : servers) {
            if (!absent.contains(each.sid())) {
                check(each.sid());
            }
        }
    }

    private void keepRunning(SimulatedServer server) {
        server.start();
        world.after(200 * MS, () -> keepRunning(server));
    }

    private boolean isSettled() {
        Set<Replica.TreeState> states = new HashSet<>();
        for (SimulatedServer each : servers) {
            if (absent.contains(each.sid())) {
                continue;
            }
            if (!isServing(each.sid())) {
                return false;
            }
            states.add(tree(each.sid()));
        }
        return states.size() == 1;
    }

    private void check(long sid) {
        ScriptedClient client = client(sid);
        for (String path : expected) {
            require("what was acknowledged is there", exists(client, path), "server " + sid + " has no " + path);
        }
        for (String path : gone) {
            int err = askWhether(client, path);
            require(
                    "what is deleted is gone",
                    err == ErrorCode.NO_NODE.code(),
                    "server " + sid + " says " + err + " of " + path);
        }
        acls.forEach((path, acl) -> {
            List<Acl> found = AclStatResponse.read(read(client, OpCode.GET_ACL, out -> out.writeString(path))
                            .body())
                    .acl();
            require("a node has the ACL that it was given", acl.equals(found), path + " has " + found + " at " + sid);
        });
        pzxids.forEach((path, zxid) -> {
            long found = Stat.read(answer(
                                    client,
                                    OpCode.EXISTS,
                                    out -> out.writeString(path).writeBoolean(false))
                            .body())
                    .pzxid();
            require(
                    "a node knows when its children changed",
                    found == zxid,
                    path + " says " + Zxid.show(found) + " at " + sid + ", it was " + Zxid.show(zxid));
        });
    }

    boolean exists(ScriptedClient client, String path) {
        return askWhether(client, path) == 0;
    }

    private int askWhether(ScriptedClient client, String path) {
        return read(client, OpCode.EXISTS, out -> out.writeString(path).writeBoolean(false))
                .header()
                .err();
    }

    String zxid(long sid) {
        return Zxid.show(tree(sid).lastZxid());
    }

    /** All that watch servers. */
    private final class Observers implements ServerObserver {
        private final List<ServerObserver> all;
        private final List<ServerObserver> ofSameness = List.of(new TreeDigests(world), new PrimaryOrder(world, true));

        Observers(List<ServerObserver> all) {
            this.all = all;
        }

        private void each(Consumer<ServerObserver> observed) {
            all.forEach(observed);
            if (!serversMayDiffer) {
                ofSameness.forEach(observed);
            }
        }

        @Override
        public void afterStep(ServerProcess process) {
            each(observer -> observer.afterStep(process));
        }

        @Override
        public void onEpochStored(SimulatedServer server) {
            each(observer -> observer.onEpochStored(server));
        }

        @Override
        public void onSent(ServerProcess process, QuorumPacket packet) {
            each(observer -> observer.onSent(process, packet));
            spring(process, packet.type(), true);
        }

        @Override
        public void onReceived(ServerProcess process, int packetType) {
            spring(process, packetType, false);
        }
    }

    /** What happens. */
    interface Script {
        void play(Stage stage);
    }
}
