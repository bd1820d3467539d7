package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.EventLog;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.DataTree;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import io.quorate.zab.History;
import io.quorate.zab.PacketType;
import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.Proposal;
import io.quorate.zab.QuorumPacket;
import io.quorate.zab.QuorumStreamDecoder;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a learner takes in while its disk does nothing: bounded, and without giving the leader up. */
class LearnerTermTest {
    private static final int TICK_MS = 1000;
    private static final int INIT_LIMIT = 10;
    private static final long TICK_NANOS = TICK_MS * 1_000_000L;
    private static final long BACKLOG_BYTES = 64 << 10;
    private static final int PIECE_BYTES = 4 << 10;
    private static final long EPOCH = 1;
    private static final byte[] APACHE_LEADER = {0, 1, 0, 0};
    private static final byte[] QUORATE_LEADER = {0, 1, 0, 0, 'Q', 'U', 'O', 'R'};
    private static final byte[] LEADER_WITH_OFFER = {0, 1, 0, 0, 'Q', 'U', 'O', 'T'};
    private static final EnsembleConfig ENSEMBLE = EnsembleConfig.parse(
            "server.1=127.0.0.1:2888:3888:participant\nserver.2=127.0.0.1:2889:3889:participant\nversion=0");

    private final MapDisk disk = new MapDisk();
    private final ReplicaHarness.ManualLoop logLoop = new ReplicaHarness.ManualLoop();
    private final ReplicaClock clock = new ReplicaClock(1_700_000_000_000L);
    private final Channel channel = new Channel();
    private final LeadersTree leaders = new LeadersTree();
    private final Storage storage;
    private final Rooms rooms;
    private final Database database;
    private final LogRoom log;
    private LearnerTerm term;
    private PeerListener listener;
    private QuorumStreamDecoder decoder;
    private String ended = "";
    private String lacking = "";
    private long nowNanos = 1;

    LearnerTermTest() {
        ReplicaSettings settings = settings();
        storage = new Storage(disk, settings.storage(), EventLog.NONE);
        History history = new History(500);
        TreeLoading loading = new TreeLoading(settings.tree(), history);
        storage.recover(loading, loading);
        database = new Database(loading.tree(), history, true, false);
        log = new LogRoom(logLoop, storage, new Durable());
        SnapshotRoom snapshots = new SnapshotRoom(
                settings, log, new ReplicaHarness.ManualLoop(), disk, new Random(1), new Counters(), EventLog.NONE);
        ClientService clients = new ClientService(
                settings, loading.tree(), new SessionIds(1, 0), clock, new Counters(), new Random(1), EventLog.NONE);
        LearnerReads reads = new LearnerReads(new ReplicaHarness.ManualLoop(), storage);
        rooms = new Rooms(
                settings, new Port(), storage, log, reads, snapshots, clients, database, clock, EventLog.NONE);
        term = begun(APACHE_LEADER);
    }

    private void begin(byte[] leaderInfo) {
        term.end("over");
        ended = "";
        term = begun(leaderInfo);
    }

    private LearnerTerm begun(byte[] leaderInfo) {
        LearnerTerm begun = new LearnerTerm(rooms, new Host(), ENSEMBLE, 2, false, EPOCH, 0);
        term = begun;
        batch(() -> begun.start(nowNanos));
        decoder = new QuorumStreamDecoder(listener, 1 << 20);
        batch(() -> listener.onOpen(channel, nowNanos));
        batch(() -> hear(QuorumPacket.of(PacketType.LEADER_INFO, Zxid.of(EPOCH, 0), leaderInfo)));
        return begun;
    }

    private static ReplicaSettings settings() {
        return new ReplicaSettings(
                1,
                ENSEMBLE,
                TICK_MS,
                2 * TICK_MS,
                20 * TICK_MS,
                SessionModes.GLOBAL,
                new RoleSettings(true, 0, true),
                1000,
                1L << 32,
                Long.MAX_VALUE,
                ClientLimits.ofOutstanding(1000),
                BACKLOG_BYTES,
                new ZabSettings(TICK_NANOS, INIT_LIMIT, 5, 500, 0.33, false, SyncLimits.DEFAULTS),
                ElectionSettings.DEFAULT,
                TreeSettings.defaults(),
                ReaperSettings.DEFAULTS,
                StorageSettings.DEFAULTS.withPreAllocKiB(64));
    }

