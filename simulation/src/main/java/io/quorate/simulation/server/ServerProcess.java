package io.quorate.simulation.server;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.ClientConnection;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.World;
import io.quorate.simulation.network.ServerHost;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.zab.PacketType;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One life of a server: a replica and its ports. It ends by a crash, by the replica's own decision, or by an orderly stop; events of a life
 * that is over do nothing.
 */
public final class ServerProcess implements ServerHost, ReplicaPort {
    private static final long MS = 1_000_000L;
    private static final long MIN_TICK_NANOS = MS;
    private static final long MAX_TICK_NANOS = 100 * MS;

    private final World world;
    private final SimulatedNetwork network;
    private final SimulatedServer server;
    private final SimulatedDiskLoop logLoop = new SimulatedDiskLoop(this);
    private final SimulatedDiskLoop snapshotLoop = new SimulatedDiskLoop(this);

    /** What came while it was paused; runs first when it goes on. */
    private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();

    private @Nullable Replica replica;
    private boolean alive = true;
    private boolean paused;

    /** The replica is being called. */
    private boolean inside;

    private boolean started;
    private boolean batchOpen;
    private Phase phase = Phase.ELECTION;

    /** The last way in which it was synchronized. */
    private Phase synchronization = Phase.ELECTION;

    /** The leader has had the history cut, whatever it sent behind that. */
    private boolean cut;

    private @Nullable String fatal;

    /** As it is since the last step; null if nobody has asked. */
    private @Nullable ReplicaStatus status;

    /** Of the last LEADERINFO. */
    private long offeredEpoch;

    /** What it had applied when it last served with a leader. */
    private long servedZxid = Zxid.NONE;

    private boolean stopRequested;
    private boolean stopDone;

    ServerProcess(World world, SimulatedNetwork network, SimulatedServer server) {
        this.world = world;
        this.network = network;
        this.server = server;
    }

    /** Recovers, and begins. What recovery cannot bear, the recovery of an undamaged disk, is a violation. */
    void boot(DiskPort disk) {
        guarded(() -> replica = new Replica(
                server.settings(), this, disk, logLoop, snapshotLoop, server.replicaRandom(), new Log(), wallMs()));
        if (replica == null) {
            return;
        }
        long recovery = server.dice().skewed(MS, 300 * MS);
        world.after(
                recovery,
                () -> raw(() -> {
                    started = true;
                    network.started(this);
                    replica().start(nowNanos());
                    tick();
                }));
    }

    public Replica replica() {
        if (replica == null) {
            throw new IllegalStateException("server " + id() + " has not recovered yet");
        }
        return replica;
    }

    /** Whether the replica is there, and runs. */
    public boolean isRunning() {
        return alive && replica != null;
    }

    public SimulatedServer server() {
        return server;
    }

    // ---- how things come in

    @Override
    public long id() {
        return server.sid();
    }

    @Override
    public boolean isAlive() {
        return alive;
    }

    @Override
    public void input(Runnable action) {
        raw(() -> {
            action.run();
            openBatch();
        });
    }

    /** As {@link #input}, behind what happens now. */
    public void soon(Runnable action) {
        later(0, action);
    }

    /** Lets something run in this process now, or when it goes on. */
    private void raw(Runnable action) {
        if (!alive) {
            return;
        }
        if (paused || !deferred.isEmpty()) {
            deferred.add(action);
            return;
        }
        guarded(action);
    }

    private void openBatch() {
        if (batchOpen || !alive) {
            return;
        }
        if (server.dice().chance(0.5)) {
            replica().endBatch(nowNanos());
            return;
        }
        batchOpen = true;
        world.after(
                server.dice().between(0L, MS / 2),
                () -> raw(() -> {
                    batchOpen = false;
                    replica().endBatch(nowNanos());
                }));
    }

