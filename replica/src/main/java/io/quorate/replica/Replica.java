package io.quorate.replica;

import io.quorate.election.ElectionPort;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.EventLog;
import io.quorate.election.FastLeaderElection;
import io.quorate.election.PeerState;
import io.quorate.election.Vote;
import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.OpCode;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.TruncateResult;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.Txn;
import io.quorate.zab.History;
import io.quorate.zab.Leader;
import io.quorate.zab.LeaderPort;
import io.quorate.zab.Learner;
import io.quorate.zab.LearnerHandler;
import io.quorate.zab.LearnerPort;
import io.quorate.zab.LogPort;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One server, without its sockets, threads and files. All methods are called on one loop.
 *
 * <pre>
 *   STARTED ──ensemble──► LOOKING ──elected──► LEADING | FOLLOWING | OBSERVING ──the term ends──► LEAVING
 *   LEAVING ──all disk work is done──► LOOKING
 *   STARTED ──no ensemble──► ALONE        any ──stop──► STOPPING ──all disk work is done──► STOPPED
 * </pre>
 *
 * <p>A term of leading or following is one object ({@link Leader}, {@link Learner}) with its own {@link Proposer}; what comes back for an
 * earlier term finds its object closed. A term ends only when the disk has done all that it was asked for, so that the history, and the
 * vote made of it, is what is on disk.
 *
 * <p>Which class is which room of a write request: 2 and 8 {@link ClientService}, 3 {@link Proposer}, 4 and 6 {@link Leader} and
 * {@link Learner}, 5 {@link LogRoom}, 7 {@link #deliver} and the tree.
 */
public final class Replica {
    private enum State {
        STARTED,
        LOOKING,
        LEADING,
        FOLLOWING,
        OBSERVING,
        ALONE,
        LEAVING,
        STOPPING,
        STOPPED
    }

    private static final Set<State> ROLES = EnumSet.of(State.LEADING, State.FOLLOWING, State.OBSERVING);

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.STARTED, EnumSet.of(State.LOOKING, State.ALONE),
            State.LOOKING, ROLES,
            State.LEADING, EnumSet.of(State.LEAVING),
            State.FOLLOWING, EnumSet.of(State.LEAVING),
            State.OBSERVING, EnumSet.of(State.LEAVING),
            State.LEAVING, EnumSet.of(State.LOOKING),
            State.STOPPING, EnumSet.of(State.STOPPED)));

    private final ReplicaSettings settings;
    private final ReplicaPort port;
    private final Storage storage;
    private final EventLog log;
    private final LogRoom logRoom;
    private final SnapshotRoom snapshots;
    private final ClientService clients;
    private final History history;
    private final ReplicaClock clock;
    private final @Nullable FastLeaderElection election;
    private final Map<AcceptedPeer, Long> parked = new LinkedHashMap<>();

    private State state = State.STARTED;

    /** Changed by deliveries, and replaced by an installed snapshot or a reload; never while clients are served. */
    private DataTree tree;

    private long acceptedEpoch;
    private long currentEpoch;

    /** Whether the history may be voted with; false for a server that lost its database, until it has synchronized. */
    private boolean trusted;

    /** Whether this server can follow only with the leader's whole tree. */
    private boolean snapshotWanted;

    private @Nullable Leader leader;
    private @Nullable Learner learner;
    private @Nullable Proposer proposer;
    private @Nullable SoleBroadcaster alone;
    private @Nullable ReceivingSnapshot receiving;
    private boolean failed;

    /** Whether clients were served in this term. */
    private boolean served;

    /** Terms in a row that ended before clients were served. */
    private int fruitlessTerms;

    /** Whether the next election waits for {@link #lookAtNanos}. */
    private boolean lookIsDue;

    private long lookAtNanos;

    /**
     * Reads what is on disk. Takes as long as that takes, so it is called before the loops begin.
     *
     * @throws StorageException if the files cannot be trusted, with what was found and what to do
     */
    public Replica(
            ReplicaSettings settings,
            ReplicaPort port,
            DiskPort disk,
            DiskLoopPort logLoop,
            DiskLoopPort snapshotLoop,
            RandomGenerator random,
            EventLog log,
            long wallMs) {
        this.settings = settings;
        this.port = port;
        this.log = log;
        this.clock = new ReplicaClock(wallMs);
        this.storage = new Storage(disk, settings.storage(), log);
        this.history = new History(settings.zab().commitLogCount());
        TreeLoading loading = new TreeLoading(settings.tree(), history);
        RecoveredState recovered = storage.recover(loading, loading);
        this.tree = loading.tree();
        this.acceptedEpoch = recovered.acceptedEpoch();
        this.currentEpoch = recovered.currentEpoch();
        this.trusted = recovered.lastZxid() != Zxid.NONE;
        if (recovered.emptySnapshotNeeded()) {
            writeFirstSnapshot();
        }
        this.logRoom = new LogRoom(logLoop, storage, new Durability());
        this.snapshots = new SnapshotRoom(settings, logRoom, snapshotLoop, disk, random, log);
        this.clients = new ClientService(settings, tree, new SessionIds(settings.serverId(), wallMs), clock, log);
        this.election = settings.ensemble() == null
                ? null
                : new FastLeaderElection(settings.election(), settings.serverId(), new Election(), log);
    }

    private void writeFirstSnapshot() {
        SnapshotWriter writer = storage.beginSnapshot(0);
        JuteWriter body = new JuteWriter();
        try (SnapshotView view = tree.openView()) {
            boolean more = true;
            while (more) {
                body.reset();
                more = view.writeSlice(body, ReplicaLimits.SNAPSHOT_SLICE_BYTES);
                writer.write(body.array(), 0, body.size());
            }
            writer.finish(0, view.digest());
        }
        storage.emptySnapshotWritten();
    }

    // ---- what comes in
    // -----------------------------------------------------------------------------------------------------------------

    /** Begins: looks for a leader, or serves alone. */
    public void start(long nowNanos) {
        clock.advance(nowNanos);
        if (settings.isStandalone()) {
            serveAlone();
        } else {
            look();
        }
        endBatch(nowNanos);
    }

    /**
     * Time has passed. Ends with an {@link #endBatch}.
     *
     * @return how long until it wants to be called again, ns
     */
    public long onTick(long nowNanos, long wallMs) {
        clock.tick(nowNanos, wallMs);
        if (election != null && state != State.STOPPING && state != State.STOPPED) {
            election.onTick(nowNanos);
        }
        if (leader != null) {
            leader.onTick(nowNanos);
        }
        if (learner != null) {
            learner.onTick(nowNanos);
        }
        if (proposer != null) {
            proposer.onTick();
        }
        if (lookIsDue && state == State.LEAVING && nowNanos - lookAtNanos >= 0) {
            look();
        }
        dropStaleParkedPeers();
        endBatch(nowNanos);
        boolean idle = clients.isOpen() && !snapshots.isBusy();
        long wanted = idle ? ReplicaLimits.IDLE_TICK_NANOS : ReplicaLimits.BUSY_TICK_NANOS;
        // A tick that takes longer counts as a stall: with a tick as short as the pause no session would ever expire.
        return Math.min(wanted, settings.tickNanos() / ReplicaLimits.MIN_CALLS_PER_TICK);
    }

    /** A batch of inputs has been handed over: what they caused goes out now. */
    public void endBatch(long nowNanos) {
        clock.advance(nowNanos);
        if (leader != null) {
            leader.endBatch();
        }
        if (state != State.STOPPED && !failed) {
            snapshots.work(tree);
        }
        logRoom.flush();
        snapshots.flush();
        port.flushPeers();
        port.flushClients();
    }

    /** A connection was accepted at the quorum port; its listener's {@code onOpen} is called next. */
    public PeerListener onPeerAccepted() {
        return new ClockedListener(clock, new AcceptedPeer(this));
    }

    /** A message has come on an election connection. */
    public void onElectionMessage(long sid, byte[] message, long nowNanos) {
        clock.advance(nowNanos);
        if (election != null && state != State.STOPPING && state != State.STOPPED && state != State.STARTED) {
            election.onMessage(sid, message, nowNanos);
        }
    }

    /** A client has connected; its frames go to what is returned. */
    public ClientConnection onClientConnected(ClientChannel channel, long nowNanos) {
        clock.advance(nowNanos);
        return clients.accept(channel);
    }

    /** A job of a disk loop has failed. The log cannot be trusted any more; a restart finds out what is on disk. */
    public void onDiskFailure(RuntimeException failure) {
        fail(
                1,
                "The disk failed: " + failure.getMessage()
                        + ". This server stops, since it cannot know what of its log is on disk. Mend the disk and start it again.");
    }

    /** Ends in order: clients and peers are let go, the log is forced, then {@link ReplicaPort#stopped} is called. */
    public void stop(long nowNanos) {
        clock.advance(nowNanos);
        if (state == State.STOPPING || state == State.STOPPED) {
            return;
        }
        become(State.STOPPING, "asked to stop");
        endTerm("the server stops");
        logRoom.barrier(now -> {
            become(State.STOPPED, "all is on disk");
            port.stopped();
        });
        endBatch(nowNanos);
    }

    // ---- looking
    // -----------------------------------------------------------------------------------------------------------------------

    private void look() {
        EnsembleConfig ensemble = settings.ensemble();
        if (election == null || ensemble == null) {
            throw new IllegalStateException("a server alone has nobody to look for");
        }
        lookIsDue = false;
        served = false;
        long zxid = trusted ? history.lastZxid() : Zxid.NONE;
        become(State.LOOKING, "last zxid " + Zxid.show(zxid) + ", epoch " + currentEpoch);
        election.look(ensemble, zxid, currentEpoch, clock.nowNanos());
    }

    private final class Election implements ElectionPort {
        @Override
        public void send(long sid, byte[] message) {
            port.sendElection(sid, message);
        }

        @Override
        public void supersede(byte[] message) {
            port.supersedeElection(message);
        }

        @Override
        public boolean anyDelivered() {
            return port.electionAnyDelivered();
        }

        @Override
        public void connectAll() {
            port.electionConnectAll();
        }

        @Override
        public void elected(PeerState role, Vote vote) {
            EnsembleConfig ensemble = settings.ensemble();
            if (ensemble == null) {
                throw new IllegalStateException("elected without an ensemble");
            }
            if (role == PeerState.LEADING) {
                lead(ensemble);
            } else {
                follow(ensemble, vote.leader(), role == PeerState.OBSERVING);
            }
        }
    }

    // ---- leading
    // -----------------------------------------------------------------------------------------------------------------------

    private void lead(EnsembleConfig ensemble) {
        become(State.LEADING, "elected");
        Leading leading = new Leading();
        Leader newLeader = new Leader(
                settings.zab(),
                settings.serverId(),
                ensemble,
                acceptedEpoch,
                currentEpoch,
                history,
                leading,
                leading,
                log,
                clock.nowNanos());
        leader = newLeader;
        newLeader.start();
        List<AcceptedPeer> waiting = List.copyOf(parked.keySet());
        parked.clear();
        for (AcceptedPeer each : waiting) {
            each.adopt(newLeader.accept(), clock.nowNanos());
        }
    }

    /** One term of leading. */
    private final class Leading implements LeaderPort, LogPort, Broadcaster {
        @Override
        public void deliver(Proposal proposal) {
            Replica.this.deliver(proposal);
        }

        @Override
        public void onEstablished(long epoch) {
            if (election != null) {
                election.settled(epoch);
            }
            removeDanglingEphemerals();
            Proposer newProposer = new Proposer(settings, tree, this, clients, log, clock);
            proposer = newProposer;
            served = true;
            clients.open(newProposer, tree);
        }

        @Override
        public void onAbdicated(String reason) {
            leave(reason);
        }

        @Override
        public void onRequest(LearnerHandler from, long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
            if (proposer != null) {
                proposer.submit(from.sid(), sessionId, cxid, op, body, identities);
            }
        }

        @Override
        public void onRevalidate(LearnerHandler from, long sessionId, int timeoutMs) {
            if (proposer != null) {
                from.answerRevalidate(sessionId, proposer.revalidate(from.sid(), sessionId, timeoutMs));
            }
        }

        @Override
        public void onTouched(LearnerHandler from, long sessionId, int timeoutMs) {
            if (proposer != null) {
                proposer.touch(sessionId, timeoutMs);
            }
        }

        @Override
        public void onSynced(long token) {
            clients.onSynced();
        }

        @Override
        public void onLearnerGone(LearnerHandler handler) {
            logRoom.forget(handler);
        }

        @Override
        public long nextZxid() {
            Leader current = leader;
            if (current == null || !current.isEstablished()) {
                return Zxid.NONE;
            }
            long next = current.nextZxid();
            if (next == Zxid.NONE) {
                current.abdicate("epoch " + current.epoch() + " has no zxid left; a new election begins a new epoch");
            }
            return next;
        }

        @Override
        public void propose(Proposal proposal) {
            requireLeader().propose(proposal);
        }

        @Override
        public void sync(long token) {
            requireLeader().sync(token);
        }

        private Leader requireLeader() {
            if (leader == null) {
                throw new IllegalStateException("the term of leading is over");
            }
            return leader;
        }

        @Override
        public void append(Proposal proposal) {
            logRoom.append(proposal);
        }

        @Override
        public void storeAcceptedEpoch(long epoch) {
            logRoom.storeAcceptedEpoch(epoch);
        }

        @Override
        public void storeCurrentEpoch(long epoch) {
            logRoom.storeCurrentEpoch(epoch);
        }

        @Override
        public void locate(LearnerHandler handler, long zxid, double maxBytesFactor) {
            logRoom.locate(handler, zxid, maxBytesFactor);
        }

        @Override
        public void read(LearnerHandler handler, long afterZxid, int maxBytes) {
            logRoom.read(handler, afterZxid, maxBytes);
        }

        @Override
        public void openSnapshot(LearnerHandler handler, long minZxid) {
            snapshots.open(handler, minZxid);
        }

        @Override
        public void readSnapshot(LearnerHandler handler) {
            snapshots.read(handler);
        }

        @Override
        public void closeSnapshot(LearnerHandler handler) {
            snapshots.close(handler);
        }
    }

    // ---- following
    // ---------------------------------------------------------------------------------------------------------------------

    private void follow(EnsembleConfig ensemble, long leaderSid, boolean observer) {
        become(observer ? State.OBSERVING : State.FOLLOWING, "server " + leaderSid + " leads");
        refuseParkedPeers("server " + leaderSid + " leads, not this one");
        Following following = new Following(leaderSid);
        Learner newLearner = new Learner(
                settings.zab(),
                settings.serverId(),
                leaderSid,
                observer,
                ensemble.version(),
                acceptedEpoch,
                currentEpoch,
                history,
                following,
                following,
                log);
        learner = newLearner;
        if (snapshotWanted) {
            newLearner.askForSnapshot();
        }
        newLearner.start(clock.nowNanos());
    }

    /** A snapshot on its way from the leader: to the disk, and into a tree. */
    private record ReceivingSnapshot(long zxid, SnapshotLoader loader, LogRoom.Receiving file) {}

    /** One term of following. */
    private final class Following implements LearnerPort, LogPort, Upstream {
        private final long leaderSid;

        Following(long leaderSid) {
            this.leaderSid = leaderSid;
        }

        @Override
        public void connect(PeerListener listener, long timeoutNanos) {
            port.connectToLeader(leaderSid, new ClockedListener(clock, listener), timeoutNanos);
        }

        @Override
        public void deliver(Proposal proposal) {
            Replica.this.deliver(proposal);
        }

        @Override
        public void truncate(long zxid, boolean reload) {
            snapshots.giveUp();
            History reloaded = new History(settings.zab().commitLogCount());
            TreeLoading loading = new TreeLoading(settings.tree(), reloaded);
            Runnable load = () -> storage.recover(loading, loading);
            logRoom.truncate(zxid, reload ? load : () -> {}, load, result -> {
                if (result == TruncateResult.NOT_FOUND) {
                    history.replaceBy(reloaded);
                    tree = loading.tree();
                    askForSnapshot(zxid);
                } else if (reload) {
                    tree = loading.tree();
                }
            });
        }

        /** The log stays as it is, since it may be a part of a quorum's, until the leader has sent its whole tree. */
        private void askForSnapshot(long zxid) {
            snapshotWanted = true;
            String reason = "the log cannot be cut behind " + Zxid.show(zxid) + " as leader " + leaderSid
                    + " wants, since that transaction is not in it; comes back for a snapshot";
            if (learner != null) {
                learner.end(reason);
            }
        }

        @Override
        public void beginSnapshot(long zxid) {
            snapshots.giveUp();
            receiving = new ReceivingSnapshot(zxid, new SnapshotLoader(settings.tree()), logRoom.receiveSnapshot(zxid));
        }

        @Override
        public int snapshotBytes(byte[] bytes, int offset, int length) {
            ReceivingSnapshot current = requireReceiving();
            int used = current.loader().feed(bytes, offset, length);
            if (used > 0) {
                current.file().write(Arrays.copyOfRange(bytes, offset, offset + used));
            }
            return used;
        }

        @Override
        public boolean isSnapshotComplete() {
            return requireReceiving().loader().isComplete();
        }

        @Override
        public void installSnapshot(long zxid) {
            ReceivingSnapshot current = requireReceiving();
            receiving = null;
            DataTree newTree = current.loader().finish(zxid);
            current.file().commit(() -> {
                tree = newTree;
                trusted = true;
                snapshotWanted = false;
            });
        }

        private ReceivingSnapshot requireReceiving() {
            if (receiving == null) {
                throw new IllegalStateException("no snapshot is being received");
            }
            return receiving;
        }

        @Override
        public void onConfig(String text) {
            if (settings.ensemble() != null && !text.equals(settings.ensemble().text())) {
                log.warn("The leader's configuration differs from this server's file. The leader's:\n" + text
                        + "\nthis server's:\n" + settings.ensemble().text());
            }
        }

        @Override
        public void onSynchronized() {
            if (!trusted) {
                snapshots.request(); // Without one, the log alone could not be recovered from.
                trusted = true;
            }
            if (election != null && learner != null) {
                election.settled(learner.epoch());
            }
            setConfigNode();
            served = true;
            clients.open(this, tree);
        }

        @Override
        public byte[] drainTouchedSessions() {
            JuteWriter out = new JuteWriter();
            clients.drainTouched((id, timeoutMs) -> out.writeLong(id).writeInt(timeoutMs));
            return out.toByteArray();
        }

        @Override
        public void onRevalidated(long sessionId, boolean valid) {
            clients.onRevalidated(sessionId, valid);
        }

        @Override
        public void onSynced() {
            clients.onSynced();
        }

        @Override
        public void onEnded(String reason) {
            leave(reason);
        }

        @Override
        public void onFatal(String message) {
            fail(13, message);
        }

        @Override
        public void write(long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
            requireLearner().forward(sessionId, cxid, op, body, identities);
        }

        @Override
        public void createSession(long sessionId, int timeoutMs) {
            JuteWriter body = new JuteWriter(4);
            body.writeInt(timeoutMs);
            requireLearner().forward(sessionId, 0, OpCode.CREATE_SESSION, body.toByteArray(), null);
        }

        @Override
        public void revalidate(long sessionId, int timeoutMs) {
            requireLearner().revalidate(sessionId, timeoutMs);
        }

        @Override
        public void sync() {
            requireLearner().forward(0, 0, OpCode.SYNC, new byte[0], null);
        }

        @Override
        public void touch(long sessionId, int timeoutMs) {
            // Clients' touches are drained when the leader pings.
        }

        private Learner requireLearner() {
            if (learner == null) {
                throw new IllegalStateException("the term of following is over");
            }
            return learner;
        }

        @Override
        public void append(Proposal proposal) {
            logRoom.append(proposal);
        }

        @Override
        public void storeAcceptedEpoch(long epoch) {
            logRoom.storeAcceptedEpoch(epoch);
        }

        @Override
        public void storeCurrentEpoch(long epoch) {
            logRoom.storeCurrentEpoch(epoch);
        }

        @Override
        public void locate(LearnerHandler handler, long zxid, double maxBytesFactor) {
            throw new IllegalStateException("only a leader has learners");
        }

        @Override
        public void read(LearnerHandler handler, long afterZxid, int maxBytes) {
            throw new IllegalStateException("only a leader has learners");
        }

        @Override
        public void openSnapshot(LearnerHandler handler, long minZxid) {
            throw new IllegalStateException("only a leader has learners");
        }

        @Override
        public void readSnapshot(LearnerHandler handler) {
            throw new IllegalStateException("only a leader has learners");
        }

        @Override
        public void closeSnapshot(LearnerHandler handler) {
            throw new IllegalStateException("only a leader has learners");
        }
    }

    // ---- alone
    // -------------------------------------------------------------------------------------------------------------------------

    private void serveAlone() {
        become(State.ALONE, "no ensemble is configured");
        SoleBroadcaster broadcaster = new SoleBroadcaster(history, logRoom, this::deliver, token -> clients.onSynced());
        alone = broadcaster;
        removeDanglingEphemerals();
        Proposer newProposer = new Proposer(settings, tree, broadcaster, clients, log, clock);
        proposer = newProposer;
        clients.open(newProposer, tree);
    }

    // ---- the end of a term
    // -------------------------------------------------------------------------------------------------------------

    private void leave(String reason) {
        if (!ROLES.contains(state)) {
            return;
        }
        become(State.LEAVING, reason);
        endTerm(reason);
        logRoom.barrier(now -> {
            clock.advance(now);
            lookAgain();
        });
    }

    /** At once after a term in which clients were served; if not, later each time, so that a leader that cannot be followed is not stormed. */
    private void lookAgain() {
        if (state != State.LEAVING) {
            return;
        }
        fruitlessTerms = served ? 0 : fruitlessTerms + 1;
        if (fruitlessTerms <= 1) {
            look();
            return;
        }
        long pause = ReplicaLimits.FIRST_LOOK_PAUSE_NANOS
                << Math.min(fruitlessTerms - 2, ReplicaLimits.MAX_LOOK_PAUSE_DOUBLINGS);
        lookAtNanos = clock.nowNanos() + Math.min(pause, settings.tickNanos());
        lookIsDue = true;
    }

    /** Forgets all that belongs to the term. What the disk is still doing comes back to closed objects. */
    private void endTerm(String reason) {
        clients.close(reason);
        Leader oldLeader = leader;
        Learner oldLearner = learner;
        leader = null;
        learner = null;
        proposer = null;
        if (oldLeader != null) {
            oldLeader.abdicate(reason);
        }
        if (oldLearner != null) {
            oldLearner.end(reason);
        }
        snapshots.closeAll();
        if (receiving != null) {
            receiving.file().abort();
            receiving = null;
        }
    }

    private void fail(int exitCode, String message) {
        if (!failed) {
            failed = true;
            clients.close(message);
            port.fatal(exitCode, message);
        }
    }

    // ---- room 7
    // ------------------------------------------------------------------------------------------------------------------------

    /** A transaction is committed and durable here. */
    private void deliver(Proposal proposal) {
        Txn txn = proposer != null ? proposer.take(proposal) : Txn.decode(proposal.bytes());
        clients.apply(tree, txn);
        if (proposer != null) {
            proposer.onApplied(proposal.zxid());
        }
        snapshots.onApplied(proposal.bytes().length);
    }

    private void removeDanglingEphemerals() {
        for (long each : tree.danglingOwners()) {
            log.warn("Session 0x" + Long.toHexString(each) + " owns ephemerals but is not known; they are removed");
            tree.removeEphemerals(each, tree.lastZxid());
        }
        setConfigNode();
    }

    private void setConfigNode() {
        EnsembleConfig ensemble = settings.ensemble();
        if (ensemble != null) {
            tree.setConfig(ensemble.text().getBytes(StandardCharsets.UTF_8), ensemble.version(), clock.wallMs());
        }
    }

    private final class Durability implements LogRoom.Listener {
        @Override
        public void onDurable(long zxid, long now) {
            clock.advance(now);
            if (leader != null) {
                leader.onDurable(zxid);
            } else if (learner != null) {
                learner.onDurable(zxid);
            } else if (alone != null) {
                alone.onDurable(zxid);
            } else {
                history.onDurable(zxid);
            }
        }

        @Override
        public void onAcceptedEpochDurable(long epoch) {
            acceptedEpoch = epoch;
            if (leader != null) {
                leader.onAcceptedEpochDurable(epoch);
            }
            if (learner != null) {
                learner.onAcceptedEpochDurable(epoch);
            }
        }

        @Override
        public void onCurrentEpochDurable(long epoch, long now) {
            currentEpoch = epoch;
            if (leader != null) {
                leader.onCurrentEpochDurable(epoch, now);
            }
            if (learner != null) {
                learner.onCurrentEpochDurable(epoch, now);
            }
        }
    }

    // ---- would-be learners
    // -------------------------------------------------------------------------------------------------------------

    void onPeerOpen(AcceptedPeer peer, long nowNanos) {
        clock.advance(nowNanos);
        if (leader != null) {
            peer.adopt(leader.accept(), nowNanos);
        } else if (state == State.LOOKING || state == State.LEAVING) {
            park(peer);
        } else {
            peer.refuse("this server does not lead");
        }
    }

    private void park(AcceptedPeer peer) {
        if (parked.size() >= ReplicaLimits.MAX_PARKED_PEERS) {
            peer.refuse("too many connections wait for this server's election");
        } else {
            parked.put(peer, clock.nowNanos() + settings.tickNanos());
        }
    }

    void onParkedPeerClosed(AcceptedPeer peer) {
        parked.remove(peer);
    }

    private void dropStaleParkedPeers() {
        for (Map.Entry<AcceptedPeer, Long> each : List.copyOf(parked.entrySet())) {
            if (clock.nowNanos() - each.getValue() > 0) {
                parked.remove(each.getKey());
                each.getKey().refuse("this server was not elected within a tick");
            }
        }
    }

    private void refuseParkedPeers(String reason) {
        List<AcceptedPeer> waiting = List.copyOf(parked.keySet());
        parked.clear();
        for (AcceptedPeer each : waiting) {
            each.refuse(reason);
        }
    }

    // ---- status
    // ------------------------------------------------------------------------------------------------------------------------

    /** What this server is at the moment. */
    public ReplicaStatus status() {
        RequestStats stats = clients.stats();
        return new ReplicaStatus(
                mode(),
                clients.isOpen(),
                zabState(),
                leaderSid(),
                leader != null && leader.isEstablished() ? leader.lastProcessedZxid() : tree.lastZxid(),
                currentEpoch,
                tree.nodeCount(),
                tree.ephemeralsCount(),
                tree.approximateDataSize(),
                tree.watchCount(),
                tree.sessions().size(),
                clients.outstanding(),
                stats.received(),
                stats.sent(),
                stats.minMs(),
                stats.avgMs(),
                stats.maxMs(),
                proposer == null ? ReplicaStatus.ProposalSizes.NONE : proposer.proposalSizes(),
                learnerStatus(),
                clients.connectionStatus());
    }

    /** Zxid and digest of the tree, for those who compare replicas. */
    public TreeState treeState() {
        return new TreeState(tree.lastZxid(), tree.digest(), history.committedZxid(), history.lastZxid());
    }

    /** What a replica holds, as numbers. */
    public record TreeState(long appliedZxid, long digest, long committedZxid, long lastZxid) {}

    public void resetRequestStats() {
        clients.stats().reset();
    }

    public void resetConnectionStats() {
        clients.resetConnectionStats();
    }

    private ReplicaStatus.Mode mode() {
        return switch (state) {
            case LEADING -> ReplicaStatus.Mode.LEADER;
            case FOLLOWING -> ReplicaStatus.Mode.FOLLOWER;
            case OBSERVING -> ReplicaStatus.Mode.OBSERVER;
            case ALONE -> ReplicaStatus.Mode.STANDALONE;
            default -> ReplicaStatus.Mode.LOOKING;
        };
    }

    private String zabState() {
        if (leader != null) {
            return switch (leader.state()) {
                case DISCOVERY -> "discovery";
                case SYNCHRONIZATION -> "synchronization";
                default -> "broadcast";
            };
        }
        if (learner != null) {
            return switch (learner.state()) {
                case CONNECTING, DISCOVERY -> "discovery";
                case BROADCAST -> "broadcast";
                default -> "synchronization";
            };
        }
        return state == State.ALONE ? "" : "election";
    }

    private long leaderSid() {
        if (leader != null) {
            return settings.serverId();
        }
        return learner == null ? -1 : learner.leaderSid();
    }

    private List<ReplicaStatus.LearnerStatus> learnerStatus() {
        List<ReplicaStatus.LearnerStatus> result = new ArrayList<>();
        EnsembleConfig ensemble = settings.ensemble();
        if (leader != null && ensemble != null) {
            for (LearnerHandler each : leader.learners()) {
                result.add(new ReplicaStatus.LearnerStatus(
                        each.sid(),
                        each.remoteName(),
                        each.isObserver(),
                        ensemble.isVoter(each.sid()),
                        each.isSynced()));
            }
        }
        return result;
    }

    private void become(State next, String reason) {
        boolean stops = next == State.STOPPING && state != State.STOPPED;
        if (!stops && !NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("replica cannot go from " + state + " to " + next + ": " + reason);
        }
        log.info("Server " + settings.serverId() + ": " + state + " -> " + next + ", " + reason);
        state = next;
    }
}
