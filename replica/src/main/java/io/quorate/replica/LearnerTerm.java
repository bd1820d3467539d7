package io.quorate.replica;

import io.quorate.election.EnsembleConfig;
import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.TruncateResult;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.zab.History;
import io.quorate.zab.Learner;
import io.quorate.zab.LearnerPort;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One term of following or observing: the {@link Learner}, what it does to the database, and the way to the leader for clients. */
final class LearnerTerm implements Term, LearnerPort, Upstream {
    /**
     * A snapshot on its way from the leader: to the disk, and into a tree.
     *
     * @param aside the folder for the files that it replaces; null if they go
     */
    private record ReceivingSnapshot(
            SnapshotLoader loader,
            LogRoom.Receiving file,
            @Nullable String aside) {}

    private final Rooms rooms;
    private final Host host;
    private final EnsembleConfig ensemble;
    private final Learner learner;
    private @Nullable ReceivingSnapshot receiving;
    private long startNanos;

    /** Proposals of the learner that are counted for the server already. */
    private long countedProposals;

    LearnerTerm(
            Rooms rooms,
            Host host,
            EnsembleConfig ensemble,
            long leaderSid,
            boolean observer,
            long acceptedEpoch,
            long currentEpoch) {
        this.rooms = rooms;
        this.host = host;
        this.ensemble = ensemble;
        this.learner = new Learner(
                rooms.settings().zab(),
                rooms.settings().serverId(),
                leaderSid,
                observer,
                ensemble.version(),
                acceptedEpoch,
                currentEpoch,
                rooms.database().history(),
                this,
                new DiskRooms(rooms.log(), rooms.reads(), rooms.snapshots()),
                rooms.events());
    }

    // ---- from the replica

    @Override
    public void start(long nowNanos) {
        startNanos = nowNanos;
        if (rooms.database().isSnapshotWanted()) {
            learner.askForSnapshot();
        } else if (comparesTrees()
                && (rooms.database().isTreeInDoubt() || rooms.database().leavesOnDifference())) {
            learner.compares(rooms.database().isTreeInDoubt());
        }
        learner.start(nowNanos);
    }

    @Override
    public void onTick(long nowNanos) {
        learner.onTick(nowNanos);
        countProposals();
    }

    private void countProposals() {
        long proposals = learner.proposals();
        rooms.clients().counters().proposalsReceived += proposals - countedProposals;
        countedProposals = proposals;
    }

    /** A leader's snapshot, or the history behind this server's, may come in faster than the disk takes it. */
    @Override
    public void endBatch() {
        if (!learner.isBeingFed() && rooms.log().unwrittenBytes() > ReplicaLimits.MAX_UNWRITTEN_BYTES) {
            learner.end(
                    "this server's disk is too slow, or full: " + rooms.log().unwrittenBytes()
                            + " bytes of transactions wait for it; comes back when they are written");
            return;
        }
        long limit = rooms.settings().syncBacklogBytes();
        long resumedBelow = learner.isPaused() ? limit / 2 : limit;
        learner.pause(
                learner.isBeingFed() && rooms.log().unwrittenBytes() > resumedBelow,
                rooms.clock().nowNanos());
    }

    @Override
    public void onDurable(long zxid) {
        learner.onDurable(zxid);
    }

    @Override
    public void onAcceptedEpochDurable(long epoch) {
        learner.onAcceptedEpochDurable(epoch);
    }

    @Override
    public void onCurrentEpochDurable(long epoch, long nowNanos) {
        learner.onCurrentEpochDurable(epoch, nowNanos);
    }

    /** Leaves at once when too much differs: a leader takes an echo behind it as agreement. */
    @Override
    public void onCompared(long zxid, boolean same) {
        Database database = rooms.database();
        if (same) {
            database.onAgreement();
        } else if (comparesTrees() && learner.isLeaderQuorate() && database.onDifference(zxid)) {
            rooms.events()
                    .warn(
                            "This server's tree is not that of leader " + learner.leaderSid() + " after "
                                    + Zxid.show(zxid)
                                    + ", for the second transaction in a row: it leaves the leader and makes its tree anew of its own files (resyncOnDivergence=true)");
            learner.end("its tree is not the leader's; reads its files again");
        }
    }

    private boolean comparesTrees() {
        return rooms.settings().roles().resyncOnDivergence()
                && rooms.settings().tree().digestEnabled();
    }

    @Override
    public void end(String reason) {
        learner.end(reason);
        countProposals();
        if (receiving != null) {
            receiving.file().abort();
            receiving = null;
        }
    }

    // ---- from the learner: the way to the leader

    @Override
    public void connect(PeerListener listener, long timeoutNanos) {
        rooms.port().connectToLeader(learner.leaderSid(), new ClockedListener(rooms.clock(), listener), timeoutNanos);
    }

    @Override
    public void onEnded(String reason) {
        host.leave(reason);
    }

    @Override
    public void onFatal(String message) {
        host.fail(13, message);
    }

    @Override
    public void onConfig(String text) {
        if (!text.equals(ensemble.text())) {
            rooms.events()
                    .warn("The leader's configuration differs from this server's file. The leader's:\n" + text
                            + "\nthis server's:\n" + ensemble.text());
        }
    }

