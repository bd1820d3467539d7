package io.quorate.replica;

import io.quorate.election.ElectionPort;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.EventLog;
import io.quorate.election.FastLeaderElection;
import io.quorate.election.PeerState;
import io.quorate.election.Vote;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.Txn;
import io.quorate.zab.History;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
 * <p>A {@link Term} of leading, following or serving alone is one object; what comes back for an earlier term finds its object closed. A term
 * ends only when the disk has done all that it was asked for, so that the history, and the vote made of it, is what is on disk.
 *
 * <p>Which class is which room of a write request: 2 and 8 {@link ClientService}, 3 {@link Proposer}, 4 and 6 {@link LeaderTerm} and
 * {@link LearnerTerm}, 5 {@link LogRoom}, 7 {@link #deliver} and the tree.
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
    private final EventLog log;
    private final RandomGenerator random;
    private final LogRoom logRoom;
    private final LearnerReads reads;
    private final SnapshotRoom snapshots;
    private final Retention retention;
    private final ClientService clients;
    private final Database database;
    private final ReplicaClock clock;
    private final @Nullable FastLeaderElection election;
    private final ParkedPeers parked;
    private final Rooms rooms;
    private final Term.Host host = new TermHost();

    private State state = State.STARTED;

    private long acceptedEpoch;
    private long currentEpoch;

    /** There in {@link #ROLES} and when alone. */
    private @Nullable Term term;

    private boolean failed;

    /** Whether the disk loop waits for room. */
    private boolean diskFull;

    /** Terms in a row that ended because the leader's snapshot had no room. */
    private int termsWithoutRoom;

    /** Whether the last term was one of them. */
    private boolean lackedRoom;

    /** Whether this term has come to where clients are served, by a leader that does not serve them too. */
    private boolean served;

    /** Whether the last term was one of observing. */
    private boolean observed;

    /** Terms in a row that ended before clients were served. */
    private int fruitlessTerms;

    /** Whether the next election waits for {@link #lookAtNanos}. */
    private boolean lookIsDue;

    private long lookAtNanos;

    /** When it began not to serve clients. */
    private long unservedSinceNanos;

    /** When it began to look for a leader. */
    private long lookingSinceNanos;

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
        this.random = random;
        this.clock = new ReplicaClock(wallMs);
        Storage storage = new Storage(disk, settings.storage(), log);
        History history = new History(settings.zab().commitLogCount());
        TreeLoading loading = new TreeLoading(settings.tree(), history);
        RecoveredState recovered = storage.recover(loading, loading);
        this.database = new Database(
                loading.tree(), history, recovered.trusted(), loading.digests().isTreeInDoubt());
        this.acceptedEpoch = recovered.acceptedEpoch();
        this.currentEpoch = recovered.currentEpoch();
        if (recovered.emptySnapshotNeeded()) {
            writeFirstSnapshot(storage, loading.tree());
        }
        Counters counters = new Counters();
        counters.addDigestMismatches(loading.digests(), log);
        this.logRoom = new LogRoom(logLoop, storage, new Durability());
        this.reads = new LearnerReads(snapshotLoop, storage);
        this.snapshots = new SnapshotRoom(settings, logRoom, snapshotLoop, disk, random, counters, log);
        this.retention = new Retention(settings.storage(), logRoom, log);
        snapshots.onReplayed(loading.replayedTxns(), loading.replayedBytes());
        this.clients = new ClientService(
                settings, loading.tree(), new SessionIds(settings.serverId(), wallMs), clock, counters, random, log);
        this.parked = new ParkedPeers(settings.tickNanos());
        this.rooms = new Rooms(settings, port, storage, logRoom, reads, snapshots, clients, database, clock, log);
        this.election = settings.ensemble() == null
                ? null
                : new FastLeaderElection(settings.election(), settings.serverId(), new Election(), log);
    }

    private static void writeFirstSnapshot(Storage storage, DataTree tree) {
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
        unservedSinceNanos = nowNanos;
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
        if (term != null) {
            term.onTick(nowNanos);
        }
        clients.onTick();
        if (term != null && served) {
            if (snapshots.takeLackedRoom()) {
                retention.hurry();
            }
            retention.onTick(term.logNeededAfter(), nowNanos);
        }
        serveReadOnlyIfDue();
        if (lookIsDue && state == State.LEAVING && nowNanos - lookAtNanos >= 0) {
            look();
        }
        parked.dropStale(nowNanos);
        endBatch(nowNanos);
        boolean idle = (clients.isOpen() || isEstablished()) && !snapshots.isBusy();
        long wanted = idle ? ReplicaLimits.IDLE_TICK_NANOS : ReplicaLimits.BUSY_TICK_NANOS;
        // A tick that takes longer counts as a stall: with a tick as short as the pause no session would ever expire.
        return Math.min(wanted, settings.tickNanos() / ReplicaLimits.MIN_CALLS_PER_TICK);
    }

    private boolean isEstablished() {
        return term != null && served;
    }

    /** A batch of inputs has been handed over: what they caused goes out now. */
    public void endBatch(long nowNanos) {
        clock.advance(nowNanos);
        if (term != null) {
            term.endBatch();
        }
        if (state != State.STOPPED && !failed) {
            snapshots.work(database.tree(), clients.isOpen() || isEstablished(), nowNanos);
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

    /** The disk loop waits for room. Nothing is lost; nothing more is acknowledged until there is some. */
    public void onDiskFull(NoRoomException full) {
        diskFull = true;
        clients.counters().diskFull++;
        log.warn("The disk is full: " + full.getMessage()
                + " This server acknowledges no writes until there is room, keeps those that it has, goes on serving reads, and"
                + " looks for room by itself. What was acknowledged is on disk.");
    }

    /** What waited for room is on disk. */
    public void onDiskRoom() {
        diskFull = false;
        log.info("There is room on the disk again: this server goes on acknowledging writes");
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
        lookingSinceNanos = clock.nowNanos();
        long zxid = database.voteZxid();
        clients.counters().looked++;
        become(State.LOOKING, "last zxid " + Zxid.show(zxid) + ", epoch " + currentEpoch);
        election.look(ensemble, zxid, currentEpoch, clock.nowNanos());
    }

    /** Who finds no leader for a while shows its last state, if it is allowed to. */
    private void serveReadOnlyIfDue() {
        boolean due = state == State.LOOKING
                && settings.sessionModes().readOnly()
                && !clients.isOpen()
                && database.isTrusted()
                && clock.nowNanos() - lookingSinceNanos > settings.readOnlyAfterNanos();
        if (due) {
            log.info("Server " + settings.serverId() + " has found no leader: it serves read-only clients");
            setConfigNode();
            clients.openReadOnly(database.tree());
        }
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
            clients.counters().elections.add(clock.nowNanos() - lookingSinceNanos);
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

    // ---- terms
    // -------------------------------------------------------------------------------------------------------------------------

    private void lead(EnsembleConfig ensemble) {
        become(State.LEADING, "elected");
        begin(new LeaderTerm(rooms, host, ensemble, acceptedEpoch, currentEpoch));
        for (AcceptedPeer each : parked.takeAll()) {
            onPeerOpen(each, clock.nowNanos());
        }
    }

    private void follow(EnsembleConfig ensemble, long leaderSid, boolean observer) {
        become(observer ? State.OBSERVING : State.FOLLOWING, "server " + leaderSid + " leads");
        parked.refuseAll("server " + leaderSid + " leads, not this one");
        begin(new LearnerTerm(rooms, host, ensemble, leaderSid, observer, acceptedEpoch, currentEpoch));
    }

    private void serveAlone() {
        become(State.ALONE, "no ensemble is configured");
        begin(new SoleTerm(rooms, host));
    }

    private void begin(Term newTerm) {
        clients.close("a leader has appeared");
        term = newTerm;
        lackedRoom = false;
        newTerm.start(clock.nowNanos());
    }

    private final class TermHost implements Term.Host {
        @Override
        public void deliver(Proposal proposal) {
            Replica.this.deliver(proposal);
        }

        @Override
        public void settled(long epoch) {
            if (election != null) {
                election.settled(epoch);
            }
            setConfigNode();
        }

        @Override
        public void serve(Upstream upstream) {
            served = true;
            termsWithoutRoom = 0;
            clients.counters().unavailable.add(clock.nowNanos() - unservedSinceNanos);
            if (state != State.LEADING || settings.roles().leaderServes()) {
                clients.open(upstream, database.tree());
            }
        }

        @Override
        public void lackRoom(StorageException failure) {
            termsWithoutRoom++;
            lackedRoom = true;
            clients.counters().diskFull++;
            log.warn("There is no room for the snapshot that the leader sends: " + failure.getMessage()
                    + " This server's own files are as they were. It leaves the leader and asks again from time to time; make"
                    + " room in dataDir for one more snapshot.");
        }

        @Override
        public void leave(String reason) {
            Replica.this.leave(reason);
        }

        @Override
        public void fail(int exitCode, String message) {
            Replica.this.fail(exitCode, message);
        }
    }

    // ---- the end of a term
    // -------------------------------------------------------------------------------------------------------------

    private void leave(String reason) {
        if (!ROLES.contains(state)) {
            return;
        }
        observed = state == State.OBSERVING;
        if (served) {
            unservedSinceNanos = clock.nowNanos();
        }
        become(State.LEAVING, reason);
        endTerm(reason);
        if (database.isReloadWanted()) {
            snapshots.giveUp(); // Of the wrong tree.
        }
        logRoom.barrier(now -> {
            clock.advance(now);
            if (state == State.LEAVING && database.isReloadWanted()) {
                reload();
            } else {
                lookAgain(0);
            }
        });
    }

    /** The tree in memory is not the leader's: the one that the files make may be, or it is in doubt. */
    private void reload() {
        History reloaded = new History(settings.zab().commitLogCount());
        TreeLoading loading = new TreeLoading(settings.tree(), reloaded);
        logRoom.load(() -> rooms.storage().recover(loading, loading), now -> {
            clock.advance(now);
            History before = database.history();
            if (reloaded.lastZxid() != before.lastZxid()) {
                fail(
                        1,
                        "The log ends at " + Zxid.show(reloaded.lastZxid())
                                + " when it is read again, but this server has acknowledged all up to "
                                + Zxid.show(before.lastZxid())
                                + ": the disk, or this machine's memory, is damaged. Rebuild this server from the leader (zkTool.sh rebuild).");
                return;
            }
            boolean helped = loading.digests().fitsBehind(database.reloadFor());
            before.replaceBy(reloaded);
            rooms.adopt(loading, !helped);
            log.warn("Server " + settings.serverId() + " has made its tree anew of its files: "
                    + (helped
                            ? "it has the leader's digest now, so what was in this server's memory was wrong. Test its memory."
                            : "that has not the leader's digest either, or none was there to compare with."));
            lookAgain(ReplicaLimits.PAUSE_AFTER_RELOAD_TICKS * settings.tickNanos());
        });
    }

    /** At once after a term in which clients were served; if not, later each time, so that a leader that cannot be followed is not stormed. */
    private void lookAgain(long leastPauseNanos) {
        if (state != State.LEAVING) {
            return;
        }
        fruitlessTerms = served ? 0 : fruitlessTerms + 1;
        long pause = Math.max(leastPauseNanos, lookPauseNanos() + observersPauseNanos());
        if (pause == 0) {
            look();
            return;
        }
        lookAtNanos = clock.nowNanos() + pause;
        lookIsDue = true;
    }

    private long lookPauseNanos() {
        if (lackedRoom) {
            return ReplicaLimits.FIRST_ROOM_PAUSE_NANOS
                    << Math.min(termsWithoutRoom - 1, ReplicaLimits.MAX_ROOM_PAUSE_DOUBLINGS);
        }
        if (fruitlessTerms <= 1) {
            return 0;
        }
        long pause = ReplicaLimits.FIRST_LOOK_PAUSE_NANOS
                << Math.min(fruitlessTerms - 2, ReplicaLimits.MAX_LOOK_PAUSE_DOUBLINGS);
        return Math.min(pause, settings.tickNanos());
    }

    /** All observers lose their leader at once, and are not to come back at once. */
    private long observersPauseNanos() {
        long most = settings.roles().observerReconnectDelayNanos();
        return observed && most > 0 ? random.nextLong(most) : 0;
    }

    /** Forgets all that belongs to the term. What the disk is still doing comes back to closed objects. */
    private void endTerm(String reason) {
        clients.close(reason);
        if (election != null) {
            election.retire();
        }
        Term old = term;
        term = null;
        if (old != null) {
            old.end(reason);
        }
        reads.closeAll();
        snapshots.closeAll();
        retention.pause();
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
        Txn txn = term != null ? term.take(proposal) : Txn.decode(proposal.bytes());
        clients.apply(database.tree(), txn);
        Term current = term;
        if (current != null) {
            current.onApplied(proposal.zxid());
            compare(current, txn);
        }
        snapshots.onApplied(proposal.bytes().length);
    }

    /** Not before clients are served: until then a snapshot that holds more than its zxid says may still be made whole. */
    private void compare(Term current, Txn txn) {
        if (served && txn.digest() != null) {
            boolean same = database.tree().digestMatches(txn);
            if (!same) {
                clients.counters().addDigestMismatch(txn, database.tree(), log);
            }
            current.onCompared(txn.zxid(), same);
        }
    }

    private void setConfigNode() {
        EnsembleConfig ensemble = settings.ensemble();
        if (ensemble != null) {
            database.tree()
                    .setConfig(ensemble.text().getBytes(StandardCharsets.UTF_8), ensemble.version(), clock.wallMs());
        }
    }

    private final class Durability implements LogRoom.Listener {
        @Override
        public void onDurable(long zxid, long now) {
            clock.advance(now);
            if (term != null) {
                term.onDurable(zxid);
            } else {
                database.history().onDurable(zxid);
            }
        }

        @Override
        public void onAcceptedEpochDurable(long epoch) {
            acceptedEpoch = epoch;
            if (term != null) {
                term.onAcceptedEpochDurable(epoch);
            }
        }

        @Override
        public void onCurrentEpochDurable(long epoch, long now) {
            currentEpoch = epoch;
            trustDatabase();
            if (term != null) {
                term.onCurrentEpochDurable(epoch, now);
            }
        }
    }

    /** The history on disk is that of a leader, and its epoch is there, too: before the leader is told, this server may vote with it. */
    private void trustDatabase() {
        if (!database.isTrusted()) {
            database.trust();
            snapshots.request(); // A log alone could not be recovered from.
        }
    }

    // ---- would-be learners
    // -------------------------------------------------------------------------------------------------------------

    void onPeerOpen(AcceptedPeer peer, long nowNanos) {
        clock.advance(nowNanos);
        PeerListener listener = term == null ? null : term.accept();
        if (listener != null) {
            peer.adopt(listener, nowNanos);
        } else if (state == State.LOOKING || state == State.LEAVING) {
            parked.park(peer, nowNanos);
        } else {
            peer.refuse("this server does not lead");
        }
    }

    void onParkedPeerClosed(AcceptedPeer peer) {
        parked.forget(peer);
    }

    // ---- status
    // ------------------------------------------------------------------------------------------------------------------------

    /** What this server is at the moment. */
    public ReplicaStatus status() {
        RequestStats stats = clients.stats();
        DataTree tree = database.tree();
        return new ReplicaStatus(
                term == null ? modeWithoutTerm() : term.mode(),
                clients.isOpen(),
                term == null ? "election" : term.phase(),
                term == null ? -1 : term.leaderSid(),
                term == null ? tree.lastZxid() : term.lastProcessedZxid(),
                currentEpoch,
                tree.nodeCount(),
                tree.ephemeralsCount(),
                tree.approximateDataSize(),
                tree.watchCount(),
                tree.sessions().size(),
                clients.localSessionCount(),
                clients.outstanding(),
                stats.received(),
                stats.sent(),
                stats.minMs(),
                stats.avgMs(),
                stats.maxMs(),
                term == null ? ReplicaStatus.Leading.NONE : term.leading(),
                term == null ? ReplicaStatus.Sizes.NONE : term.proposalSizes(),
                term == null ? List.of() : term.learners(),
                clients.connectionStatus(),
                tree.quotas(),
                new ReplicaStatus.DiskStatus(diskFull || termsWithoutRoom > 0, logRoom.unwrittenBytes()),
                clients.counters().counts(clients.throttling()));
    }

    private ReplicaStatus.Mode modeWithoutTerm() {
        return clients.isReadOnly() ? ReplicaStatus.Mode.READ_ONLY : ReplicaStatus.Mode.LOOKING;
    }

    /** All that there is of a kind. */
    public ReplicaDetails details(ReplicaDetails.Kind kind) {
        DataTree tree = database.tree();
        return switch (kind) {
            case NOTHING -> ReplicaDetails.NONE;
            case SESSIONS ->
                ReplicaDetails.ofSessions(
                        term == null ? null : term.trackedSessions(),
                        clients.localSessionSets(),
                        globalSessions(tree),
                        tree.ephemerals());
            case WATCHES -> ReplicaDetails.ofWatches(tree.dataWatches());
            case DIGESTS -> ReplicaDetails.ofDigests(tree.digestLog());
        };
    }

    private static Map<Long, Integer> globalSessions(DataTree tree) {
        Map<Long, Integer> result = new TreeMap<>();
        tree.sessions().forEach(result::put);
        return result;
    }

    /** Zxid and digest of the tree, for those who compare replicas. */
    public TreeState treeState() {
        DataTree tree = database.tree();
        History history = database.history();
        return new TreeState(tree.lastZxid(), tree.digest(), history.committedZxid(), history.lastZxid());
    }

    /** What a replica holds, as numbers. */
    public record TreeState(long appliedZxid, long digest, long committedZxid, long lastZxid) {}

    /** An operator wants a snapshot of what is there now. It is begun when clients are served, and again until it is written. */
    public void requestSnapshot() {
        snapshots.request();
    }

    /** Zxid of the newest snapshot that this process has written; {@link Zxid#NONE} before the first. */
    public long writtenSnapshotZxid() {
        return snapshots.writtenZxid();
    }

    public void resetRequestStats() {
        clients.stats().reset();
        clients.counters().resetLatencies();
    }

    public void resetConnectionStats() {
        clients.resetConnectionStats();
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
