package io.quorate.zab;

import io.quorate.election.EventLog;
import io.quorate.jute.Id;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The follower's or observer's side of discovery, synchronization and broadcast. One object a term of following.
 *
 * <pre>
 *   CONNECTING   ──connected──►   DISCOVERY (FOLLOWERINFO sent)
 *   DISCOVERY    ──LEADERINFO, accepted epoch stored──►   SYNC_CHOICE (ACKEPOCH sent)
 *   SYNC_CHOICE  ──DIFF, TRUNC──►  CATCHING_UP     ──SNAP──► RECEIVING_SNAPSHOT ──whole──► CATCHING_UP
 *   CATCHING_UP  ──NEWLEADER──►    STORING_EPOCH   ──history and current epoch stored──► SYNCED (NEWLEADER acknowledged)
 *   SYNCED       ──UPTODATE──►     BROADCAST       any ──► CLOSED
 * </pre>
 *
 * <p>Every proposal goes to the log as it comes. What is synchronized is therefore in the log, or in an installed snapshot, before the
 * current epoch is stored, and that is before NEWLEADER is acknowledged: the log port works in order (ZOOKEEPER-2846, 3023, 3911, 4643,
 * 4646, 4785). Proposals that were not committed yet when the synchronization ended are acknowledged behind UPTODATE, so no
 * acknowledgement overtakes that of NEWLEADER (ZOOKEEPER-4685).
 */
