package io.quorate.zab;

import io.quorate.election.EventLog;
import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server that consists of its part of ZAB, a disk, and a list of what was applied in the place of a tree. */
final class TestServer {
    /** The request op that becomes a transaction; its body is the transaction's payload. */
    static final int WRITE_OP = 1;

    /** @param committedBefore entries that anybody had seen to be committed when the sync arrived */
    private record WaitingSync(String name, int committedBefore) {}

    final long sid;
    final ZabTestCluster cluster;
    final FakeDisk disk = new FakeDisk(this);

    /** All that was applied, since the beginning of the ensemble. */
    List<Proposal> tree = new ArrayList<>();

    /** The answers that clients of this server got: payloads of syncs and requests. */
    final List<String> answers = new ArrayList<>();

    History history;
    boolean up = true;
    boolean serving;

    @Nullable
    Leader leader;

    @Nullable
    Learner learner;

    /** Whether its log could not be cut as its leader wanted. */
    boolean needsSnapshot;

    /** Whether it compares its tree with its leader's. */
    boolean compares;

    /** Whether its transactions carry digests. */
    boolean digested = true;

    /** Whether its tree is not what digests say. */
    boolean treeInDoubt;

    /** What was committed when NEWLEADER came: its acknowledgement says that this is durable. */
    long committedAtNewLeader;

    /** Reports of a port that lies; see {@link FakeDisk.Fault}. */
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();

    private final ArrayDeque<WaitingSync> waitingSyncs = new ArrayDeque<>();
    private @Nullable List<Proposal> incoming;
    private boolean incomingComplete;
    private long syncTokens;

    TestServer(ZabTestCluster cluster, long sid) {
        this.cluster = cluster;
        this.sid = sid;
        this.history = new History(cluster.window);
    }

    // ---- life
    // ------------------------------------------------------------------------------------------------------------------------

    void crash() {
        up = false;
        stopServing();
        disk.crash();
        later.clear();
        leader = null;
        learner = null;
        cluster.closeLinksOf(this, "the process has ended");
    }

    /** Recovers from what is durable, as a process that starts does. */
    void restart() {
        up = true;
        history = new History(cluster.window);
        reloadTree();
        history.reset(disk.newestSnapshot().zxid());
        for (Proposal each : disk.log) {
            if (each.zxid() > history.lastZxid()) {
                history.restore(each);
            }
        }
    }

    /** The tree is loaded anew, as after TRUNC or the installation of a snapshot. */
    void reload() {
        reloadTree();
        say("tree: loaded anew, last zxid " + Zxid.show(treeZxid()));
    }

    private void reloadTree() {
        FakeDisk.Snapshot snapshot = disk.newestSnapshot();
        tree = new ArrayList<>(snapshot.state());
        for (Proposal each : disk.log) {
            if (each.zxid() > snapshot.zxid()) {
                tree.add(each);
            }
        }
    }

    long treeZxid() {
        return tree.isEmpty() ? 0 : tree.get(tree.size() - 1).zxid();
    }

    boolean isIdle() {
        return up && leader == null && learner == null && !disk.hasWork();
    }

    void lead() {
        requireIdle();
        Leader started = new Leader(
                cluster.settings,
                sid,
                cluster.config,
                disk.acceptedEpoch,
                disk.currentEpoch,
                history,
                new AsLeader(),
                disk,
                log(),
                cluster.nowNanos);
        leader = started;
        started.offersTree();
        started.start();
        endBatch();
    }

    void follow(long leaderSid) {
        requireIdle();
        boolean observer = cluster.observers.contains(sid);
        Learner started = new Learner(
                cluster.settings,
                sid,
                leaderSid,
                observer,
                cluster.config.version(),
                disk.acceptedEpoch,
                disk.currentEpoch,
                history,
                new AsLearner(leaderSid),
                disk,
                log());
        learner = started;
        if (needsSnapshot) {
            started.askForSnapshot();
        } else if (compares) {
            started.compares(treeInDoubt);
        }
        started.start(cluster.nowNanos);
    }

