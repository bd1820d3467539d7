package io.quorate.replica;

import io.quorate.election.EnsembleConfig;
import io.quorate.jute.Id;
import io.quorate.jute.Zxid;
import io.quorate.tree.Txn;
import io.quorate.zab.Leader;
import io.quorate.zab.LeaderPort;
import io.quorate.zab.LearnerHandler;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One term of leading: the {@link Leader} with its {@link Proposer}. */
final class LeaderTerm implements Term, LeaderPort, Broadcaster {
    private static final long NANOS_PER_MS = 1_000_000L;

    private final Rooms rooms;
    private final Host host;
    private final EnsembleConfig ensemble;
    private final Leader leader;

    /** There while the leader is established. */
    private @Nullable Proposer proposer;

    /** Counts while the leader is established. */
    private long establishedNanos;

    /** What of the leader's counts is counted for the server already. */
    private long countedSnapshots;

    private long countedHistories;

    LeaderTerm(Rooms rooms, Host host, EnsembleConfig ensemble, long acceptedEpoch, long currentEpoch) {
        this.rooms = rooms;
        this.host = host;
        this.ensemble = ensemble;
        this.leader = new Leader(
                rooms.settings().zab(),
                rooms.settings().serverId(),
                ensemble,
                acceptedEpoch,
                currentEpoch,
                rooms.database().history(),
                this,
                new DiskRooms(rooms.log(), rooms.reads(), rooms.snapshots()),
                rooms.events(),
                rooms.clock().nowNanos());
    }

    // ---- from the replica

    @Override
    public void start(long nowNanos) {
        if (rooms.settings().tree().digestEnabled()) {
            leader.offersTree();
        }
        leader.start();
    }

    @Override
    public void onTick(long nowNanos) {
        leader.onTick(nowNanos);
        countSynchronizations();
        if (proposer != null) {
            proposer.onTick();
        }
    }

    private void countSynchronizations() {
        Counters counters = rooms.clients().counters();
        counters.snapshotsSent += leader.snapshotsSent() - countedSnapshots;
        counters.historiesSent += leader.historiesSent() - countedHistories;
        countedSnapshots = leader.snapshotsSent();
        countedHistories = leader.historiesSent();
    }

    @Override
    public void endBatch() {
        leader.endBatch();
    }

    @Override
    public void onDurable(long zxid) {
        leader.onDurable(zxid);
    }

    @Override
    public void onAcceptedEpochDurable(long epoch) {
        leader.onAcceptedEpochDurable(epoch);
    }

    @Override
    public void onCurrentEpochDurable(long epoch, long nowNanos) {
        leader.onCurrentEpochDurable(epoch, nowNanos);
    }

    @Override
    public Txn take(Proposal proposal) {
        return proposer != null ? proposer.take(proposal) : Txn.decode(proposal.bytes());
    }

    @Override
    public void onApplied(long zxid) {
        if (proposer != null) {
            proposer.onApplied(zxid);
        }
    }

    @Override
    public PeerListener accept() {
        return leader.accept();
    }

    @Override
    public void end(String reason) {
        proposer = null;
        countSynchronizations();
        leader.abdicate(reason);
    }

    // ---- from the leader

    @Override
    public void deliver(Proposal proposal) {
        rooms.clients().counters().committedAsLeader++;
        host.deliver(proposal);
    }

    @Override
    public void onEstablished(long epoch) {
        establishedNanos = rooms.clock().nowNanos();
        host.settled(epoch);
        Proposer newProposer = new Proposer(
                rooms.settings(), rooms.database().tree(), this, rooms.clients(), rooms.events(), rooms.clock());
        proposer = newProposer;
        host.serve(newProposer);
        newProposer.endDanglingSessions();
    }

    @Override
    public void onAbdicated(String reason) {
        host.leave(reason);
    }

    @Override
    public void onRequest(LearnerHandler from, long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        if (proposer != null) {
            proposer.submit(from.sid(), sessionId, cxid, op, body, identities);
        }
    }

    @Override
    public void onRevalidate(LearnerHandler from, long sessionId, int timeoutMs) {
        rooms.clients().counters().revalidated++;
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
        rooms.clients().onSynced();
    }

    @Override
    public void onLearnerGone(LearnerHandler handler) {
        rooms.reads().forget(handler);
    }

    // ---- from the proposer

    @Override
    public long nextZxid() {
        if (!leader.isEstablished()) {
            return Zxid.NONE;
        }
        long next = leader.nextZxid();
        if (next == Zxid.NONE) {
            leader.abdicate("epoch " + leader.epoch() + " has no zxid left; a new election begins a new epoch");
        }
        return next;
    }

    @Override
    public void propose(Proposal proposal, boolean hasDigest) {
        rooms.clients().counters().proposalsMade++;
        leader.propose(proposal, hasDigest);
    }

    @Override
    public void sync(long token) {
        leader.sync(token);
    }

    // ---- what it shows of itself

    @Override
    public ReplicaStatus.Mode mode() {
        return ReplicaStatus.Mode.LEADER;
    }

    @Override
    public String phase() {
        return switch (leader.state()) {
            case DISCOVERY -> "discovery";
            case SYNCHRONIZATION -> "synchronization";
            default -> "broadcast";
        };
    }

    @Override
    public long leaderSid() {
        return rooms.settings().serverId();
    }

    @Override
    public long lastProcessedZxid() {
        return leader.isEstablished()
                ? leader.lastProcessedZxid()
                : rooms.database().tree().lastZxid();
    }

    @Override
    public ReplicaStatus.Leading leading() {
        return leader.isEstablished()
                ? new ReplicaStatus.Leading(
                        (rooms.clock().nowNanos() - establishedNanos) / NANOS_PER_MS, leader.pendingSyncs())
                : ReplicaStatus.Leading.NONE;
    }

    @Override
    public SessionSets trackedSessions() {
        return proposer == null ? SessionSets.NONE : proposer.trackedSessions();
    }

    @Override
    public long logNeededAfter() {
        return leader.logNeededAfter();
    }

    @Override
    public ReplicaStatus.Sizes proposalSizes() {
        return proposer == null ? ReplicaStatus.Sizes.NONE : proposer.proposalSizes();
    }

    @Override
    public List<ReplicaStatus.LearnerStatus> learners() {
        List<ReplicaStatus.LearnerStatus> result = new ArrayList<>();
        for (LearnerHandler each : leader.learners()) {
            result.add(new ReplicaStatus.LearnerStatus(
                    each.sid(), each.remoteName(), each.isObserver(), ensemble.isVoter(each.sid()), each.isSynced()));
        }
        return result;
    }
}