    private void tick() {
        long wanted = replica().onTick(nowNanos(), wallMs());
        long delay = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, wanted));
        world.after(delay + server.dice().between(0L, MS), () -> raw(this::tick));
    }

    /** As {@link #input}, later. */
    void later(long delayNanos, Runnable action) {
        world.after(delayNanos, () -> input(action));
    }

    /** Work on a disk loop, later. It is none of the replica's inputs. */
    void diskWork(long delayNanos, Runnable work) {
        world.after(delayNanos, () -> raw(work));
    }

    private void guarded(Runnable action) {
        if (inside) {
            throw new IllegalStateException("the replica is called while it is being called");
        }
        inside = true;
        status = null;
        try {
            action.run();
        } catch (ProcessDeath death) {
            inside = false;
            world.trace(name(), "dies " + death.getMessage());
            server.crashed(replica == null ? Coverage.Event.CRASH_IN_RECOVERY : Coverage.Event.CRASH_IN_DISK_WORK);
            return;
        } catch (RuntimeException | AssertionError | StackOverflowError thrown) {
            if (replica == null && (server.isDiskFailing() || server.isDiskFull())) {
                server.mayEnd();
                fatal = "recovery failed on a failing disk: " + thrown.getMessage();
            } else {
                world.fail(
                        replica == null ? "a server recovers after any crash" : "no exception leaves a replica",
                        "server " + id() + " threw " + stackOf(thrown));
            }
        }
        inside = false;
        afterStep();
    }

    private static String stackOf(Throwable thrown) {
        StringWriter out = new StringWriter();
        thrown.printStackTrace(new PrintWriter(out));
        return out.toString();
    }

    private void afterStep() {
        if (!alive) {
            return;
        }
        if (fatal != null) {
            server.endedByItself(fatal);
        } else if (stopDone) {
            server.stopped();
        } else if (replica != null) {
            server.stepped(this);
        }
    }

    // ---- life

    /** The end. */
    void die() {
        alive = false;
        deferred.clear();
    }

    void pause() {
        paused = true;
    }

    void goOn() {
        paused = false;
        while (alive && !paused && !deferred.isEmpty()) {
            guarded(deferred.removeFirst());
        }
    }

    boolean isPaused() {
        return paused;
    }

    /** Asks it to stop in order. */
    void stop() {
        raw(() -> {
            if (started) {
                stopRequested = true;
                replica().stop(nowNanos());
            }
        });
    }

    /** Whether it has recovered, and can be asked to stop. */
    boolean isStarted() {
        return started;
    }

    boolean isStopping() {
        return stopRequested;
    }

    // ---- clocks and durations

    long worldNanos() {
        return world.nowNanos();
    }

    @Override
    public long nowNanos() {
        return server.clockNanos();
    }

    @Override
    public long wallMs() {
        return World.WALL_BEGIN_MS + world.nowNanos() / MS + server.wallSkewMs();
    }

    long wakeUpNanos() {
        return server.dice().between(1_000L, 50_000L);
    }

    long jobNanos() {
        return server.dice().between(0L, 100_000L);
    }

    long forceNanos() {
        return server.drawForceNanos();
    }

    // ---- ReplicaPort

    @Override
    public void connectToLeader(long sid, PeerListener listener, long timeoutNanos) {
        network.dial(this, sid, server.seams().learner(this, listener), timeoutNanos);
    }

    @Override
    public void sendElection(long sid, byte[] message) {
        network.sendElection(this, sid, server.seams().election(this, message));
    }

    @Override
    public void supersedeElection(byte[] message) {
        network.supersedeElection(this, server.seams().election(this, message));
    }

    @Override
    public boolean electionAnyDelivered() {
        return network.electionAnyDelivered(this);
    }

    @Override
    public void electionConnectAll() {
        network.electionConnectAll(this);
    }

    @Override
    public void flushClients() {
        network.flushClients(this);
    }

    @Override
    public void flushPeers() {
        network.flushPeers(this);
    }

    @Override
    public void stopped() {
        stopDone = true;
    }

    @Override
    public void fatal(int exitCode, String message) {
        fatal = "exit code " + exitCode + ": " + message;
    }

    // ---- ServerHost

    @Override
    public boolean knowsItsTreeCommitted() {
        return isRunning() && replica().treeState().appliedZxid() == servedZxid;
    }

    /** It serves, with a leader. */
    void serves() {
        servedZxid = replica().treeState().appliedZxid();
    }

    @Override
    public PeerListener acceptPeer() {
        return server.seams().leader(this, replica().onPeerAccepted());
    }

    @Override
    public ClientConnection acceptClient(ClientChannel channel) {
        return replica().onClientConnected(server.seams().clientChannel(this, channel), nowNanos());
    }

    @Override
    public void clientFrame(ClientConnection connection, byte[] frame, boolean first) {
        byte[] got = server.seams().clientFrame(this, frame, first);
        if (got != null) {
            connection.onFrame(got, nowNanos(), wallMs());
        }
    }

    @Override
    public void electionMessage(long sid, byte[] message) {
        replica().onElectionMessage(sid, message, nowNanos());
    }

    @Override
    public void sent(QuorumPacket packet) {
        switch (packet.type()) {
            case PacketType.FOLLOWER_INFO, PacketType.OBSERVER_INFO -> phase = Phase.LEARNER_DISCOVERY;
            case PacketType.ACK_EPOCH -> phase = Phase.LEARNER_EPOCH_ACCEPTED;
            case PacketType.ACK -> {
                if (phase == Phase.LEARNER_NEWLEADER) {
                    phase = Phase.LEARNER_ACKED;
                }
            }
            default -> {
                // The others say nothing about how far it is.
            }
        }
        if (packet.type() == PacketType.LEADER_INFO) {
            offeredEpoch = Zxid.epoch(packet.zxid());
        }
        server.packetSent(this, packet);
        server.packetPassed(this, packet.type());
    }

    /** The epoch that a packet of discovery is about: of LEADERINFO its own, of ACKEPOCH that of the LEADERINFO before. */
    public long offeredEpoch(QuorumPacket packet) {
        return packet.type() == PacketType.LEADER_INFO ? Zxid.epoch(packet.zxid()) : offeredEpoch;
    }

    @Override
    public void received(int packetType, long zxid) {
        switch (packetType) {
            case PacketType.LEADER_INFO -> offeredEpoch = Zxid.epoch(zxid);
            case PacketType.DIFF -> synchronizes(Phase.LEARNER_DIFF, false, Coverage.Event.DIFF);
            case PacketType.TRUNC -> synchronizes(Phase.LEARNER_TRUNC, true, Coverage.Event.TRUNC);
            case PacketType.SNAP -> synchronizes(Phase.LEARNER_SNAP, false, Coverage.Event.SNAP);
            case PacketType.PROPOSAL -> {
                if (phase == Phase.LEARNER_TRUNC) {
                    synchronizes(Phase.LEARNER_DIFF, true, Coverage.Event.TRUNC_DIFF);
                }
            }
            case PacketType.NEW_LEADER -> phase = Phase.LEARNER_NEWLEADER;
            case PacketType.UP_TO_DATE -> phase = Phase.LEARNER_BROADCAST;
            default -> {
                // The others say nothing about how far it is.
            }
        }
        server.packetReceived(this, packetType);
        server.packetPassed(this, packetType);
    }

    private void synchronizes(Phase how, boolean cuts, Coverage.Event event) {
        phase = how;
        cut = cuts;
        synchronization = how;
        server.count(event);
    }

    /** The replica's status, made once a step. */
    public ReplicaStatus status() {
        ReplicaStatus known = status;
        if (known == null) {
            known = replica().status();
            status = known;
        }
        return known;
    }

    /** How far it is. */
    public Phase phase() {
        if (replica == null) {
            return Phase.ELECTION;
        }
        ReplicaStatus status = status();
        if (status.mode() == ReplicaStatus.Mode.LOOKING || status.mode() == ReplicaStatus.Mode.READ_ONLY) {
            return Phase.ELECTION;
        }
        if (status.mode() != ReplicaStatus.Mode.LEADER) {
            return phase;
        }
        return switch (status.zabState()) {
            case "discovery" -> Phase.LEADER_DISCOVERY;
            case "synchronization" -> Phase.LEADER_SYNCHRONIZATION;
            default -> Phase.LEADER_BROADCAST;
        };
    }

    /** What a crash now is counted as: a learner that has got NEWLEADER and not acknowledged it still stores what it was sent before. */
    Set<Coverage.Event> crashedIn() {
        Phase current = phase();
        Set<Coverage.Event> result = EnumSet.of(current.crash());
        if (current == Phase.LEARNER_NEWLEADER) {
            result.add(synchronization.crash());
        }
        if (cut && (current == Phase.LEARNER_DIFF || current == Phase.LEARNER_NEWLEADER)) {
            result.add(Coverage.Event.CRASH_LEARNER_TRUNC);
        }
        return result;
    }

    /** A job of a disk loop has thrown. */
    void diskFailed(RuntimeException failure) {
        if (server.isDiskFailing() || (server.isDiskFull() && isAboutRoom(failure))) {
            server.mayEnd();
            later(wakeUpNanos(), () -> replica().onDiskFailure(failure));
        } else {
            world.fail(
                    "no disk job fails on a disk that works", "on server " + id() + " one threw " + stackOf(failure));
        }
    }

    /** A snapshot of the leader that has no room ends the process: docs/storage.md. */
    private static boolean isAboutRoom(@Nullable Throwable failure) {
        return failure instanceof NoRoomException
                || (failure instanceof DiskException disk && disk.kind() == DiskException.Kind.NO_SPACE)
                || (failure != null && isAboutRoom(failure.getCause()));
    }

    /** A job of a disk loop waits for room. */
    void diskFull(NoRoomException full) {
        server.count(Coverage.Event.DISK_FULL_MET);
        later(wakeUpNanos(), () -> replica().onDiskFull(full));
    }

    /** It has found some. */
    void diskHasRoom() {
        later(wakeUpNanos(), () -> replica().onDiskRoom());
    }

    private String name() {
        return "server " + id();
    }

    /** The replica's log goes into the trace, and some of its lines are counted. */
    private final class Log implements EventLog {
        @Override
        public void info(String message) {
            if (world.trace().isOn()) {
                world.trace(name(), message);
            }
            if (message.contains("LOCATING -> CATCHING_UP")) {
                server.count(Coverage.Event.DISK_DIFF);
            } else if (message.contains("the same server has connected anew")) {
                server.count(Coverage.Event.DUPLICATE_CONNECTION);
            } else if (message.contains("PUBLISHING -> IDLE")) {
                server.count(Coverage.Event.SNAPSHOT_TAKEN);
            }
        }

        @Override
        public void warn(String message) {
            if (world.trace().isOn()) {
                world.trace(name(), "WARN " + message);
            }
        }
    }
}