    /** Ends its role, as its election would. */
    void giveUp() {
        if (leader != null) {
            leader.abdicate("told to");
        } else if (learner != null) {
            learner.end("told to");
        }
    }

    private void requireIdle() {
        if (!isIdle()) {
            throw new IllegalStateException("server " + sid + " is not idle");
        }
    }

    private void stopServing() {
        serving = false;
        incoming = null;
        waitingSyncs.clear();
    }

    void tick() {
        if (leader != null) {
            leader.onTick(cluster.nowNanos);
        } else if (learner != null) {
            learner.onTick(cluster.nowNanos);
        }
        endBatch();
    }

    void endBatch() {
        if (leader != null) {
            leader.endBatch();
        }
    }

    // ---- the disk's reports
    // ----------------------------------------------------------------------------------------------------------

    void later(Runnable report) {
        later.add(report);
    }

    boolean hasReports() {
        return !later.isEmpty();
    }

    void report() {
        later.remove().run();
    }

    void durable(long zxid) {
        say("disk: forced up to " + Zxid.show(zxid));
        if (leader != null) {
            leader.onDurable(zxid);
        } else if (learner != null) {
            learner.onDurable(zxid);
        } else {
            history.onDurable(zxid);
        }
        endBatch();
    }

    void acceptedEpochDurable(long epoch) {
        say("disk: accepted epoch " + epoch);
        if (leader != null) {
            leader.onAcceptedEpochDurable(epoch);
        } else if (learner != null) {
            learner.onAcceptedEpochDurable(epoch);
        }
        endBatch();
    }

    void currentEpochDurable(long epoch) {
        say("disk: current epoch " + epoch);
        if (leader != null) {
            leader.onCurrentEpochDurable(epoch, cluster.nowNanos);
        } else if (learner != null) {
            learner.onCurrentEpochDurable(epoch, cluster.nowNanos);
        }
        endBatch();
    }

    void cannotTruncate(long zxid) {
        say("disk: cannot cut behind " + Zxid.show(zxid));
        needsSnapshot = true;
        restart();
        if (learner != null) {
            learner.end("the log cannot be cut behind " + Zxid.show(zxid) + "; a snapshot is needed");
        }
    }

    // ---- clients
    // ---------------------------------------------------------------------------------------------------------------------

    void propose(String payload) {
        Leader current = Objects.requireNonNull(leader);
        long zxid = current.nextZxid();
        if (zxid == Zxid.NONE) {
            current.abdicate("the epoch has no number left");
            return;
        }
        current.propose(new Proposal(zxid, payload.getBytes(StandardCharsets.UTF_8)), digested);
        endBatch();
    }

    void write(String payload) {
        if (leader != null) {
            propose(payload);
        } else {
            Objects.requireNonNull(learner)
                    .forward(0x77, 1, WRITE_OP, payload.getBytes(StandardCharsets.UTF_8), List.of());
        }
    }

    void sync(String name) {
        waitingSyncs.add(new WaitingSync(name, cluster.checker.committed().size()));
        if (leader != null) {
            leader.sync(syncTokens++);
            endBatch();
        } else {
            Objects.requireNonNull(learner).forward(0x77, 1, ZabLimits.SYNC_OP, new byte[0], List.of());
        }
    }

    private void synced() {
        WaitingSync sync = waitingSyncs.remove();
        cluster.checker.answersSync(this, sync.committedBefore());
        answers.add(sync.name());
        say("sync " + sync.name() + " is answered at " + Zxid.show(treeZxid()));
    }

    void takeSnapshotIfServing(boolean purge) {
        if (serving) {
            disk.takeSnapshot(purge);
        }
    }

    // ---- ports
    // -----------------------------------------------------------------------------------------------------------------------

    void say(String line) {
        cluster.listener.line(sid + ": " + line);
    }

