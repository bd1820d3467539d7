package io.quorate.zab;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One learner, as its leader sees it.
 *
 * <pre>
 *   CONNECTED ──FOLLOWERINFO──► WAITING_FOR_EPOCH ──LEADERINFO sent──► EPOCH_OFFERED ──ACKEPOCH──► EPOCH_ACCEPTED
 *   EPOCH_ACCEPTED ──quorum accepted──► LOCATING (log on disk) | OPENING_SNAPSHOT | CATCHING_UP
 *   LOCATING ──► OPENING_SNAPSHOT | CATCHING_UP      OPENING_SNAPSHOT ──► SENDING_SNAPSHOT ──► CATCHING_UP
 *   CATCHING_UP ──all sent that was committed──► NEW_LEADER_SENT ──ACK──► SYNCED ──established──► BROADCAST
 *   any ──► CLOSED
 * </pre>
 *
 * <p>From CATCHING_UP on, a learner is a cursor over the leader's {@link History}: the pump sends COMMITs and PROPOSALs (INFORMs to an
 * observer) from where the learner is, while its channel takes them. A learner that is behind the window gets what it lacks from the log
 * on disk, piece by piece. There is no queue of packets per learner, and no moment at which a joiner could miss what is proposed or
 * committed meanwhile (the formal specification's ambiguities A and C).
 */
public final class LearnerHandler implements PeerListener, LogReader {
    enum State {
        CONNECTED,
        WAITING_FOR_EPOCH,
        EPOCH_OFFERED,
        EPOCH_ACCEPTED,
        LOCATING,
        OPENING_SNAPSHOT,
        SENDING_SNAPSHOT,
        CATCHING_UP,
        NEW_LEADER_SENT,
        SYNCED,
        BROADCAST,
        CLOSED
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.CONNECTED, EnumSet.of(State.WAITING_FOR_EPOCH),
            State.WAITING_FOR_EPOCH, EnumSet.of(State.EPOCH_OFFERED),
            State.EPOCH_OFFERED, EnumSet.of(State.EPOCH_ACCEPTED),
            State.EPOCH_ACCEPTED, EnumSet.of(State.LOCATING, State.OPENING_SNAPSHOT, State.CATCHING_UP),
            State.LOCATING, EnumSet.of(State.OPENING_SNAPSHOT, State.CATCHING_UP),
            State.OPENING_SNAPSHOT, EnumSet.of(State.SENDING_SNAPSHOT),
            State.SENDING_SNAPSHOT, EnumSet.of(State.CATCHING_UP),
            State.CATCHING_UP, EnumSet.of(State.NEW_LEADER_SENT),
            State.NEW_LEADER_SENT, EnumSet.of(State.SYNCED),
            State.SYNCED, EnumSet.of(State.BROADCAST)));

    /** What a learner is brought up to date with. */
    enum Food {
        SNAPSHOT,
        HISTORY
    }

    private final Leader leader;
    private final History history;
    private State state = State.CONNECTED;
    private @Nullable PeerChannel channel;
    private String remoteName = "not connected";

    private long sid;
    private boolean observer;

    /** What it says of its tree. */
    private LearnerInfo.Stance stance = LearnerInfo.Stance.SILENT;

    /** What was committed to it before UPTODATE, and not compared. */
    private long upToDateZxid;

    /** Whether it counts for quorums: a voter of the configuration that follows, and does not only observe. */
    private boolean voice;

    private long acceptedEpoch;

    /** The learner's last zxid, from ACKEPOCH. */
    private long learnerZxid;

    /** All up to here was sent as PROPOSAL; never below {@link #sentCommit} but for an observer that gets INFORMs. */
    private long sentProposal;

    /** All up to here was sent as COMMIT or INFORM. */
    private long sentCommit;

    /** Null before that was chosen. */
    private @Nullable Food food;

    /** Where the learner was told to cut its log, since what is next here is not what it has; -1 if it was not. */
    private long truncatedTo = -1;

    /** NEWLEADER follows when all up to here was sent: what was committed when the synchronization was chosen. */
    private long syncTarget;

    /** What had been sent as COMMIT before NEWLEADER: durable at the learner when it acknowledges NEWLEADER. */
    private long committedBeforeNewLeader;

    /** Whether a piece of the log on disk, or of a snapshot, is being read. */
    private boolean reading;

    /** Whether something of the log on disk is open for this learner. */
    private boolean usesLog;

    /** All up to here is durable at the learner. */
    private long ackedZxid = -1;

    /**
     * The last round of pings that it has echoed; meaningful for a voice. Rounds are counted from the first behind UPTODATE, for no learner
     * echoes earlier ones, and a voice gets every one from there on.
     */
    private long echoedRound;

    /** The last round of pings that it was sent behind UPTODATE; 0 for none. */
    private long pingedRound;

    /** Answers to syncs that go out when all up to their zxid has been sent. */
    private final ArrayDeque<Long> dueSyncs = new ArrayDeque<>();

    /** Syncs that it has forwarded and that are not answered. */
    private int waitingSyncs;

    /** The learner counts as dead when it has not been heard of by then. */
    private long deadline;

    /** A proposal, and when it was sent, by which lateness of acknowledgements is told. */
    private long lateMarkZxid = -1;

    private long lateMarkNanos;

    /** Whether its ACKEPOCH counts for the quorum of discovery. */
    private boolean epochVoice;

    LearnerHandler(Leader leader, History history) {
        this.leader = leader;
        this.history = history;
    }

    // ---- what comes in
    // -------------------------------------------------------------------------------------------------------------

    @Override
    public void onOpen(PeerChannel newChannel, long nowNanos) {
        channel = newChannel;
        remoteName = newChannel.remoteName();
        ZabSettings settings = leader.settings();
        deadline = nowNanos + settings.initNanos() + settings.syncNanos();
        if (leader.isClosed() || state == State.CLOSED) {
            close("this server does not lead any more");
        }
    }

    @Override
    public void onPacket(QuorumPacket packet, long nowNanos) {
        if (state == State.CLOSED) {
            return;
        }
        heard(nowNanos);
        try {
            dispatch(packet, nowNanos);
        } catch (JuteException e) {
            close("malformed " + packet + ": " + e.getMessage());
        }
    }

    private void dispatch(QuorumPacket packet, long nowNanos) {
        switch (packet.type()) {
            case PacketType.FOLLOWER_INFO, PacketType.OBSERVER_INFO -> onInfo(packet, nowNanos);
            case PacketType.ACK_EPOCH -> onAckEpoch(packet, nowNanos);
            case PacketType.ACK -> onAck(packet.zxid(), nowNanos);
            case PacketType.PING -> onPing(packet);
            case PacketType.REQUEST -> onRequest(packet);
            case PacketType.REVALIDATE -> onRevalidate(packet);
            default -> leader.log().warn(this + " sent " + packet + ", which no learner sends: ignored");
        }
    }

    private void onInfo(QuorumPacket packet, long nowNanos) {
        if (state != State.CONNECTED) {
            close("sent " + packet + " a second time");
            return;
        }
        LearnerInfo info = LearnerInfo.read(packet.data());
        sid = info.serverId();
        stance = info.stance();
        observer = packet.type() == PacketType.OBSERVER_INFO;
        voice = !observer && leader.config().isVoter(sid);
        acceptedEpoch = Zxid.epoch(packet.zxid());
        if (acceptedEpoch < 0 || acceptedEpoch > ZabLimits.MAX_ACCEPTED_EPOCH) {
            close("has accepted epoch " + acceptedEpoch + ", behind which there is none");
            return;
        }
        if (info.protocolVersion() < ZabLimits.PROTOCOL_VERSION) {
            close("speaks version " + info.protocolVersion() + " of the quorum protocol, this server speaks "
                    + ZabLimits.PROTOCOL_VERSION + " (ZooKeeper 3.4 and later)");
            return;
        }
        if (info.configVersion() > leader.config().version()) {
            close("has configuration version " + Zxid.hex(info.configVersion()) + ", newer than this leader's "
                    + Zxid.hex(leader.config().version()));
            return;
        }
        become(State.WAITING_FOR_EPOCH, packet + ", accepted epoch " + acceptedEpoch);
        leader.onLearnerInfo(this, nowNanos);
    }

    private void onAckEpoch(QuorumPacket packet, long nowNanos) {
        if (state != State.EPOCH_OFFERED || packet.data() == null) {
            close("sent " + packet + " while " + state);
            return;
        }
        learnerZxid = packet.zxid();
        int currentEpoch = new JuteReader(packet.data()).readInt();
        become(State.EPOCH_ACCEPTED, "current epoch " + currentEpoch + ", last zxid " + Zxid.show(learnerZxid));
        leader.onEpochAccepted(this, currentEpoch, nowNanos);
    }

    private void onAck(long zxid, long nowNanos) {
        if (state == State.NEW_LEADER_SENT && zxid == leader.newLeaderZxid()) {
            ackedZxid = Math.max(ackedZxid, committedBeforeNewLeader);
            become(State.SYNCED, "acknowledged NEWLEADER");
            leader.onNewLeaderAcked(this, nowNanos);
            return;
        }
        if (Zxid.isEpochStart(zxid) || zxid <= ackedZxid) {
            return;
        }
        if (zxid > sentProposal) {
            close("acknowledged " + Zxid.show(zxid) + ", which was not proposed to it yet (up to "
                    + Zxid.show(sentProposal) + ")");
            return;
        }
        // One that overtakes the acknowledgement of NEWLEADER is kept until that comes (ZOOKEEPER-4685).
        ackedZxid = zxid;
        if (isSynced()) {
            leader.onAck(this, zxid);
        }
    }

    private void onPing(QuorumPacket packet) {
        if (state != State.BROADCAST) {
            close("sent " + packet + " while " + state);
            return;
        }
        if (echoedRound < pingedRound) {
            echoedRound++;
        }
        JuteReader in = new JuteReader(packet.data() == null ? new byte[0] : packet.data());
        while (in.remaining() >= 12) {
            leader.port().onTouched(this, in.readLong(), in.readInt());
        }
        leader.onEcho();
    }

    private void onRequest(QuorumPacket packet) {
        JuteReader in = new JuteReader(packet.data() == null ? new byte[0] : packet.data());
        long sessionId = in.readLong();
        int cxid = in.readInt();
        int op = in.readInt();
        leader.onRequest(
                this,
                sessionId,
                cxid,
                op,
                in.readRemaining(),
                packet.authInfo() == null ? List.of() : packet.authInfo());
    }

    private void onRevalidate(QuorumPacket packet) {
        if (state != State.BROADCAST) {
            close("sent " + packet + " while " + state);
            return;
        }
        JuteReader in = new JuteReader(packet.data() == null ? new byte[0] : packet.data());
        leader.port().onRevalidate(this, in.readLong(), in.readInt());
    }

    @Override
    public void onWritable(long nowNanos) {
        if (state != State.CLOSED) {
            progress(nowNanos);
            readSnapshotFurther();
            pump();
        }
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        if (state == State.CLOSED && channel == null) {
            return;
        }
        channel = null;
        end(reason);
    }

    // ---- what the leader decides
    // -----------------------------------------------------------------------------------------------------

    /** @param withTree whether this leader's tree is offered to a learner in doubt */
    void offerEpoch(long epoch, boolean withTree) {
        become(State.EPOCH_OFFERED, "epoch " + epoch);
        JuteWriter data = new JuteWriter(8);
        data.writeInt(ZabLimits.PROTOCOL_VERSION);
        if (stance != LearnerInfo.Stance.SILENT) {
            data.writeInt(withTree ? ZabLimits.OFFERS_TREE : ZabLimits.QUORATE);
        }
        send(QuorumPacket.of(PacketType.LEADER_INFO, Zxid.of(epoch, 0), data.toByteArray()));
    }

    void countsForEpoch(boolean counts) {
        epochVoice = counts;
    }

    boolean isEpochVoice() {
        return epochVoice && state != State.CLOSED;
    }

    /** Chooses the way of synchronization and begins it. */
    void synchronize(long nowNanos) {
        progress(nowNanos);
        SyncPlan plan = SyncPlan.choose(history, learnerZxid, leader.lastProcessedZxid(), leader.settings());
        carryOut(plan.kind() == SyncPlan.Kind.DISK && leader.isLogDistrusted() ? SyncPlan.SNAP : plan);
    }

    private void carryOut(SyncPlan plan) {
        syncTarget = history.committedZxid();
        switch (plan.kind()) {
            case DISK -> {
                become(State.LOCATING, "the window begins behind " + Zxid.show(history.baseZxid()));
                usesLog = true;
                leader.logPort().locate(this, learnerZxid, leader.settings().snapshotSizeFactor());
            }
            case SNAP -> {
                if (!admit(Food.SNAPSHOT, leader.settings().syncLimits().snapshots())) {
                    return;
                }
                become(State.OPENING_SNAPSHOT, "its history cannot be mended");
                leader.logPort().openSnapshot(this, leastSnapshotZxid());
            }
            case DIFF, TRUNC -> {
                if (!admit(Food.HISTORY, leader.settings().syncLimits().histories())) {
                    return;
                }
                int type = plan.kind() == SyncPlan.Kind.DIFF ? PacketType.DIFF : PacketType.TRUNC;
                send(QuorumPacket.of(type, plan.headerZxid()));
                truncatedTo = plan.kind() == SyncPlan.Kind.TRUNC ? plan.headerZxid() : -1;
                catchUp(plan.afterZxid(), describe(plan));
            }
        }
    }

    private boolean admit(Food wanted, int limit) {
        if (observer && leader.countFed(wanted) >= limit) {
            String key = wanted == Food.SNAPSHOT ? "leader.maxConcurrentSnapSyncs" : "leader.maxConcurrentDiffSyncs";
            close("as many learners are brought up to date this way as " + key + "=" + limit
                    + " allows; the observer will come back");
            return false;
        }
        food = wanted;
        leader.onFed(wanted);
        return true;
    }

    /** Whether it is being brought up to date with that, until it has acknowledged NEWLEADER. */
    boolean isFed(Food with) {
        return food == with && state.compareTo(State.SYNCED) < 0;
    }

    private String describe(SyncPlan plan) {
        boolean more = plan.afterZxid() < syncTarget;
        if (plan.kind() == SyncPlan.Kind.TRUNC) {
            return more ? "TRUNC+DIFF" : "TRUNC";
        }
        return "DIFF";
    }

    private void catchUp(long afterZxid, String kind) {
        sentProposal = afterZxid;
        sentCommit = afterZxid;
        leader.log()
                .info("Learner sid=" + sid + " at zxid " + Zxid.show(learnerZxid) + ": sends " + kind + " from "
                        + Zxid.show(afterZxid) + " to " + Zxid.show(syncTarget));
        become(State.CATCHING_UP, kind);
        pump();
    }

    /** Where the learner's zxid stands in the log on disk. */
    @Override
    public void onLocated(LogPosition position, long nowNanos) {
        if (state != State.LOCATING) {
            return;
        }
        progress(nowNanos);
        carryOut(SyncPlan.chooseOnDisk(position, learnerZxid, history.committedZxid()));
    }

    /** The snapshot that was asked for is there. */
    public void onSnapshotReady(long zxid, long nowNanos) {
        if (state != State.OPENING_SNAPSHOT) {
            leader.logPort().closeSnapshot(this);
            return;
        }
        progress(nowNanos);
        syncTarget = Math.max(history.committedZxid(), zxid);
        sentProposal = zxid;
        sentCommit = zxid;
        send(QuorumPacket.of(PacketType.SNAP, zxid));
        become(State.SENDING_SNAPSHOT, "of zxid " + Zxid.show(zxid));
        readSnapshotFurther();
    }

    /** A piece of the snapshot stream. An empty one ends it. */
    public void onSnapshotBytes(byte[] bytes, long nowNanos) {
        reading = false;
        if (state != State.SENDING_SNAPSHOT || channel == null) {
            return;
        }
        progress(nowNanos);
        if (bytes.length > 0) {
            channel.sendRaw(bytes, 0, bytes.length);
            readSnapshotFurther();
            return;
        }
        JuteWriter end = new JuteWriter(32);
        end.writeString(ZabLimits.SNAPSHOT_SIGNATURE);
        channel.sendRaw(end.array(), 0, end.size());
        leader.logPort().closeSnapshot(this);
        catchUp(sentCommit, "SNAP");
    }

    /** The snapshot cannot be read further. What was sent of it is nothing; the learner comes back for another one. */
    public void onSnapshotUnreadable(String reason) {
        reading = false;
        if (state == State.SENDING_SNAPSHOT) {
            close("its snapshot cannot be read further: " + reason);
        }
    }

    private void readSnapshotFurther() {
        if (state == State.SENDING_SNAPSHOT && !reading && channel != null && channel.isWritable()) {
            reading = true;
            leader.logPort().readSnapshot(this);
        }
    }

    /** The leader is established: what is committed until now goes first, then UPTODATE. */
    void onEstablished() {
        pump();
    }

    // ---- the pump
    // --------------------------------------------------------------------------------------------------------------------

    /** Sends what there is to send while the channel takes it. Called once a batch, and when the channel has become writable. */
    void pump() {
        while (channel != null
                && channel.isWritable()
                && state.compareTo(State.CATCHING_UP) >= 0
                && state != State.CLOSED) {
            if (!step()) {
                return;
            }
        }
    }

    private boolean step() {
        if (state == State.CATCHING_UP && sentCommit >= syncTarget) {
            send(QuorumPacket.of(PacketType.NEW_LEADER, leader.newLeaderZxid(), leader.configBytes()));
            committedBeforeNewLeader = sentCommit;
            become(State.NEW_LEADER_SENT, "sent all up to " + Zxid.show(sentCommit));
            return true;
        }
        if (sentCommit < history.baseZxid()) {
            return readLogFurther();
        }
        leaveLog();
        if (sendNextOfHistory()) {
            return true;
        }
        return sendUpToDate() || sendDueSync();
    }

    private boolean sendNextOfHistory() {
        if (sentCommit >= history.committedZxid() && (isInformed() || sentProposal >= history.lastZxid())) {
            return false;
        }
        long seq = history.seqAfter(sentCommit);
        boolean committed = seq < history.committedSeq();
        if (isInformed()) {
            return committed && sendInform(history.at(seq));
        }
        if (committed && history.at(seq).zxid() <= sentProposal) {
            sendCommits(seq);
            return true;
        }
        return sendProposals();
    }

    private void sendCommits(long fromSeq) {
        for (long seq = fromSeq; seq < history.committedSeq(); seq++) {
            long zxid = history.at(seq).zxid();
            if (zxid > sentProposal || isFull()) {
                return;
            }
            sendCommit(zxid);
        }
    }

    /** While catching up the committed ones one by one, each followed by its commit; afterwards all that there are. */
    private boolean sendProposals() {
        long seq = history.seqAfter(sentProposal);
        if (seq >= history.endSeq()) {
            return false;
        }
        do {
            sendProposal(history.at(seq));
            seq++;
        } while (state != State.CATCHING_UP && seq < history.endSeq() && !isFull());
        return true;
    }

    private boolean sendInform(Proposal proposal) {
        send(QuorumPacket.of(PacketType.INFORM, proposal.zxid(), proposal.bytes()));
        sentCommit = proposal.zxid();
        sentProposal = Math.max(sentProposal, sentCommit);
        return true;
    }

    private void sendProposal(Proposal proposal) {
        send(QuorumPacket.of(PacketType.PROPOSAL, proposal.zxid(), proposal.bytes()));
        sentProposal = proposal.zxid();
    }

    private void sendCommit(long zxid) {
        send(QuorumPacket.of(PacketType.COMMIT, zxid));
        sentCommit = zxid;
    }

    private boolean sendUpToDate() {
        if (state != State.SYNCED || !leader.isEstablished() || sentCommit < history.committedZxid()) {
            return false;
        }
        send(QuorumPacket.of(PacketType.UP_TO_DATE, -1));
        upToDateZxid = sentCommit;
        become(State.BROADCAST, "sent UPTODATE behind " + Zxid.show(sentCommit));
        return true;
    }

    private boolean sendDueSync() {
        Long due = dueSyncs.peek();
        if (due == null || sentCommit < due) {
            return false;
        }
        dueSyncs.poll();
        waitingSyncs--;
        send(QuorumPacket.of(PacketType.SYNC, 0));
        return true;
    }

    /** What comes next is in memory. */
    private void leaveLog() {
        if (usesLog && !reading) {
            usesLog = false;
            leader.logPort().closeLog(this);
        }
    }

    private boolean readLogFurther() {
        if (!reading) {
            reading = true;
            usesLog = true;
            leader.logPort().read(this, sentCommit, ZabLimits.LOG_READ_BYTES);
        }
        return false;
    }

    @Override
    public void onLogRead(List<Proposal> proposals, long nowNanos) {
        reading = false;
        if (state == State.CLOSED) {
            return;
        }
        long before = sentCommit;
        for (Proposal each : proposals) {
            if (each.zxid() > sentCommit && each.zxid() <= history.committedZxid() && !sendFromLog(each)) {
                return;
            }
        }
        if (sentCommit == before) {
            leader.distrustLog("it has nothing behind " + Zxid.show(sentCommit));
            close("the log behind " + Zxid.show(sentCommit)
                    + " was purged while the learner was reading it; it will come back for a snapshot");
            return;
        }
        progress(nowNanos);
        pump();
    }

    /** A hole in this server's log must not spread (ZOOKEEPER-4925). */
    private boolean sendFromLog(Proposal proposal) {
        if (!Proposal.isNext(sentCommit, proposal.zxid()) && sentCommit != truncatedTo) {
            String gap = "from " + Zxid.show(sentCommit) + " to " + Zxid.show(proposal.zxid());
            leader.distrustLog("it jumps " + gap);
            close("this leader's log on disk has a gap " + gap + "; the learner will come back for a snapshot");
            return false;
        }
        if (isInformed()) {
            return sendInform(proposal);
        }
        if (proposal.zxid() > sentProposal) {
            sendProposal(proposal);
        }
        sendCommit(proposal.zxid());
        return true;
    }

    /** An observer gets proposals and commits while it is synchronized, and only what is committed afterwards. */
    private boolean isInformed() {
        return observer && state != State.CATCHING_UP;
    }

    private boolean isFull() {
        return channel == null || !channel.isWritable();
    }

    // ---- requests of the leader's own
    // ------------------------------------------------------------------------------------------------

    /** A round of pings; skipped while the learner would not understand one. */
    void ping(long zxid, long round) {
        if (!isPinged()) {
            return;
        }
        if (state == State.BROADCAST) {
            echoedRound = pingedRound == 0 ? round - 1 : echoedRound;
            pingedRound = round;
        }
        send(QuorumPacket.of(PacketType.PING, zxid));
    }

    private boolean isPinged() {
        return state == State.NEW_LEADER_SENT || state == State.SYNCED || state == State.BROADCAST;
    }

    /** Counts a sync that it has forwarded; closes the connection, and returns false, if there are too many. */
    boolean admitSync() {
        if (waitingSyncs >= ZabLimits.MAX_WAITING_SYNCS) {
            close(waitingSyncs + " syncs of it wait for an answer");
            return false;
        }
        waitingSyncs++;
        return true;
    }

    /**
     * A sync of a client of this learner has been confirmed: it is answered behind all up to {@code afterZxid}. That may be the mere
     * beginning of the epoch, which no entry has.
     */
    void answerSync(long afterZxid) {
        dueSyncs.add(Math.min(afterZxid, history.lastZxid()));
    }

    /** Tells the learner whether a session that came back to it is alive. */
    public void answerRevalidate(long sessionId, boolean valid) {
        JuteWriter data = new JuteWriter(16);
        data.writeLong(sessionId).writeBoolean(valid);
        send(QuorumPacket.of(PacketType.REVALIDATE, -1, data.toByteArray()));
    }

    /** Closes what is silent or late. Called often; cheap. */
    void onTick(long nowNanos) {
        if (state == State.CLOSED || channel == null) {
            return;
        }
        if (state == State.SYNCED && !leader.isEstablished()) {
            heard(nowNanos); // It has nothing to say before UPTODATE; the leader's own deadline bounds this.
            return;
        }
        if (nowNanos - deadline > 0) {
            close("was silent for too long while " + state);
        } else if (state == State.BROADCAST && !observer && isLate(nowNanos)) {
            close("has not acknowledged " + Zxid.show(lateMarkZxid) + " within "
                    + leader.settings().syncLimit() + " ticks");
        }
    }

    private boolean isLate(long nowNanos) {
        if (ackedZxid >= lateMarkZxid) {
            lateMarkZxid = sentProposal;
            lateMarkNanos = nowNanos;
            return false;
        }
        return nowNanos - lateMarkNanos > leader.settings().syncNanos();
    }

    // ---- state
    // -----------------------------------------------------------------------------------------------------------------------

    public long sid() {
        return sid;
    }

    public boolean isObserver() {
        return observer;
    }

    /** Address for people, also when the connection is gone. */
    public String remoteName() {
        return remoteName;
    }

    long acceptedEpoch() {
        return acceptedEpoch;
    }

    long learnerZxid() {
        return learnerZxid;
    }

    long ackedZxid() {
        return ackedZxid;
    }

    long echoedRound() {
        return echoedRound;
    }

    State state() {
        return state;
    }

    boolean isTreeInDoubt() {
        return stance == LearnerInfo.Stance.DOUBTS;
    }

    /**
     * Whether it has compared all transactions from {@code first} to {@code last}, or will have before it takes another packet: if it follows on then, it
     * agrees. Who was given this leader's whole tree has nothing of its own to compare.
     */
    boolean hasToCompareBeforeItGoesOn(long first, long last) {
        return state == State.BROADCAST
                && stance == LearnerInfo.Stance.COMPARES
                && food != Food.SNAPSHOT
                && upToDateZxid < first
                && sentCommit >= last
                && ackedZxid >= last;
    }

    /** Whether it counts for quorums. */
    boolean isVoice() {
        return voice;
    }

    /** The log behind this zxid is still needed for it. */
    long needsLogAfter() {
        return switch (state) {
            case CONNECTED, WAITING_FOR_EPOCH, EPOCH_OFFERED, EPOCH_ACCEPTED, CLOSED -> Long.MAX_VALUE;
            case LOCATING -> learnerZxid;
            case OPENING_SNAPSHOT -> leastSnapshotZxid();
            default -> sentCommit;
        };
    }

    /**
     * A snapshot below what the learner has of the committed history would take back what it acknowledged; and one below the window could not
     * be gone on from without the log.
     */
    private long leastSnapshotZxid() {
        long least = Math.min(learnerZxid, history.committedZxid());
        return leader.isLogDistrusted() ? Math.max(least, history.baseZxid()) : least;
    }

    /** Whether it has the leader's history and follows. */
    public boolean isSynced() {
        return state == State.SYNCED || state == State.BROADCAST;
    }

    /** Closes the connection; nothing more is sent or heard. */
    void close(String reason) {
        PeerChannel open = channel;
        channel = null;
        if (open != null) {
            open.close(reason);
        }
        end(reason);
    }

    private void end(String reason) {
        if (state == State.CLOSED) {
            return;
        }
        boolean snapshotOpen = state == State.OPENING_SNAPSHOT || state == State.SENDING_SNAPSHOT;
        become(State.CLOSED, reason);
        if (snapshotOpen) {
            leader.logPort().closeSnapshot(this);
        }
        leader.onHandlerClosed(this);
    }

    private void heard(long nowNanos) {
        ZabSettings settings = leader.settings();
        deadline = nowNanos
                + (state == State.BROADCAST ? settings.syncNanos() : settings.initNanos() + settings.syncNanos());
    }

    /** A learner that is being fed is not silent for lack of words. */
    private void progress(long nowNanos) {
        if (!isSynced()) {
            heard(nowNanos);
            leader.onProgress(this, nowNanos);
        }
    }

    private void send(QuorumPacket packet) {
        if (channel != null) {
            channel.send(packet);
        }
    }

    private void become(State next, String reason) {
        if (next != State.CLOSED && !NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException(
                    "learner " + this + " cannot go from " + state + " to " + next + ": " + reason);
        }
        leader.log().info(this + ": " + state + " -> " + next + ", " + reason);
        state = next;
    }

    @Override
    public String toString() {
        return (observer ? "observer " : "follower ") + sid + " at " + remoteName;
    }
}