    @Test
    void aSnapshotThatComesFasterThanTheDiskWritesIsNotReadFurther() {
        batch(() -> hear(QuorumPacket.of(PacketType.SNAP, leaders.tree.lastZxid())));
        int sent = sendSnapshotWhileRead(0);
        assertThat(channel.paused).isTrue();
        assertThat((long) sent).isLessThanOrEqualTo(BACKLOG_BYTES + PIECE_BYTES);

        int rounds = 0;
        while (sent < leaders.stream.length) {
            work();
            assertThat(channel.paused).as("the disk has caught up").isFalse();
            sent = sendSnapshotWhileRead(sent);
            rounds++;
        }
        assertThat(rounds).isGreaterThan(3);
        work();

        assertThat(database.tree().digest()).isEqualTo(leaders.tree.digest());
        assertThat(database.tree().lastZxid()).isEqualTo(leaders.tree.lastZxid());
        assertThat(ended).isEmpty();
    }

    @Test
    void aTreeInDoubtIsReplacedByThatOfAQuorateLeaderAndKept() {
        database.replaceTree(database.tree(), true);
        begin(APACHE_LEADER);
        assertThat(asked()).as("of an Apache leader").isEqualTo("ACKEPOCH 0x0 ffffffff");
        begin(QUORATE_LEADER);
        assertThat(asked()).as("it offers nothing").isEqualTo("ACKEPOCH 0x0 ffffffff");
        begin(LEADER_WITH_OFFER);
        assertThat(asked()).isEqualTo("ACKEPOCH 0x200000000 ffffffff");

        batch(() -> hear(QuorumPacket.of(PacketType.SNAP, leaders.tree.lastZxid())));
        int sent = 0;
        while (sent < leaders.stream.length) {
            sent = sendSnapshotWhileRead(sent);
            work();
        }
        work();
        assertThat(database.tree().digest()).isEqualTo(leaders.tree.digest());
        assertThat(database.isTreeInDoubt()).isFalse();
        assertThat(disk.aside("version-2.aside-100000190-1700000000000")).contains("why-set-aside");

        begin(LEADER_WITH_OFFER);
        assertThat(asked()).as("nothing is in doubt any more").isEqualTo("ACKEPOCH 0x100000190 ffffffff");
    }

    @Test
    void whoIsNotInDoubtAsksForNothing() {
        begin(LEADER_WITH_OFFER);
        assertThat(asked()).isEqualTo("ACKEPOCH 0x0 ffffffff");
    }

    @Test
    void whatDiffersFromAnApacheLeaderIsNoReasonToLeave() {
        begin(APACHE_LEADER);
        batch(() -> {
            term.onCompared(1, false);
            term.onCompared(2, false);
        });
        assertThat(ended).isEmpty();
        assertThat(database.isReloadWanted()).isFalse();
    }

    @Test
    void whatDiffersTwiceFromAQuorateLeaderIs() {
        begin(QUORATE_LEADER);
        batch(() -> {
            term.onCompared(1, false);
            term.onCompared(2, true);
            term.onCompared(3, false);
        });
        assertThat(ended).isEmpty();
        batch(() -> term.onCompared(4, false));
        assertThat(ended).contains("reads its files again");
        assertThat(database.reloadFor()).isEqualTo(4);
    }

    private String asked() {
        return channel.sent.get(channel.sent.size() - 1);
    }

    @Test
    void theTimeForWhichItDoesNotListenIsNotTheLeadersSilence() {
        batch(() -> hear(QuorumPacket.of(PacketType.SNAP, leaders.tree.lastZxid())));
        sendSnapshotWhileRead(0);
        pass(INIT_LIMIT + 2);
        assertThat(ended).isEmpty();

        work();
        pass(INIT_LIMIT - 1);
        assertThat(ended).isEmpty();
        pass(2);
        assertThat(ended).contains("silent for too long");
    }