    private EventLog log() {
        return new EventLog() {
            @Override
            public void info(String message) {
                say(message);
            }

            @Override
            public void warn(String message) {
                say("WARN " + message);
            }
        };
    }

    private void apply(Proposal proposal) {
        cluster.checker.applies(TestServer.this, proposal);
        tree.add(proposal);
        say("applies " + ZabTestCluster.show(proposal));
    }

    private final class AsLeader implements LeaderPort {
        @Override
        public void deliver(Proposal proposal) {
            apply(proposal);
        }

        @Override
        public void onEstablished(long epoch) {
            serving = true;
            say("leads epoch " + epoch);
            cluster.checker.leads(TestServer.this, epoch);
        }

        @Override
        public void onAbdicated(String reason) {
            say("does not lead any more: " + reason);
            leader = null;
            stopServing();
        }

        @Override
        public void onRequest(LearnerHandler from, long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
            propose(new String(body, StandardCharsets.UTF_8));
        }

        @Override
        public void onRevalidate(LearnerHandler from, long sessionId, int timeoutMs) {
            from.answerRevalidate(sessionId, sessionId == 0x77);
        }

        @Override
        public void onTouched(LearnerHandler from, long sessionId, int timeoutMs) {
            say("session " + Long.toHexString(sessionId) + " was heard of at server " + from.sid());
        }

        @Override
        public void onSynced(long token) {
            synced();
        }

        @Override
        public void onLearnerGone(LearnerHandler gone) {}
    }

    private final class AsLearner implements LearnerPort {
        private final long leaderSid;

        private AsLearner(long leaderSid) {
            this.leaderSid = leaderSid;
        }

        @Override
        public void connect(PeerListener listener, long timeoutNanos) {
            cluster.connect(TestServer.this, leaderSid, listener);
        }

        @Override
        public void deliver(Proposal proposal) {
            apply(proposal);
        }

        @Override
        public void truncate(long zxid, boolean reload) {
            disk.truncate(zxid, reload);
        }

        @Override
        public void beginSnapshot(long zxid) {
            incoming = new ArrayList<>();
            incomingComplete = false;
        }

        @Override
        public int snapshotBytes(byte[] bytes, int offset, int length) {
            JuteReader in = new JuteReader(bytes, offset, length);
            int used = 0;
            try {
                while (!incomingComplete) {
                    long zxid = in.readLong();
                    if (zxid == -1) {
                        incomingComplete = true;
                    } else {
                        byte[] payload = Objects.requireNonNull(in.readBuffer());
                        Objects.requireNonNull(incoming).add(new Proposal(zxid, payload));
                    }
                    used = in.position() - offset;
                }
            } catch (JuteUnderflowException e) {
                // The rest is offered again.
            }
            return used;
        }

        @Override
        public boolean isSnapshotComplete() {
            return incomingComplete;
        }

        @Override
        public void installSnapshot(long zxid) {
            needsSnapshot = false;
            treeInDoubt = false;
            disk.install(new FakeDisk.Snapshot(zxid, List.copyOf(Objects.requireNonNull(incoming))));
        }

        @Override
        public void onConfig(String text) {}

        @Override
        public void onSynchronized() {
            serving = true;
            say("follows epoch " + Objects.requireNonNull(learner).epoch());
            cluster.checker.follows(TestServer.this);
        }

        @Override
        public byte[] drainTouchedSessions() {
            return new JuteWriter(12).writeLong(0x77).writeInt(30_000).toByteArray();
        }

        @Override
        public void onRevalidated(long sessionId, boolean valid) {
            say("session " + Long.toHexString(sessionId) + (valid ? " is alive" : " is gone"));
        }

        @Override
        public void onSynced() {
            synced();
        }

        @Override
        public void onEnded(String reason) {
            say("does not follow any more: " + reason);
            learner = null;
            stopServing();
        }

        @Override
        public void onFatal(String message) {
            say("FATAL " + message);
            cluster.fatal(TestServer.this, message);
        }
    }
}
