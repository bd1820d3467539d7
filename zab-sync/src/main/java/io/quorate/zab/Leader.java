package io.quorate.zab;

import io.quorate.election.EnsembleConfig;
import io.quorate.election.EventLog;
import io.quorate.election.QuorumVerifier;
import io.quorate.jute.Id;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The leader's side of discovery, synchronization and broadcast (ZAB phases 1 to 3). One object a term of leading.
 *
 * <pre>
 *   DISCOVERY        gathers FOLLOWERINFO from a quorum; newEpoch = the highest accepted epoch + 1, stored durably; LEADERINFO;
 *                    gathers ACKEPOCH from a quorum; currentEpoch = newEpoch, stored durably
 *   SYNCHRONIZATION  brings each learner up to date; gathers acknowledgements of NEWLEADER from a quorum
 *   BROADCAST        UPTODATE; proposes, counts acknowledgements, commits in order; answers pings, syncs, revalidations
 *   CLOSED
 *
 *   DISCOVERY ──► SYNCHRONIZATION ──► BROADCAST      any ──► CLOSED
 * </pre>
 *
 * <p>All that this server has logged is its initial history, and is committed when a quorum has acknowledged NEWLEADER. The tree gets it
 * before: a learner may need a snapshot that has all of it in order to become a part of that quorum. Nobody is served from the tree until
 * then, and if it does not come to that, TRUNC takes back what was delivered too much. The leader's own disk is a
 * voice like any other: it counts when {@link #onDurable} says so. Acknowledgements are cumulative: a learner forces and acknowledges in
 * order, so that one number a learner is enough to know what is committed.
 */
public final class Leader {
    /** Phases of leading. */
    public enum State {
        DISCOVERY,
        SYNCHRONIZATION,
        BROADCAST,
        CLOSED
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.DISCOVERY, EnumSet.of(State.SYNCHRONIZATION, State.CLOSED),
            State.SYNCHRONIZATION, EnumSet.of(State.BROADCAST, State.CLOSED),
            State.BROADCAST, EnumSet.of(State.CLOSED)));

    private final ZabSettings settings;
    private final long self;
    private final EnsembleConfig config;
    private final byte[] configBytes;

    /** Configurations that each need a quorum: the one in force, and during a reconfiguration the next one too. */
    private final List<QuorumVerifier> quorums;

    private final History history;
    private final LeaderPort port;
    private final LogPort logPort;
    private final EventLog log;
    private final List<LearnerHandler> handlers = new ArrayList<>();
    private final SyncBarrier syncs = new SyncBarrier();

    /** Confirmed syncs of this server's own clients, which wait for what was proposed before them to be delivered. */
    private final ArrayDeque<SyncBarrier.Waiting> dueLocalSyncs = new ArrayDeque<>();

    private final long[] sids;

    /** Learners whose trees are in doubt, and that wait for LEADERINFO while it is found out whether a quorum agrees with this leader. */
    private final Map<LearnerHandler, Agreement> doubters = new LinkedHashMap<>();

    /** Whether the transactions carry digests: by silence about others nobody agrees. */
    private boolean offersTree;

    private State state = State.DISCOVERY;

    /** This server's own epochs when it was elected. */
    private final long initialAcceptedEpoch;

    private final long initialCurrentEpoch;
    private final long initialZxid;

    /** 0 until it is chosen; then it never changes. */
    private long newEpoch;

    private boolean epochOffered;
    private boolean currentEpochAsked;

    /** The last zxid proposed; the beginning of the epoch before the first proposal. */
    private long lastProposed;

    private long selfAcked;

    /** A proposal, and when it was the last one, by which lateness of this server's own disk is told. */
    private long lateMarkZxid = -1;

    private long lateMarkNanos;
    private long phaseDeadline;
    private long nextPing;
    private long pingRound;
    private long snapshotsSent;
    private long historiesSent;

    /** Whether the log on disk was found not to have what it should have; learners then get snapshots. */
    private boolean logDistrusted;

    /**
     * @param history all that this server has logged; all of it is durable
     * @param nowNanos monotonic
     */
    public Leader(
            ZabSettings settings,
            long self,
            EnsembleConfig config,
            long acceptedEpoch,
            long currentEpoch,
            History history,
            LeaderPort port,
            LogPort logPort,
            EventLog log,
            long nowNanos) {
        this.settings = settings;
        this.self = self;
        this.config = config;
        this.configBytes = config.text().getBytes(StandardCharsets.UTF_8);
        this.quorums = List.of(config.quorum());
        this.sids = new long[config.servers().size() + 1];
        this.initialAcceptedEpoch = acceptedEpoch;
        this.initialCurrentEpoch = currentEpoch;
        this.initialZxid = history.lastZxid();
        this.history = history;
        this.port = port;
        this.logPort = logPort;
        this.log = log;
        this.phaseDeadline = nowNanos + settings.initNanos();
    }

    /** Its transactions carry digests: it offers its tree to who is in doubt, when a quorum agrees. */
    public void offersTree() {
        offersTree = true;
    }

    /** Begins. A server that is a quorum by itself is established as soon as its epochs are stored. */
    public void start() {
        log.info("Leader " + self + ": " + state + ", accepted epoch " + initialAcceptedEpoch + ", current epoch "
                + initialCurrentEpoch + ", last zxid " + Zxid.show(initialZxid));
        chooseEpochIfQuorum();
    }

    /** What listens to a connection that was accepted at the quorum port. */
    public PeerListener accept() {
        LearnerHandler handler = new LearnerHandler(this, history);
        if (state != State.CLOSED) {
            handlers.add(handler);
        }
        return handler;
    }

    // ---- discovery
    // -------------------------------------------------------------------------------------------------------------------

    void onLearnerInfo(LearnerHandler handler, long nowNanos) {
        if (handler.sid() == self) {
            handler.close("calls itself server " + self + ", as this leader does; two servers have the same myid");
            return;
        }
        closeEarlierConnections(handler);
        if (newEpoch != 0 && handler.acceptedEpoch() > newEpoch && handler.isVoice()) {
            // It can never follow this leader, and would try for ever; an election costs a moment once. This server
            // promises the same, so that
            // the next leader hears of it even if the other comes too late again.
            logPort.storeAcceptedEpoch(handler.acceptedEpoch());
            abdicate("voter " + handler.sid() + " has promised epoch " + handler.acceptedEpoch()
                    + ", above this leader's " + newEpoch + "; the next leader's epoch will be above both");
            return;
        }
        if (state == State.BROADCAST && offersTree && handler.isTreeInDoubt()) {
            long patience = settings.initNanos() / 2;
            doubters.put(handler, new Agreement(nowNanos + patience));
            return;
        }
        if (epochOffered) {
            handler.offerEpoch(newEpoch, false);
            return;
        }
        chooseEpochIfQuorum();
    }

    /** Offers the tree to who is in doubt, if a quorum agrees with this leader, and none if that does not show in time. */
    private void answerDoubters(long nowNanos) {
        for (Map.Entry<LearnerHandler, Agreement> each : List.copyOf(doubters.entrySet())) {
            boolean agreed = isAgreed(each.getValue());
            if (agreed || nowNanos - each.getValue().deadlineNanos() > 0) {
                doubters.remove(each.getKey());
                each.getKey().offerEpoch(newEpoch, agreed);
            }
        }
    }

    private boolean isAgreed(Agreement agreement) {
        int count = 0;
        sids[count++] = self;
        for (LearnerHandler each : handlers) {
            agreement.observe(each, pingRound);
            if (each.isVoice() && agreement.isShownBy(each)) {
                sids[count++] = each.sid();
            }
        }
        return isQuorum(count);
    }

    private void closeEarlierConnections(LearnerHandler handler) {
        for (LearnerHandler each : List.copyOf(handlers)) {
            if (each != handler && each.sid() == handler.sid() && each.state() != LearnerHandler.State.CONNECTED) {
                each.close("the same server has connected anew");
            }
        }
    }

    /** ZAB discovery: the new epoch is above all that a quorum has promised. Acknowledged to nobody before it is durable here. */
    private void chooseEpochIfQuorum() {
        if (state != State.DISCOVERY || newEpoch != 0 || !isQuorumOf(LearnerHandler.State.WAITING_FOR_EPOCH)) {
            return;
        }
        long highest = initialAcceptedEpoch;
        for (LearnerHandler each : handlers) {
            if (each.state() != LearnerHandler.State.CONNECTED) {
                highest = Math.max(highest, each.acceptedEpoch());
            }
        }
        newEpoch = highest + 1;
        logPort.storeAcceptedEpoch(newEpoch);
    }

    public void onAcceptedEpochDurable(long epoch) {
        if (state != State.DISCOVERY || epoch != newEpoch) {
            return;
        }
        epochOffered = true;
        for (LearnerHandler each : List.copyOf(handlers)) {
            if (each.state() == LearnerHandler.State.WAITING_FOR_EPOCH) {
                each.offerEpoch(newEpoch, false);
            }
        }
        storeCurrentEpochIfQuorum();
    }

    void onEpochAccepted(LearnerHandler handler, int currentEpoch, long nowNanos) {
        if (state != State.DISCOVERY) {
            handler.synchronize(nowNanos);
            return;
        }
        if (isAheadOfSelf(currentEpoch, handler.learnerZxid())) {
            handler.close("has the history of epoch " + currentEpoch + " up to " + Zxid.show(handler.learnerZxid())
                    + ", more than this leader: epoch " + initialCurrentEpoch + " up to " + Zxid.show(initialZxid));
            return;
        }
        handler.countsForEpoch(currentEpoch >= 0);
        storeCurrentEpochIfQuorum();
    }

    /** A learner that has answered with -1 has promised this very epoch before; its history is not compared. */
    private boolean isAheadOfSelf(int currentEpoch, long zxid) {
        if (currentEpoch < 0) {
            return false;
        }
        return currentEpoch > initialCurrentEpoch || (currentEpoch == initialCurrentEpoch && zxid > initialZxid);
    }

    private void storeCurrentEpochIfQuorum() {
        if (epochOffered && !currentEpochAsked && isEpochQuorum()) {
            currentEpochAsked = true;
            logPort.storeCurrentEpoch(newEpoch);
        }
    }

    private boolean isEpochQuorum() {
        int count = 0;
        sids[count++] = self;
        for (LearnerHandler each : handlers) {
            if (each.isEpochVoice() && each.isVoice()) {
                sids[count++] = each.sid();
            }
        }
        return isQuorum(count);
    }

    // ---- synchronization
    // -------------------------------------------------------------------------------------------------------------

    public void onCurrentEpochDurable(long epoch, long nowNanos) {
        if (state != State.DISCOVERY || epoch != newEpoch) {
            return;
        }
        phaseDeadline = nowNanos + settings.initNanos();
        history.commitThrough(initialZxid);
        become(State.SYNCHRONIZATION, "epoch " + newEpoch + " is accepted by a quorum");
        deliver();
        for (LearnerHandler each : List.copyOf(handlers)) {
            if (each.state() == LearnerHandler.State.EPOCH_ACCEPTED) {
                each.synchronize(nowNanos);
            }
        }
        establishIfQuorum();
    }

    void onNewLeaderAcked(LearnerHandler handler, long nowNanos) {
        if (state == State.BROADCAST) {
            onAck(handler, handler.ackedZxid());
            return;
        }
        onProgress(handler, nowNanos);
        establishIfQuorum();
    }

    private void establishIfQuorum() {
        if (state != State.SYNCHRONIZATION || !isQuorumOf(LearnerHandler.State.SYNCED)) {
            return;
        }
        lastProposed = newLeaderZxid();
        selfAcked = lastProposed;
        become(State.BROADCAST, "a quorum has the history up to " + Zxid.show(initialZxid));
        port.onEstablished(newEpoch);
        for (LearnerHandler each : List.copyOf(handlers)) {
            each.onEstablished();
        }
    }

    /** A voter that gets on is worth waiting for; those that do not count could keep a leader without a quorum for ever. */
    void onProgress(LearnerHandler handler, long nowNanos) {
        if (state == State.SYNCHRONIZATION && handler.isVoice()) {
            phaseDeadline = nowNanos + settings.initNanos();
        }
    }

    // ---- broadcast
    // -------------------------------------------------------------------------------------------------------------------

    /**
     * The zxid of the next proposal.
     *
     * @return {@link Zxid#NONE} when the epoch has no number left; the leader must then {@linkplain #abdicate abdicate}
     */
    public long nextZxid() {
        return successor(lastProposed);
    }

    static long successor(long zxid) {
        return Zxid.counter(zxid) + 1 >= Zxid.COUNTER_LIMIT ? Zxid.NONE : zxid + 1;
    }

    /**
     * Proposes a transaction to all.
     *
     * @param hasDigest whether learners can compare their trees behind it
     * @throws IllegalStateException if its zxid is not {@link #nextZxid}, or this leader is not established
     */
    public void propose(Proposal proposal, boolean hasDigest) {
        if (state != State.BROADCAST || proposal.zxid() != nextZxid() || proposal.zxid() == Zxid.NONE) {
            throw new IllegalStateException(
                    "proposal " + proposal + " while " + state + ", expected is " + Zxid.show(nextZxid()));
        }
        lastProposed = proposal.zxid();
        if (hasDigest) {
            doubters.values().forEach(each -> each.onProposed(proposal.zxid()));
        }
        history.append(proposal);
        logPort.append(proposal);
    }

    /** All up to {@code zxid} is forced on this server's own disk. */
    public void onDurable(long zxid) {
        history.onDurable(zxid);
        if (state != State.BROADCAST) {
            return;
        }
        if (zxid > selfAcked) {
            selfAcked = zxid;
            commitWhatAQuorumHas(zxid);
        }
        deliver();
    }

    void onAck(LearnerHandler handler, long zxid) {
        if (state == State.BROADCAST && handler.isVoice()) {
            commitWhatAQuorumHas(zxid);
        }
    }

    /**
     * Commits up to the highest zxid, not above {@code upTo}, that a quorum has forced. Only numbers that some voter has acknowledged can be
     * that, so each is tried.
     */
    private void commitWhatAQuorumHas(long upTo) {
        long committed = history.committedZxid();
        long best = committed;
        if (selfAcked > best && selfAcked <= upTo && isQuorumBeyond(selfAcked)) {
            best = selfAcked;
        }
        for (LearnerHandler each : handlers) {
            long acked = each.ackedZxid();
            if (acked > best && acked <= upTo && each.isSynced() && each.isVoice() && isQuorumBeyond(acked)) {
                best = acked;
            }
        }
        if (best > committed) {
            history.commitThrough(best);
            deliver();
        }
    }

    private boolean isQuorumBeyond(long zxid) {
        int count = 0;
        if (selfAcked >= zxid) {
            sids[count++] = self;
        }
        for (LearnerHandler each : handlers) {
            if (each.isSynced() && each.ackedZxid() >= zxid && each.isVoice()) {
                sids[count++] = each.sid();
            }
        }
        return isQuorum(count);
    }

    private void deliver() {
        for (Proposal next = history.pollDeliverable(); next != null; next = history.pollDeliverable()) {
            port.deliver(next);
        }
    }

    // ---- syncs and pings
    // -------------------------------------------------------------------------------------------------------------

    /**
     * A client of this server asks that all committed before now be delivered; {@link LeaderPort#onSynced} follows. How many may wait is
     * bounded by what the clients are allowed to have under way.
     */
    public void sync(long token) {
        syncs.add(new SyncBarrier.Waiting(null, token, lastProposed));
    }

    void onRequest(LearnerHandler from, long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        if (state != State.BROADCAST) {
            log.warn(from + " forwards a request while this leader is in " + state
                    + ": dropped, the connection is closed");
            from.close("a request came before the leader was established");
            return;
        }
        if (op == ZabLimits.SYNC_OP) {
            if (from.admitSync()) {
                syncs.add(new SyncBarrier.Waiting(from, 0, lastProposed));
            }
            return;
        }
        port.onRequest(from, sessionId, cxid, op, body, identities);
    }

    void onEcho() {
        answerSyncs();
    }

    private void answerSyncs() {
        if (syncs.size() == 0) {
            return;
        }
        long echoed = roundEchoedByQuorum();
        for (SyncBarrier.Waiting each = syncs.poll(echoed, history.committedZxid());
                each != null;
                each = syncs.poll(echoed, history.committedZxid())) {
            answerSync(each);
        }
    }

    private void answerSync(SyncBarrier.Waiting waiting) {
        if (waiting.from() != null) {
            waiting.from().answerSync(waiting.lastProposedZxid());
        } else {
            dueLocalSyncs.add(waiting);
        }
    }

    private void completeLocalSyncs() {
        while (!dueLocalSyncs.isEmpty()
                && history.deliveredZxid()
                        >= Math.min(dueLocalSyncs.getFirst().lastProposedZxid(), history.lastZxid())) {
            port.onSynced(dueLocalSyncs.removeFirst().token());
        }
    }

    /** The latest round of pings that a quorum, this server included, has echoed; only rounds that some voter echoed can be that. */
    private long roundEchoedByQuorum() {
        long best = isEchoedByQuorum(pingRound) ? pingRound : 0;
        for (LearnerHandler each : handlers) {
            if (each.echoedRound() > best && isEchoedByQuorum(each.echoedRound())) {
                best = each.echoedRound();
            }
        }
        return best;
    }

    private boolean isEchoedByQuorum(long round) {
        int count = 0;
        sids[count++] = self;
        for (LearnerHandler each : handlers) {
            if (each.isSynced() && each.echoedRound() >= round && each.isVoice()) {
                sids[count++] = each.sid();
            }
        }
        return isQuorum(count);
    }

    /** @param all whether it is for the learners that do not count, too: they need to hear of the leader, but no sync waits for them */
    private void ping(boolean all) {
        pingRound++;
        for (LearnerHandler each : List.copyOf(handlers)) {
            if (all || each.isVoice()) {
                each.ping(lastProposed, pingRound);
            }
        }
    }

    // ---- time
    // ------------------------------------------------------------------------------------------------------------------------

    /** Ends a batch of inputs: whatever there is to say now goes out to every learner. */
    public void endBatch() {
        if (state == State.CLOSED) {
            return;
        }
        answerSyncs();
        if (syncs.needsRound()) {
            ping(false);
            syncs.onRoundSent(pingRound);
            answerSyncs();
        }
        completeLocalSyncs();
        for (int i = 0; i < handlers.size(); i++) {
            handlers.get(i).pump();
        }
    }

    /** Called at least twice a tick. */
    public void onTick(long nowNanos) {
        if (state == State.CLOSED) {
            return;
        }
        for (LearnerHandler each : List.copyOf(handlers)) {
            each.onTick(nowNanos);
        }
        if (state != State.BROADCAST && nowNanos - phaseDeadline > 0) {
            abdicate("no quorum within initLimit (" + settings.initLimit() + " ticks) in " + state + "; connected: "
                    + handlers);
            return;
        }
        if (state == State.BROADCAST && !isQuorumOf(LearnerHandler.State.SYNCED)) {
            abdicate("the learners that follow are no quorum any more: " + handlers);
            return;
        }
        if (state == State.BROADCAST && isLateItself(nowNanos)) {
            abdicate("its own disk has not forced " + Zxid.show(lateMarkZxid) + " within " + settings.syncLimit()
                    + " ticks: it is full, or too slow for a leader");
            return;
        }
        answerDoubters(nowNanos);
        if (nextPing == 0 || nowNanos - nextPing >= 0) {
            nextPing = nowNanos + settings.tickNanos() / 2;
            ping(true);
        }
    }

    /**
     * A leader whose disk stands still could go on committing with the others' acknowledgements, but its own tree would stand still with the
     * disk, and what it holds in memory would grow. So it asks of itself what it asks of its learners.
     */
    private boolean isLateItself(long nowNanos) {
        if (selfAcked >= lateMarkZxid) {
            lateMarkZxid = lastProposed;
            lateMarkNanos = nowNanos;
            return false;
        }
        return nowNanos - lateMarkNanos > settings.syncNanos();
    }

    /** Stops leading. Idempotent. */
    public void abdicate(String reason) {
        if (state == State.CLOSED) {
            return;
        }
        become(State.CLOSED, reason);
        for (LearnerHandler each : List.copyOf(handlers)) {
            each.close("the leader gives up: " + reason);
        }
        handlers.clear();
        port.onAbdicated(reason);
    }

    // ---- state
    // -----------------------------------------------------------------------------------------------------------------------

    public State state() {
        return state;
    }

    public boolean isEstablished() {
        return state == State.BROADCAST;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    public long epoch() {
        return newEpoch;
    }

    /** The last zxid proposed; the beginning of the epoch before the first proposal. */
    public long lastProposed() {
        return lastProposed;
    }

    /** What this leader shows as its last processed zxid: the beginning of its epoch at least, once it is established. */
    public long lastProcessedZxid() {
        return state == State.BROADCAST ? Math.max(newLeaderZxid(), history.committedZxid()) : history.lastZxid();
    }

    /** All learners whose connection is open, whatever their state. */
    public List<LearnerHandler> learners() {
        return List.copyOf(handlers);
    }

    /** The log on disk behind this zxid must not be purged: learners are fed from it, or will be. */
    public long logNeededAfter() {
        long least = history.baseZxid();
        for (LearnerHandler each : handlers) {
            least = Math.min(least, each.needsLogAfter());
        }
        return least;
    }

    boolean isLogDistrusted() {
        return logDistrusted;
    }

    void distrustLog(String reason) {
        logDistrusted = true;
        log.warn("Leader " + self + ": the log on disk is not used for learners any more: " + reason);
    }

    long newLeaderZxid() {
        return Zxid.of(newEpoch, 0);
    }

    ZabSettings settings() {
        return settings;
    }

    EnsembleConfig config() {
        return config;
    }

    byte[] configBytes() {
        return configBytes;
    }

    LeaderPort port() {
        return port;
    }

    LogPort logPort() {
        return logPort;
    }

    EventLog log() {
        return log;
    }

    void onFed(LearnerHandler.Food with) {
        if (with == LearnerHandler.Food.SNAPSHOT) {
            snapshotsSent++;
        } else {
            historiesSent++;
        }
    }

    /** How many learners were to be brought up to date with a snapshot. */
    public long snapshotsSent() {
        return snapshotsSent;
    }

    /** How many learners were to be brought up to date with what they lacked of the history. */
    public long historiesSent() {
        return historiesSent;
    }

    /** Syncs of this server's clients and its learners' that are not answered yet. */
    public int pendingSyncs() {
        return syncs.size() + dueLocalSyncs.size();
    }

    /** How many learners are being brought up to date with that. */
    int countFed(LearnerHandler.Food with) {
        int count = 0;
        for (LearnerHandler each : handlers) {
            count += each.isFed(with) ? 1 : 0;
        }
        return count;
    }

    void onHandlerClosed(LearnerHandler handler) {
        handlers.remove(handler);
        doubters.remove(handler);
        if (state != State.CLOSED) {
            port.onLearnerGone(handler);
        }
    }

    /** Whether this server and the voters whose connections have come at least to {@code least} are a quorum. */
    private boolean isQuorumOf(LearnerHandler.State least) {
        int count = 0;
        sids[count++] = self;
        for (LearnerHandler each : handlers) {
            if (each.state().compareTo(least) >= 0 && each.state() != LearnerHandler.State.CLOSED && each.isVoice()) {
                sids[count++] = each.sid();
            }
        }
        return isQuorum(count);
    }

    private boolean isQuorum(int count) {
        for (QuorumVerifier each : quorums) {
            if (!each.isQuorum(sids, count)) {
                return false;
            }
        }
        return true;
    }

    private void become(State next, String reason) {
        if (!NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("leader cannot go from " + state + " to " + next + ": " + reason);
        }
        log.info("Leader " + self + ": " + state + " -> " + next + ", " + reason);
        state = next;
    }
}