    @Test
    void aHistoryThatComesFasterThanTheDiskWritesIsNotReadFurther() {
        batch(() -> hear(QuorumPacket.of(PacketType.DIFF, 0)));
        assertThat(proposeWhileRead()).isLessThanOrEqualTo(BACKLOG_BYTES + PIECE_BYTES);

        work();
        assertThat(channel.paused).isFalse();
    }

    /** From there on acknowledgements are waited for. */
    @Test
    void fromNewLeaderOnItListensWhateverTheDiskDoes() {
        batch(() -> hear(QuorumPacket.of(PacketType.DIFF, 0)));
        proposeWhileRead();
        // Was read together with the last proposal.
        batch(() -> hear(QuorumPacket.of(PacketType.NEW_LEADER, Zxid.of(EPOCH, 0), new byte[0])));
        assertThat(channel.paused).isFalse();
    }

    /** It cannot stop listening then, and its leader's patience alone would bound an observer by nothing. */
    @Test
    void whoFollowsWithADiskThatDoesNothingLeavesBeforeItsMemoryIsFull() {
        log.storeAcceptedEpoch(EPOCH);
        batch(() -> hear(QuorumPacket.of(PacketType.DIFF, 0)));
        batch(() -> hear(QuorumPacket.of(PacketType.NEW_LEADER, Zxid.of(EPOCH, 0), new byte[0])));
        work();
        batch(() -> hear(QuorumPacket.of(PacketType.UP_TO_DATE, -1)));
        int length = (int) (ReplicaLimits.MAX_UNWRITTEN_BYTES / 100);
        for (int i = 1; i <= 99; i++) {
            byte[] txn = create(i, length).encode();
            long zxid = Zxid.of(EPOCH, i);
            batch(() -> hear(QuorumPacket.of(PacketType.PROPOSAL, zxid, txn)));
        }
        assertThat(ended).isEmpty();
        byte[] txn = create(100, length).encode();
        batch(() -> hear(QuorumPacket.of(PacketType.PROPOSAL, Zxid.of(EPOCH, 100), txn)));
        assertThat(ended).contains("disk is too slow, or full", "comes back");
    }

    /** The leader goes on sending meanwhile, and this server in memory with it. */
    @ParameterizedTest
    @ValueSource(strings = {"create unfinished.install", "write unfinished.install", "create install", "write install"})
    void aSnapshotForWhichThereIsNoRoomLeavesAllAsItWasAndTheLeaderIsLeft(String operation) {
        long digestBefore = database.tree().digest();
        disk.fullWhen(attempted -> attempted.startsWith(operation));
        batch(() -> hear(QuorumPacket.of(PacketType.SNAP, leaders.tree.lastZxid())));
        batch(() -> decoder.onBytes(leaders.stream, 0, leaders.stream.length, nowNanos));
        batch(() -> hear(QuorumPacket.of(
                PacketType.PROPOSAL, Zxid.of(EPOCH, 401), create(401, 10).encode())));
        assertThat(database.history().lastZxid()).isEqualTo(Zxid.of(EPOCH, 401));
        work();

        assertThat(ended).contains("no room for the leader's snapshot", "comes back");
        assertThat(lacking).contains("install", "full");
        assertThat(database.tree().digest()).isEqualTo(digestBefore);
        assertThat(database.history().lastZxid()).isZero();
        assertThat(disk.list(DiskDirectory.DATA)).noneMatch(name -> name.contains("snapshot.1"));
        assertThat(disk.list(DiskDirectory.DATA)).noneMatch(name -> name.startsWith("unfinished"));
        assertThat(disk.list(DiskDirectory.LOG)).noneMatch(name -> name.startsWith("log."));
    }

    private static Txn create(int i, int bytes) {
        TxnBody body = new TxnBody.Create(OpCode.CREATE, "/node-" + i, new byte[bytes], Acl.OPEN, false, i);
        return new Txn(new TxnHeader(1, i, Zxid.of(EPOCH, i), 1, body.type()), body, null);
    }

    /** @return how many bytes of them were read before reading was paused */
    private long proposeWhileRead() {
        long sent = 0;
        for (int i = 1; !channel.paused; i++) {
            byte[] txn = create(i, PIECE_BYTES / 2).encode();
            long zxid = Zxid.of(EPOCH, i);
            batch(() -> hear(QuorumPacket.of(PacketType.PROPOSAL, zxid, txn)));
            sent += txn.length;
        }
        return sent;
    }

