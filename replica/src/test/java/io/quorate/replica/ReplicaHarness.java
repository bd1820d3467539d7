package io.quorate.replica;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EventLog;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.ReplyHeader;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.PeerListener;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A replica alone, with a disk loop whose work is done when the test says so, and clients that speak bytes. */
final class ReplicaHarness implements ReplicaPort {
    static final int TICK_MS = 1000;
    static final int OUTSTANDING_LIMIT = 20;

    final Replica replica;
    final List<String> fatal = new ArrayList<>();
    private final ManualLoop logLoop = new ManualLoop();
    private final ManualLoop snapshotLoop = new ManualLoop();
    private long nowNanos = 1_000_000_000L;
    boolean stopped;

    ReplicaHarness(DiskPort disk) {
        this(disk, 100_000);
    }

    ReplicaHarness(DiskPort disk, int snapCount) {
        this(disk, snapCount, ClientLimits.ofOutstanding(OUTSTANDING_LIMIT));
    }

    ReplicaHarness(DiskPort disk, int snapCount, ClientLimits limits) {
        ReplicaSettings settings = new ReplicaSettings(
                1,
                null,
                TICK_MS,
                2 * TICK_MS,
                20 * TICK_MS,
                SessionModes.GLOBAL,
                RoleSettings.DEFAULTS,
                snapCount,
                1L << 32,
                Long.MAX_VALUE,
                limits,
                ReplicaSettings.DEFAULT_SYNC_BACKLOG_BYTES,
                new ZabSettings(TICK_MS * 1_000_000L, 10, 5, 500, 0.33, false, SyncLimits.DEFAULTS),
                ElectionSettings.DEFAULT,
                TreeSettings.defaults(),
                ReaperSettings.DEFAULTS,
                StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(64));
        replica = new Replica(
                settings, this, disk, logLoop, snapshotLoop, new Random(1), EventLog.NONE, 1_700_000_000_000L);
        replica.start(nowNanos);
    }

    /** Does all disk work that waits, and what follows of it. */
    void settle() {
        boolean worked = true;
        while (worked) {
            replica.endBatch(nowNanos);
            boolean logged = runLog();
            worked = snapshotLoop.runAll(nowNanos) || logged;
        }
    }

    /** Forces what is logged, and no more: what that brings about is still to be forced. */
    void forceLog() {
        replica.endBatch(nowNanos);
        logLoop.runAll(nowNanos);
    }

    private boolean runLog() {
        boolean wasFull = logLoop.full != null;
        boolean worked = logLoop.runAll(nowNanos);
        if (logLoop.full != null && !wasFull) {
            replica.onDiskFull(logLoop.full);
        } else if (logLoop.full == null && wasFull) {
            replica.onDiskRoom();
        }
        return worked;
    }

    void passMs(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            nowNanos += 50_000_000L;
            replica.onTick(nowNanos, 1_700_000_000_000L + nowNanos / 1_000_000);
            settle();
        }
    }

    /** Time passes, but the disk does nothing. */
    void advance(long ms) {
        nowNanos += ms * 1_000_000L;
        replica.onTick(nowNanos, 1_700_000_000_000L + nowNanos / 1_000_000);
    }

    Client client() {
        return new Client();
    }

    @Override
    public void connectToLeader(long sid, PeerListener listener, long timeoutNanos) {
        throw new AssertionError("a server alone has no leader");
    }

    @Override
    public void sendElection(long sid, byte[] message) {
        throw new AssertionError("a server alone elects nobody");
    }

    @Override
    public void supersedeElection(byte[] message) {}

    @Override
    public boolean electionAnyDelivered() {
        return false;
    }

    @Override
    public void electionConnectAll() {}

    @Override
    public void flushClients() {}

    @Override
    public void flushPeers() {}

    @Override
    public void stopped() {
        stopped = true;
    }

    @Override
    public void fatal(int exitCode, String message) {
        fatal.add(message);
    }

    /** A disk loop that works when it is told to. */
    static final class ManualLoop implements DiskLoopPort {
        private final ArrayDeque<DiskJob> jobs = new ArrayDeque<>();
        private final List<DiskJob> batch = new ArrayList<>();
        private int run;
        private int ended;

        /** Why it waits for room; null if it does not. */
        @Nullable
        NoRoomException full;

        @Override
        public void submit(DiskJob job) {
            jobs.add(job);
        }

        @Override
        public void flush() {}

        int waiting() {
            return jobs.size();
        }

        boolean runAll(long nowNanos) {
            if (batch.isEmpty()) {
                batch.addAll(jobs);
                jobs.clear();
            }
            try {
                for (; run < batch.size(); run++) {
                    batch.get(run).run();
                }
                for (; ended < batch.size(); ended++) {
                    batch.get(ended).endBatch();
                }
                full = null;
            } catch (NoRoomException e) {
                full = e;
                return false;
            }
            List<DiskJob> done = List.copyOf(batch);
            batch.clear();
            run = 0;
            ended = 0;
            done.forEach(job -> job.complete(nowNanos));
            return !done.isEmpty();
        }
    }

    /** A client that notes the frames it gets. */
    final class Client implements ClientChannel {
        final Deque<byte[]> frames = new ArrayDeque<>();
        final ClientConnection connection;
        boolean closed;
        boolean paused;
        ConnectResponse session = new ConnectResponse(0, 0, 0, null, null);

        private Client() {
            connection = replica.onClientConnected(this, nowNanos);
        }

        void send(byte[] frame) {
            connection.onFrame(frame, nowNanos, 0);
        }

        /** Connects with a new session, or an old one, and takes the answer. */
        Client connect(long lastZxidSeen, long sessionId, byte[] password) {
            JuteWriter out = new JuteWriter();
            new ConnectRequest(0, lastZxidSeen, 4000, sessionId, password, false).write(out);
            send(out.toByteArray());
            settle();
            if (!frames.isEmpty()) {
                session = ConnectResponse.read(new JuteReader(frames.remove()));
            }
            return this;
        }

        Client connect() {
            return connect(0, 0, new byte[16]);
        }

        void request(int xid, int op, Consumer<JuteWriter> body) {
            JuteWriter out = new JuteWriter();
            out.writeInt(xid).writeInt(op);
            body.accept(out);
            send(out.toByteArray());
        }

        /** The header of the next frame that came; there must be one. */
        ReplyHeader header() {
            return ReplyHeader.read(next());
        }

        JuteReader next() {
            return new JuteReader(frames.remove());
        }

        void disconnect() {
            connection.onClosed(nowNanos);
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            byte[] frame = new byte[length];
            System.arraycopy(bytes, offset, frame, 0, length);
            frames.add(frame);
        }

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public void pauseReading(boolean pause) {
            paused = pause;
        }

        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }

        @Override
        public String remoteName() {
            return "/127.0.0.1:1";
        }
    }
}
