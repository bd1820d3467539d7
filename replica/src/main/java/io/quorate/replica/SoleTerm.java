package io.quorate.replica;

import io.quorate.tree.Txn;
import io.quorate.zab.Proposal;
import org.jspecify.annotations.Nullable;

/** The one term of a server that has no ensemble. */
final class SoleTerm implements Term {
    private final Rooms rooms;
    private final Host host;
    private final SoleBroadcaster broadcaster;
    private @Nullable Proposer proposer;

    SoleTerm(Rooms rooms, Host host) {
        this.rooms = rooms;
        this.host = host;
        this.broadcaster = new SoleBroadcaster(
                rooms.database().history(),
                rooms.log(),
                host::deliver,
                token -> rooms.clients().onSynced());
    }

    @Override
    public void start(long nowNanos) {
        Proposer newProposer = new Proposer(
                rooms.settings(), rooms.database().tree(), broadcaster, rooms.clients(), rooms.events(), rooms.clock());
        proposer = newProposer;
        host.serve(newProposer);
        newProposer.endDanglingSessions();
    }

    @Override
    public void onTick(long nowNanos) {
        if (proposer != null) {
            proposer.onTick();
        }
    }

    @Override
    public void onDurable(long zxid) {
        broadcaster.onDurable(zxid);
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
    public void end(String reason) {
        proposer = null;
    }

    @Override
    public ReplicaStatus.Mode mode() {
        return ReplicaStatus.Mode.STANDALONE;
    }

    @Override
    public String phase() {
        return "";
    }

    @Override
    public long leaderSid() {
        return -1;
    }

    @Override
    public long lastProcessedZxid() {
        return rooms.database().tree().lastZxid();
    }

    @Override
    public SessionSets trackedSessions() {
        return proposer == null ? SessionSets.NONE : proposer.trackedSessions();
    }

    @Override
    public ReplicaStatus.Sizes proposalSizes() {
        return proposer == null ? ReplicaStatus.Sizes.NONE : proposer.proposalSizes();
    }
}