    private int sendSnapshotWhileRead(int from) {
        int sent = from;
        while (!channel.paused && sent < leaders.stream.length) {
            int at = sent;
            int length = Math.min(PIECE_BYTES, leaders.stream.length - at);
            batch(() -> decoder.onBytes(leaders.stream, at, length, nowNanos));
            sent += length;
        }
        return sent;
    }

    private void hear(QuorumPacket packet) {
        JuteWriter out = new JuteWriter();
        packet.write(out);
        decoder.onBytes(out.array(), 0, out.size(), nowNanos);
    }

    /** As the replica and its loop do it. */
    private void batch(Runnable input) {
        clock.advance(nowNanos);
        input.run();
        term.endBatch();
        log.flush();
    }

    /** The disk does what waits. */
    private void work() {
        batch(() -> logLoop.runAll(nowNanos));
    }

    private void pass(int ticks) {
        for (int i = 0; i < 2 * ticks; i++) {
            nowNanos += TICK_NANOS / 2;
            batch(() -> term.onTick(nowNanos));
        }
    }

    /** A tree of many nodes, and the stream that a leader sends of it. */
    private static final class LeadersTree {
        private static final int NODES = 400;

        private final DataTree tree = new DataTree(TreeSettings.defaults());
        private final byte[] stream;

        private LeadersTree() {
            for (int i = 1; i <= NODES; i++) {
                tree.apply(create(i, PIECE_BYTES / 4), null);
            }
            JuteWriter out = new JuteWriter();
            try (SnapshotView view = tree.openView()) {
                while (view.writeSlice(out, PIECE_BYTES)) {
                    // All of it goes into one array.
                }
            }
            out.writeString("BenWasHere");
            stream = out.toByteArray();
        }
    }

    private static final class Channel implements PeerChannel {
        private final List<String> sent = new ArrayList<>();
        private boolean paused;

        @Override
        public void send(QuorumPacket packet) {
            byte[] data = packet.data() == null ? new byte[0] : packet.data();
            sent.add(PacketType.name(packet.type()) + " " + Zxid.show(packet.zxid()) + " "
                    + HexFormat.of().formatHex(data));
        }

        @Override
        public void sendRaw(byte[] bytes, int offset, int length) {
            throw new AssertionError("a learner sends no snapshot");
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void pauseReading(boolean pause) {
            paused = pause;
        }

        @Override
        public void close(String reason) {}

        @Override
        public String remoteName() {
            return "server 2";
        }
    }

    private final class Port implements ReplicaPort {
        @Override
        public void connectToLeader(long sid, PeerListener newListener, long timeoutNanos) {
            listener = newListener;
        }

        @Override
        public void sendElection(long sid, byte[] message) {}

        @Override
        public void supersedeElection(byte[] message) {}

        @Override
        public boolean electionAnyDelivered() {
            return true;
        }

        @Override
        public void electionConnectAll() {}

        @Override
        public void flushClients() {}

        @Override
        public void flushPeers() {}

        @Override
        public void stopped() {}

        @Override
        public void fatal(int exitCode, String message) {
            throw new AssertionError(message);
        }
    }

    private final class Durable implements LogRoom.Listener {
        @Override
        public void onDurable(long zxid, long now) {}

        @Override
        public void onAcceptedEpochDurable(long epoch) {
            term.onAcceptedEpochDurable(epoch);
        }

        @Override
        public void onCurrentEpochDurable(long epoch, long now) {
            term.onCurrentEpochDurable(epoch, now);
        }
    }

    private final class Host implements Term.Host {
        @Override
        public void deliver(Proposal proposal) {
            throw new AssertionError("nothing is committed");
        }

        @Override
        public void settled(long epoch) {}

        @Override
        public void serve(Upstream upstream) {}

        @Override
        public void lackRoom(StorageException failure) {
            lacking = String.valueOf(failure.getMessage());
        }

        @Override
        public void leave(String reason) {
            ended = reason;
        }

        @Override
        public void fail(int exitCode, String message) {
            throw new AssertionError(message);
        }
    }
}