    // ---- from the learner: the database

    @Override
    public void deliver(Proposal proposal) {
        rooms.clients().counters().committedAsLearner++;
        host.deliver(proposal);
    }

    @Override
    public void truncate(long zxid, boolean reload) {
        rooms.snapshots().giveUp();
        Database database = rooms.database();
        History reloaded = new History(rooms.settings().zab().commitLogCount());
        TreeLoading loading = new TreeLoading(rooms.settings().tree(), reloaded);
        Runnable load = () -> rooms.storage().recover(loading, loading);
        rooms.log().truncate(zxid, reload ? load : () -> {}, load, result -> {
            if (result == TruncateResult.NOT_FOUND) {
                database.history().replaceBy(reloaded);
                rooms.adopt(loading);
                askForSnapshot(zxid);
            } else if (reload) {
                rooms.adopt(loading);
            }
        });
    }

    /** The log stays as it is, since it may be a part of a quorum's, until the leader has sent its whole tree. */
    private void askForSnapshot(long zxid) {
        rooms.database().wantSnapshot();
        learner.end("the log cannot be cut behind " + Zxid.show(zxid) + " as leader " + learner.leaderSid()
                + " wants, the warning before this says why; comes back for the leader's tree");
    }

    @Override
    public void beginSnapshot(long zxid) {
        rooms.snapshots().giveUp();
        History reloaded = new History(rooms.settings().zab().commitLogCount());
        TreeLoading loading = new TreeLoading(rooms.settings().tree(), reloaded);
        String aside = asideFolder(zxid);
        LogRoom.Receiving file = rooms.log()
                .receiveSnapshot(zxid, aside, () -> rooms.storage().recover(loading, loading), failure -> {
                    rooms.database().history().replaceBy(reloaded);
                    rooms.adopt(loading);
                    host.lackRoom(failure);
                    learner.end("there is no room for the leader's snapshot; comes back for it later");
                });
        receiving = new ReceivingSnapshot(new SnapshotLoader(rooms.settings().tree()), file, aside);
    }

    /** Where the files go that the leader's tree replaces; null if they are not worth keeping. */
    private @Nullable String asideFolder(long zxid) {
        return comparesTrees() && rooms.database().isTreeInDoubt()
                ? "version-2.aside-" + Zxid.hex(zxid) + "-" + rooms.clock().wallMs()
                : null;
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
            rooms.database().install(newTree);
            sayWhatWasKept(zxid, current.aside());
        });
    }

    private void sayWhatWasKept(long zxid, @Nullable String aside) {
        if (aside != null) {
            rooms.events()
                    .warn(
                            "The tree of leader " + learner.leaderSid() + ", of " + Zxid.show(zxid)
                                    + ", has replaced this server's, which was wrong. The old files are kept in the folder "
                                    + aside
                                    + " beside version-2; look there for what went wrong, and delete it when it is not needed any more.");
        }
    }

    private ReceivingSnapshot requireReceiving() {
        if (receiving == null) {
            throw new IllegalStateException("no snapshot is being received");
        }
        return receiving;
    }

    @Override
    public void onSynchronized() {
        rooms.clients().counters().synchronizations.add(rooms.clock().nowNanos() - startNanos);
        host.settled(learner.epoch());
        host.serve(this);
    }

    // ---- from the learner: sessions and syncs

    @Override
    public byte[] drainTouchedSessions() {
        JuteWriter out = new JuteWriter();
        rooms.clients().drainTouched((id, timeoutMs) -> out.writeLong(id).writeInt(timeoutMs));
        return out.toByteArray();
    }

    @Override
    public void onRevalidated(long sessionId, boolean valid) {
        rooms.clients().onRevalidated(sessionId, valid);
    }

    @Override
    public void onSynced() {
        rooms.clients().onSynced();
    }

    // ---- from the clients

    @Override
    public void write(long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        learner.forward(sessionId, cxid, op, body, identities);
    }

    @Override
    public void createSession(long sessionId, int timeoutMs) {
        JuteWriter body = new JuteWriter(4);
        body.writeInt(timeoutMs);
        learner.forward(sessionId, 0, OpCode.CREATE_SESSION, body.toByteArray(), null);
    }

    @Override
    public void revalidate(long sessionId, int timeoutMs) {
        learner.revalidate(sessionId, timeoutMs);
    }

    @Override
    public void sync() {
        learner.forward(0, 0, OpCode.SYNC, new byte[0], null);
    }

    @Override
    public void touch(long sessionId, int timeoutMs) {
        // Clients' touches are drained when the leader pings.
    }

    // ---- what it shows of itself

    @Override
    public ReplicaStatus.Mode mode() {
        return learner.isObserver() ? ReplicaStatus.Mode.OBSERVER : ReplicaStatus.Mode.FOLLOWER;
    }

    @Override
    public String phase() {
        return switch (learner.state()) {
            case CONNECTING, DISCOVERY -> "discovery";
            case BROADCAST -> "broadcast";
            default -> "synchronization";
        };
    }

    @Override
    public long leaderSid() {
        return learner.leaderSid();
    }

    @Override
    public long lastProcessedZxid() {
        return rooms.database().tree().lastZxid();
    }
}