public final class Learner implements PeerListener {
    /** Phases of following. */
    public enum State {
        CONNECTING,
        DISCOVERY,
        SYNC_CHOICE,
        RECEIVING_SNAPSHOT,
        CATCHING_UP,
        STORING_EPOCH,
        SYNCED,
        BROADCAST,
        CLOSED
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.CONNECTING, EnumSet.of(State.DISCOVERY),
            State.DISCOVERY, EnumSet.of(State.SYNC_CHOICE),
            State.SYNC_CHOICE, EnumSet.of(State.RECEIVING_SNAPSHOT, State.CATCHING_UP),
            State.RECEIVING_SNAPSHOT, EnumSet.of(State.CATCHING_UP),
            State.CATCHING_UP, EnumSet.of(State.STORING_EPOCH),
            State.STORING_EPOCH, EnumSet.of(State.SYNCED),
            State.SYNCED, EnumSet.of(State.BROADCAST)));

    private final ZabSettings settings;
    private final long self;
    private final long leaderSid;
    private final boolean observer;
    private final long configVersion;
    private final History history;
    private final LearnerPort port;
    private final LogPort logPort;
    private final EventLog log;
    private final long acceptedEpoch;
    private final long currentEpoch;

    private long proposals;
    private State state = State.CONNECTING;
    private @Nullable PeerChannel channel;
    private int connectTries;
    private long retryAt;
    private boolean dialling;

    /** The epoch of LEADERINFO; 0 before. */
    private long newEpoch;

    private boolean acceptedEpochPending;

    /** Whether it asks for the whole tree, whatever it has. */
    private boolean historyDistrusted;

    /** What it tells the leader of its tree. */
    private LearnerInfo.Stance stance = LearnerInfo.Stance.SILENT;

    private boolean leaderIsQuorate;

    /** Whether TRUNC was the last word about the history: only the leader knows what is next then. */
    private boolean truncated;

    /** Zxid of the snapshot that is being received. */
    private long snapshotZxid;

    /** All up to here is committed, as the leader says; never above the last of the history. */
    private long commitZxid;

    /** All up to here was acknowledged; NEWLEADER's acknowledgement stands for what was committed before it. */
    private long ackedZxid;

    /** What has to be delivered before the oldest forwarded syncs are answered. */
    private final ArrayDeque<Long> dueSyncs = new ArrayDeque<>();

    /** Whether the leader is not listened to for a while. */
    private boolean paused;

    /** Since when the leader is silent, plus what it may be; for the phases up to NEWLEADER, since when the phase began. */
    private long deadline;

    /** @param history all that this server has logged; all of it is durable */
    public Learner(
            ZabSettings settings,
            long self,
            long leaderSid,
            boolean observer,
            long configVersion,
            long acceptedEpoch,
            long currentEpoch,
            History history,
            LearnerPort port,
            LogPort logPort,
            EventLog log) {
        this.settings = settings;
        this.self = self;
        this.leaderSid = leaderSid;
        this.observer = observer;
        this.configVersion = configVersion;
        this.acceptedEpoch = acceptedEpoch;
        this.currentEpoch = currentEpoch;
        this.history = history;
        this.port = port;
        this.logPort = logPort;
        this.log = log;
    }

    // ---- connecting
    // ------------------------------------------------------------------------------------------------------------------

    /**
     * Makes the leader send the whole tree: for a server that was told to cut its log where it cannot, such as below a snapshot that it got
     * from a leader that was never established. Its history stays what it is until then, for it may be a part of a quorum's. Both kinds of
     * leader answer the beginning of an epoch that is above theirs with SNAP, and neither counts or compares the history of who says -1.
     */
    public void askForSnapshot() {
        historyDistrusted = true;
    }

    /**
     * This server compares its tree with its leader's, and leaves it when they differ.
     *
     * @param inDoubt whether the tree is not what the last digest says that it knows. The history may be right nevertheless. If the leader is a Quorate
     *     server, and a quorum agrees with it, it offers its own; that is then asked for as by {@link #askForSnapshot}
     */
    public void compares(boolean inDoubt) {
        stance = inDoubt ? LearnerInfo.Stance.DOUBTS : LearnerInfo.Stance.COMPARES;
    }

    /** Whether the leader has said so; it says it to those that {@link #compares compare} only. */
    public boolean isLeaderQuorate() {
        return leaderIsQuorate;
    }

    /** Whether the leader was asked for the whole tree, whatever this server has. */
    public boolean asksForSnapshot() {
        return historyDistrusted;
    }

    public void start(long nowNanos) {
        deadline = nowNanos + settings.initNanos();
        dial();
    }

    private void dial() {
        connectTries++;
        dialling = true;
        port.connect(this, settings.initNanos());
    }

    @Override
    public void onOpen(PeerChannel newChannel, long nowNanos) {
        dialling = false;
        if (state == State.CLOSED) {
            newChannel.close("does not follow any more");
            return;
        }
        channel = newChannel;
        deadline = nowNanos + settings.initNanos();
        become(State.DISCOVERY, "connected to " + newChannel.remoteName());
        int type = observer ? PacketType.OBSERVER_INFO : PacketType.FOLLOWER_INFO;
        LearnerInfo info = new LearnerInfo(self, ZabLimits.PROTOCOL_VERSION, configVersion, stance);
        send(QuorumPacket.of(type, Zxid.of(acceptedEpoch, 0), info.toBytes()));
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        dialling = false;
        channel = null;
        if (state == State.CONNECTING && connectTries < ZabLimits.CONNECT_TRIES) {
            retryAt = nowNanos + ZabLimits.CONNECT_RETRY_NANOS;
            return;
        }
        end("the connection to leader " + leaderSid + " ended while " + state + ": " + reason);
    }

    @Override
    public void onWritable(long nowNanos) {
        // A learner never waits for its channel: what it forwards is bounded by its clients' credits.
    }

    // ---- packets
    // ---------------------------------------------------------------------------------------------------------------------

    @Override
    public void onPacket(QuorumPacket packet, long nowNanos) {
        if (state == State.CLOSED) {
            return;
        }
        deadline = nowNanos + (isBeyondNewLeader() ? settings.syncNanos() : settings.initNanos());
        try {
            dispatch(packet);
        } catch (JuteException e) {
            end("malformed " + packet + " from the leader: " + e.getMessage());
        }
    }

    private void dispatch(QuorumPacket packet) {
        switch (packet.type()) {
            case PacketType.LEADER_INFO -> onLeaderInfo(packet);
            case PacketType.DIFF, PacketType.TRUNC, PacketType.SNAP -> onSyncChoice(packet);
            case PacketType.PROPOSAL -> onProposal(packet);
            case PacketType.INFORM -> onInform(packet);
            case PacketType.COMMIT -> onCommit(packet.zxid());
            case PacketType.INFORM_AND_ACTIVATE -> onInform(withoutDesignatedLeader(packet));
            case PacketType.COMMIT_AND_ACTIVATE -> onCommitOfConfig(packet);
            case PacketType.NEW_LEADER -> onNewLeader(packet);
            case PacketType.UP_TO_DATE -> onUpToDate();
            case PacketType.PING -> onPing(packet);
            case PacketType.REVALIDATE -> onRevalidate(packet);
            case PacketType.SYNC -> onSync();
            default ->
                log.warn("Learner " + self + ": the leader sent " + packet + ", which is not understood: ignored");
        }
    }

    private void onLeaderInfo(QuorumPacket packet) {
        long epoch = Zxid.epoch(packet.zxid());
        if (state != State.DISCOVERY || newEpoch != 0) {
            end("LEADERINFO of epoch " + epoch + " came while " + state);
            return;
        }
        if (epoch < acceptedEpoch) {
            end("leader " + leaderSid + " offers epoch " + epoch + ", but this server has promised epoch "
                    + acceptedEpoch);
            return;
        }
        newEpoch = epoch;
        if (stance != LearnerInfo.Stance.SILENT) {
            takeOffer(packet);
        }
        if (epoch > acceptedEpoch) {
            acceptedEpochPending = true;
            logPort.storeAcceptedEpoch(epoch);
        } else {
            acknowledgeEpoch(-1);
        }
    }

    private void takeOffer(QuorumPacket leaderInfo) {
        JuteReader in = new JuteReader(leaderInfo.data() == null ? new byte[0] : leaderInfo.data());
        int said = in.remaining() >= 8 && in.readInt() >= ZabLimits.PROTOCOL_VERSION ? in.readInt() : 0;
        leaderIsQuorate = said == ZabLimits.QUORATE || said == ZabLimits.OFFERS_TREE;
        if (stance != LearnerInfo.Stance.DOUBTS) {
            return;
        }
        String doubt = "Learner " + self + ": this server's tree is in doubt (see the warning about its digest)";
        if (said == ZabLimits.OFFERS_TREE) {
            log.warn(doubt + "; asks leader " + leaderSid + ", with whom a quorum agrees, for the whole tree");
            historyDistrusted = true;
        } else {
            log.warn(
                    doubt + ", and leader " + leaderSid + " does not offer its own: "
                            + (leaderIsQuorate
                                    ? "no quorum has shown so far that it agrees with that leader. "
                                    : "it is not a Quorate server. ")
                            + "Serves what it has; to have the leader's tree nevertheless, stop this server and rebuild it (zkTool.sh rebuild)");
        }
    }

    /** The promise is on disk: only now it is given. */
    public void onAcceptedEpochDurable(long epoch) {
        if (state == State.DISCOVERY && acceptedEpochPending && epoch == newEpoch) {
            acceptedEpochPending = false;
            acknowledgeEpoch((int) currentEpoch);
        }
    }

    private void acknowledgeEpoch(int epochOfHistory) {
        JuteWriter data = new JuteWriter(4);
        data.writeInt(historyDistrusted ? -1 : epochOfHistory);
        long zxid = historyDistrusted ? Zxid.of(newEpoch + 1, 0) : history.lastZxid();
        send(QuorumPacket.of(PacketType.ACK_EPOCH, zxid, data.toByteArray()));
        become(State.SYNC_CHOICE, "accepted epoch " + newEpoch + ", last zxid " + Zxid.show(history.lastZxid()));
    }

    // ---- synchronization
    // -------------------------------------------------------------------------------------------------------------

    private void onSyncChoice(QuorumPacket packet) {
        if (state != State.SYNC_CHOICE || (historyDistrusted && packet.type() != PacketType.SNAP)) {
            end(packet + " came while " + state + (historyDistrusted ? ", asked for was a snapshot" : ""));
            return;
        }
        long last = history.lastZxid();
        switch (packet.type()) {
            case PacketType.DIFF -> {
                become(State.CATCHING_UP, "DIFF behind " + Zxid.show(last));
                commitAllThatIsHeld();
            }
            case PacketType.TRUNC -> truncate(packet.zxid(), last);
            default -> {
                snapshotZxid = packet.zxid();
                become(
                        State.RECEIVING_SNAPSHOT,
                        "SNAP of zxid " + Zxid.show(snapshotZxid) + ", own last zxid " + Zxid.show(last));
                port.beginSnapshot(snapshotZxid);
            }
        }
    }

    private void truncate(long zxid, long last) {
        if (zxid > last) {
            port.onFatal(
                    "leader " + leaderSid + " wants the log cut behind " + Zxid.show(zxid) + ", but it ends at "
                            + Zxid.show(last)
                            + ": the leader believes this server to have more than it has; compare the data directories of both before anything else");
            return;
        }
        if (!history.mayEndAt(zxid)) {
            port.onFatal(
                    "leader " + leaderSid + " wants the log cut behind " + Zxid.show(zxid)
                            + ", but there is no such entry in it"
                            + ": the histories of both have nothing to do with each other; compare their data directories before anything else");
            return;
        }
        boolean reload = !history.truncateAfter(zxid);
        if (reload) {
            history.reset(zxid);
        }
        port.truncate(zxid, reload);
        truncated = true;
        become(
                State.CATCHING_UP,
                "TRUNC from " + Zxid.show(last) + " to " + Zxid.show(zxid)
                        + (reload ? ", the tree is loaded anew" : ""));
        commitAllThatIsHeld();
    }

    /** What a leader does not cut off when it chooses DIFF or TRUNC is a part of its own committed history. */
    private void commitAllThatIsHeld() {
        commitZxid = history.lastZxid();
        deliver();
    }

    @Override
    public boolean wantsRaw() {
        return state == State.RECEIVING_SNAPSHOT;
    }

    @Override
    public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
        deadline = nowNanos + settings.initNanos();
        try {
            int used = port.isSnapshotComplete() ? 0 : port.snapshotBytes(bytes, offset, length);
            return port.isSnapshotComplete() ? used + readSignature(bytes, offset + used, length - used) : used;
        } catch (JuteException e) {
            end("the snapshot stream is damaged: " + e.getMessage());
            return length;
        }
    }

    private int readSignature(byte[] bytes, int offset, int length) {
        JuteReader in = new JuteReader(bytes, offset, length);
        String signature;
        try {
            signature = in.readString();
        } catch (JuteUnderflowException e) {
            return 0;
        }
        if (!ZabLimits.SNAPSHOT_SIGNATURE.equals(signature)) {
            end("the snapshot stream ends with \"" + signature + "\" instead of \"" + ZabLimits.SNAPSHOT_SIGNATURE
                    + "\"");
            return length;
        }
        history.reset(snapshotZxid);
        commitZxid = snapshotZxid;
        port.installSnapshot(snapshotZxid);
        become(State.CATCHING_UP, "the snapshot of " + Zxid.show(snapshotZxid) + " is whole");
        return in.position() - offset;
    }

    /** Whether the leader's history is coming in, and nothing that anybody waits for an answer to. */
    public boolean isBeingFed() {
        return state == State.RECEIVING_SNAPSHOT || state == State.CATCHING_UP;
    }

    public boolean isPaused() {
        return paused;
    }

    /**
     * Stops, or goes on, reading from the leader, who may send faster than this server's disk writes. Only a learner that
     * {@linkplain #isBeingFed is being fed} may be paused: neither pings nor proposals wait for it then. How long it is paused does not count
     * as the leader's silence.
     */
    public void pause(boolean pause, long nowNanos) {
        if (channel == null || pause == paused) {
            return;
        }
        if (pause && !isBeingFed()) {
            throw new IllegalStateException("a learner that is " + state + " must listen");
        }
        paused = pause;
        channel.pauseReading(pause);
        if (!pause) {
            deadline = nowNanos + (isBeyondNewLeader() ? settings.syncNanos() : settings.initNanos());
        }
    }

    private void onProposal(QuorumPacket packet) {
        byte[] data = packet.data();
        if (data == null || !isTakingProposals()) {
            end(packet + " came while " + state);
            return;
        }
        long last = history.lastZxid();
        long zxid = packet.zxid();
        if (zxid <= last && state != State.BROADCAST) {
            return; // The formal specification's ambiguity B: what the synchronized history held already may come
            // again.
        }
        if (!Proposal.isNext(last, zxid) && !truncated) {
            end("proposal " + Zxid.show(zxid) + " does not follow " + Zxid.show(last)
                    + ": there is a gap in what the leader sent");
            return;
        }
        truncated = false;
        Proposal proposal = new Proposal(zxid, data);
        proposals++;
        history.append(proposal);
        logPort.append(proposal);
    }

    private void onInform(QuorumPacket packet) {
        onProposal(packet);
        if (state != State.CLOSED) {
            onCommit(packet.zxid());
        }
    }

    private void onCommit(long zxid) {
        if (!isTakingProposals()) {
            end("COMMIT " + Zxid.show(zxid) + " came while " + state);
            return;
        }
        if (zxid > history.lastZxid()) {
            end("COMMIT " + Zxid.show(zxid) + " is for a proposal that did not come; the last is "
                    + Zxid.show(history.lastZxid()));
            return;
        }
        commitZxid = Math.max(commitZxid, zxid);
        deliver();
    }

    /** The transaction counts like any other: a hole would be worse than a configuration that is learned at the next start. */
    private void onCommitOfConfig(QuorumPacket packet) {
        warnOfConfig(packet);
        onCommit(packet.zxid());
    }

    private QuorumPacket withoutDesignatedLeader(QuorumPacket packet) {
        warnOfConfig(packet);
        JuteReader in = new JuteReader(packet.data() == null ? new byte[0] : packet.data());
        in.readLong();
        return QuorumPacket.of(PacketType.INFORM, packet.zxid(), in.readRemaining());
    }

    private void warnOfConfig(QuorumPacket packet) {
        log.warn("Learner " + self + ": the leader activates a new configuration with " + packet
                + "; this server keeps its own until it is started with the new one");
    }

    private void onNewLeader(QuorumPacket packet) {
        if (state != State.CATCHING_UP || packet.zxid() != newLeaderZxid()) {
            end(packet + " came while " + state + " in epoch " + newEpoch);
            return;
        }
        if (packet.data() != null && packet.data().length > 0) {
            port.onConfig(new String(packet.data(), StandardCharsets.UTF_8));
        }
        ackedZxid = commitZxid;
        become(State.STORING_EPOCH, "NEWLEADER, history up to " + Zxid.show(history.lastZxid()));
        logPort.storeCurrentEpoch(newEpoch);
    }

    /** The history and the epoch that it is of are on disk: only now the leader may count on it. */
    public void onCurrentEpochDurable(long epoch, long nowNanos) {
        if (state != State.STORING_EPOCH || epoch != newEpoch) {
            return;
        }
        deadline = nowNanos + settings.syncNanos();
        send(QuorumPacket.of(PacketType.ACK, newLeaderZxid()));
        become(State.SYNCED, "stored epoch " + newEpoch);
    }

    private void onUpToDate() {
        if (state != State.SYNCED) {
            end("UPTODATE came while " + state);
            return;
        }
        send(QuorumPacket.of(PacketType.ACK, newLeaderZxid()));
        become(State.BROADCAST, "UPTODATE, committed up to " + Zxid.show(history.committedZxid()));
        port.onSynchronized();
        acknowledge();
    }

    // ---- broadcast
    // -------------------------------------------------------------------------------------------------------------------

    /** All up to {@code zxid} is forced on this server's own disk. */
    public void onDurable(long zxid) {
        history.onDurable(zxid);
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.BROADCAST) {
            acknowledge();
        }
        deliver();
    }

    /**
     * One acknowledgement for each proposal, also for those that are committed and dropped from the window already: an Apache leader waits for
     * each by name. What was not acknowledged with NEWLEADER is of this epoch, and without a gap.
     */
    private void acknowledge() {
        if (observer) {
            return;
        }
        long durable = history.durableZxid();
        for (long zxid = Math.max(ackedZxid, newLeaderZxid()) + 1; zxid <= durable; zxid++) {
            send(QuorumPacket.of(PacketType.ACK, zxid));
            ackedZxid = zxid;
        }
    }

    private void deliver() {
        history.commitThrough(commitZxid);
        for (Proposal next = history.pollDeliverable(); next != null; next = history.pollDeliverable()) {
            port.deliver(next);
            if (state == State.CLOSED) {
                return;
            }
        }
        completeSyncs();
    }

    /**
     * Echoes a ping, but not before UPTODATE: an Apache leader takes the next packet behind ACKEPOCH for the acknowledgement of NEWLEADER and
     * closes the connection if it is another, and a Quorate leader counts on an echo for each ping behind UPTODATE, and for none before.
     */
    private void onPing(QuorumPacket packet) {
        if (state == State.BROADCAST) {
            send(QuorumPacket.of(PacketType.PING, packet.zxid(), port.drainTouchedSessions()));
        }
    }

    private void onRevalidate(QuorumPacket packet) {
        JuteReader in = new JuteReader(packet.data() == null ? new byte[0] : packet.data());
        port.onRevalidated(in.readLong(), in.readBoolean());
    }

    /** What is committed has arrived, but this server's disk may lag behind: the answer waits until it has been delivered too. */
    private void onSync() {
        if (state == State.BROADCAST) {
            dueSyncs.add(commitZxid);
            completeSyncs();
        }
    }

    private void completeSyncs() {
        while (!dueSyncs.isEmpty() && history.deliveredZxid() >= dueSyncs.getFirst()) {
            dueSyncs.removeFirst();
            port.onSynced();
        }
    }

    /**
     * Forwards a request of a client to the leader.
     *
     * @param body the client's request without its header
     * @param identities what the client has proven to be; null for the creation of a session
     * @throws IllegalStateException before {@link LearnerPort#onSynchronized}: a leader closes the connection for it
     */
    public void forward(long sessionId, int cxid, int op, byte[] body, @Nullable List<Id> identities) {
        requireServing("forward a request");
        JuteWriter data = new JuteWriter(16 + body.length);
        data.writeLong(sessionId).writeInt(cxid).writeInt(op).writeRaw(body);
        send(new QuorumPacket(PacketType.REQUEST, -1, data.toByteArray(), identities));
    }

    /**
     * Asks the leader whether a session is alive; {@link LearnerPort#onRevalidated} follows.
     *
     * @throws IllegalStateException before {@link LearnerPort#onSynchronized}
     */
    public void revalidate(long sessionId, int timeoutMs) {
        requireServing("revalidate a session");
        JuteWriter data = new JuteWriter(12);
        data.writeLong(sessionId).writeInt(timeoutMs);
        send(QuorumPacket.of(PacketType.REVALIDATE, -1, data.toByteArray()));
    }

    private void requireServing(String what) {
        if (state != State.BROADCAST && state != State.CLOSED) {
            throw new IllegalStateException("a learner that is " + state + " cannot " + what);
        }
    }

    // ---- time and state
    // --------------------------------------------------------------------------------------------------------------

    /** Called at least twice a tick. */
    public void onTick(long nowNanos) {
        if (state == State.CLOSED) {
            return;
        }
        if (nowNanos - deadline > 0 && !paused) {
            end("leader " + leaderSid + " was silent for too long while " + state + " (initLimit "
                    + settings.initLimit() + ", syncLimit " + settings.syncLimit() + " ticks)");
        } else if (state == State.CONNECTING && !dialling && nowNanos - retryAt >= 0) {
            dial();
        }
    }

    /** Stops following. Idempotent. */
    public void end(String reason) {
        if (state == State.CLOSED) {
            return;
        }
        become(State.CLOSED, reason);
        PeerChannel open = channel;
        channel = null;
        if (open != null) {
            open.close(reason);
        }
        port.onEnded(reason);
    }

    public State state() {
        return state;
    }

    public long leaderSid() {
        return leaderSid;
    }

    public boolean isObserver() {
        return observer;
    }

    /** How many proposals of the leader this server has taken. */
    public long proposals() {
        return proposals;
    }

    /** The epoch that the leader offered; 0 before. */
    public long epoch() {
        return newEpoch;
    }

    private long newLeaderZxid() {
        return Zxid.of(newEpoch, 0);
    }

    private boolean isBeyondNewLeader() {
        return state == State.SYNCED || state == State.BROADCAST;
    }

    private boolean isTakingProposals() {
        return state == State.CATCHING_UP || state == State.STORING_EPOCH || isBeyondNewLeader();
    }

    private void send(QuorumPacket packet) {
        if (channel != null) {
            channel.send(packet);
        }
    }

    private void become(State next, String reason) {
        if (next != State.CLOSED && !NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("learner cannot go from " + state + " to " + next + ": " + reason);
        }
        log.info("Learner " + self + " of leader " + leaderSid + ": " + state + " -> " + next + ", " + reason);
        state = next;
    }
}
