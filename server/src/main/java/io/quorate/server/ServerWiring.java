package io.quorate.server;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.quorate.election.ElectionSettings;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.EventLog;
import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.replica.ClientLimits;
import io.quorate.replica.Replica;
import io.quorate.replica.ReplicaSettings;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.server.admin.ProcessFacts;
import io.quorate.server.admin.SnapshotRequests;
import io.quorate.server.client.ClientPort;
import io.quorate.server.config.ExitCode;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.StartException;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.disk.ForceTimes;
import io.quorate.server.election.ElectionNetwork;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.DiskLoop;
import io.quorate.server.loop.Gate;
import io.quorate.server.loop.Listener;
import io.quorate.server.loop.LoggedEvents;
import io.quorate.server.loop.Transport;
import io.quorate.server.loop.TransportLimits;
import io.quorate.server.peer.QuorumNetwork;
import io.quorate.server.tls.ClientTls;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.PeerListener;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the parts of a server together, and takes them apart again.
 *
 * <pre>
 *   thread "core"            Replica, all connections between servers, and the clients' unless there are client-io threads
 *   threads "client-io-N"    clients' connections, if configured
 *   thread "log"             the log and the epoch files
 *   thread "snapshot"        snapshots and what learners read of the disk
 * </pre>
 *
 * <p>The ports are bound before a file is touched: who starts a server twice is told so before the second one can cut off the tail of the
 * log that the first is writing. Nothing is accepted before the files have been read.
 */
public final class ServerWiring {
    /** What ends the process. */
    public interface FatalHandler {
        /** @param thrown what was not foreseen; null if the message says all */
        void onFatal(int exitCode, String message, @Nullable Throwable thrown);
    }

    private static final Logger LOG = LoggerFactory.getLogger(ServerWiring.class);

    /** What a server alone would use if it had peers. */
    private static final int UNUSED_LIMIT_TICKS = 10;

    private static final int FINALIZE_WAIT_MS = 200;

    private final ServerConfig config;
    private final FatalHandler onFatal;
    private final AtomicBoolean fatal = new AtomicBoolean();
    private final CountDownLatch replicaStopped = new CountDownLatch(1);
    private final EventLog events = new LoggedEvents(LoggerFactory.getLogger(Replica.class));

    private final CoreLoop core;
    private final @Nullable MultiThreadIoEventLoopGroup clientLoops;
    private final Dialer dialer;
    private final ForceTimes forces;
    private final DiskLoop logLoop;
    private final DiskLoop snapshotLoop;
    private final ClientPort clients;
    private final QuorumNetwork quorum;
    private final @Nullable ElectionNetwork election;
    private final ProcessFacts process;
    private final ReplicaSessions sessions;

    /** Set before anything is accepted; only on the core loop after that. */
    private @Nullable Replica replica;

    private @Nullable FileDisk disk;

    private ServerWiring(ServerConfig config, @Nullable ClientTls tls, FatalHandler onFatal, @Nullable Gate gate) {
        this.config = config;
        this.onFatal = onFatal;
        Transport transport = Transport.best();
        core = new CoreLoop(transport, this::onUncaught, gate);
        clientLoops =
                config.ioThreads() == 0 ? null : transport.newLoops(config.ioThreads(), "client-io", this::onUncaught);
        dialer = new Dialer(core);
        forces = new ForceTimes(config.storage().forceWarningMs());
        logLoop = new DiskLoop("log", core, new DiskEvents(), this::onUncaught);
        snapshotLoop = new DiskLoop("snapshot", core, new DiskEvents(), this::onUncaught);
        process = new ProcessFacts(forces);
        sessions = new ReplicaSessions(core, config, process);
        clients = new ClientPort(core, config.clientPort(), config.juteMaxBuffer(), tls, clientLoops, sessions);
        quorum = new QuorumNetwork(core, dialer, peerFieldLimit(), this::onPeerAccepted);
        election = config.ensemble() == null ? null : newElectionNetwork(config.ensemble());
    }

    private ElectionNetwork newElectionNetwork(EnsembleConfig ensemble) {
        return new ElectionNetwork(
                core,
                dialer,
                config.serverId(),
                ensemble,
                config.peers().connectTimeoutMs(),
                config.peers().electionHandshakeTimeoutMs(),
                (sid, message, nowNanos) -> replica().onElectionMessage(sid, message, nowNanos));
    }

    /**
     * Starts a server.
     *
     * @param onFatal called at most once, when the server cannot go on; not for what is thrown here
     * @throws StartException if it cannot start; everything is released then
     */
    public static ServerWiring start(ServerConfig config, FatalHandler onFatal) {
        return start(config, onFatal, null);
    }

    /**
     * As {@link #start(ServerConfig, FatalHandler)}, for tests within one JVM.
     *
     * @param gate what everything to and from this server goes through; null for nothing
     */
    public static ServerWiring start(ServerConfig config, FatalHandler onFatal, @Nullable Gate gate) {
        TlsSettings tls = config.clientPort().tls();
        ServerWiring server = new ServerWiring(
                config,
                tls == null ? null : new ClientTls(tls, config.clientPort().handshakeTimeoutMs()),
                onFatal,
                gate);
        try {
            server.start();
            return server;
        } catch (StartException e) {
            server.release();
            throw e;
        }
    }

    private void start() {
        bind();
        long startNanos = System.nanoTime();
        Replica recovered = recover();
        process.onRecovered(System.nanoTime() - startNanos);
        replica = recovered;
        sessions.serve(recovered, clients.stats());
        logLoop.start();
        snapshotLoop.start();
        core.execute(() -> {
            core.input();
            recovered.start(core.nowNanos());
            core.start(new ReplicaAgent(
                    recovered, new SnapshotRequests(snapshotLoop, disk(), recovered, core.nowNanos())));
            accept();
        });
    }

    // ---- starting

    private void bind() {
        ServerSpec self = config.self().orElse(null);
        if (self != null && election != null) {
            bindElection(election, self);
            try {
                quorum.open(ownAddress(self.quorum(), "quorum port of server." + self.id()));
            } catch (Listener.BindException e) {
                throw cannotListen(ExitCode.UNEXPECTED_ERROR, "quorum port of server." + self.id(), e);
            }
        }
        HostPort client = config.clientPort().address();
        if (client != null) {
            try {
                clients.open(resolved(client, "clientPortAddress"));
            } catch (Listener.BindException e) {
                throw cannotListen(ExitCode.UNEXPECTED_ERROR, "client port", e);
            }
        }
        HostPort secure = config.clientPort().secureAddress();
        if (secure != null) {
            try {
                clients.openSecure(resolved(secure, "secureClientPortAddress"));
            } catch (Listener.BindException e) {
                throw cannotListen(ExitCode.UNEXPECTED_ERROR, "secure client port", e);
            }
        }
    }

    private void bindElection(ElectionNetwork network, ServerSpec self) {
        String what = "election port of server." + self.id();
        InetSocketAddress address = ownAddress(self.election(), what);
        int tries = config.peers().electionBindTries();
        for (int attempt = 1; ; attempt++) {
            try {
                network.open(address);
                return;
            } catch (Listener.BindException e) {
                if (attempt == tries) {
                    throw cannotListen(ExitCode.ELECTION_PORT_BIND, what, e);
                }
                LOG.warn("Try {} to listen on the {} failed: {}", attempt, what, e.getMessage());
            }
            pauseBeforeRetry();
        }
    }

    private static void pauseBeforeRetry() {
        try {
            TimeUnit.NANOSECONDS.sleep(TransportLimits.BIND_RETRY_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(ExitCode.UNEXPECTED_ERROR, "The start was interrupted.");
        }
    }

    private InetSocketAddress ownAddress(HostPort place, String what) {
        return config.peers().listenOnAllAddresses()
                ? new InetSocketAddress("0.0.0.0", place.port())
                : resolved(place, what);
    }

    private InetSocketAddress resolved(HostPort place, String what) {
        InetSocketAddress address = new InetSocketAddress(place.host(), place.port());
        if (address.isUnresolved()) {
            throw new StartException(
                    ExitCode.INVALID_INVOCATION,
                    config.file() + ": the host of the " + what + ", \"" + place.host()
                            + "\", is unknown: expected a name or an address of this machine; correct it, or make"
                            + " the name known.");
        }
        return address;
    }

    private StartException cannotListen(int exitCode, String what, Listener.BindException e) {
        return new StartException(
                exitCode,
                config.file() + ": cannot listen on the " + what + ", " + e.getMessage()
                        + "; stop the process that uses it, or change the port or the address.");
    }

    private Replica recover() {
        try {
            disk = FileDisk.open(
                    config.directories().data(),
                    config.directories().log(),
                    config.storage().autocreateDirectories(),
                    forces);
        } catch (DiskException e) {
            throw new StartException(ExitCode.DATA_DIRECTORY_ACCESS, String.valueOf(e.getMessage()));
        }
        try {
            return new Replica(
                    settings(),
                    new Ports(),
                    disk(),
                    logLoop,
                    snapshotLoop,
                    new SplittableRandom(new SecureRandom().nextLong()),
                    events,
                    System.currentTimeMillis());
        } catch (DiskException e) {
            throw new StartException(ExitCode.DATA_DIRECTORY_ACCESS, String.valueOf(e.getMessage()));
        } catch (StorageException e) {
            throw new StartException(ExitCode.UNEXPECTED_ERROR, e.getMessage() + whatToDo());
        }
    }

    /** Where the files are, and the command that is meant where a server's data cannot be trusted. */
    private String whatToDo() {
        Path data = config.directories().data();
        Path log = config.directories().log();
        String where = " The files are in " + data + (log.equals(data) ? "" : " and " + log) + ".";
        return config.standalone()
                ? where
                        + " This server is alone, so that nobody else has its data: restore a backup (zkTool.sh restore)."
                : where
                        + " To rebuild it from the leader, while a majority of the other voters is up: scripts/zkTool.sh rebuild "
                        + config.file().toAbsolutePath();
    }

    private ReplicaSettings settings() {
        ServerConfig.Timing timing = config.timing();
        ServerConfig.Storage storage = config.storage();
        ServerConfig.Sync sync = config.sync();
        ServerConfig.Security security = config.security();
        int maxField = config.juteMaxBuffer() + config.juteExtraSize();
        return new ReplicaSettings(
                config.serverId(),
                config.ensemble(),
                timing.tickTimeMs(),
                timing.minSessionTimeoutMs(),
                timing.maxSessionTimeoutMs(),
                config.sessionModes(),
                config.roles(),
                storage.snapCount(),
                storage.snapSizeLimitBytes(),
                storage.snapshotBytesPerSecond(),
                clientLimits(),
                ReplicaSettings.DEFAULT_SYNC_BACKLOG_BYTES,
                new ZabSettings(
                        TimeUnit.MILLISECONDS.toNanos(timing.tickTimeMs()),
                        Math.max(timing.initLimitTicks(), config.standalone() ? UNUSED_LIMIT_TICKS : 1),
                        Math.max(timing.syncLimitTicks(), config.standalone() ? UNUSED_LIMIT_TICKS : 1),
                        sync.commitLogCount(),
                        sync.snapshotSizeFactor(),
                        sync.forceSnapshotSync(),
                        new SyncLimits(sync.maxSnapshotSyncs(), sync.maxHistorySyncs())),
                new ElectionSettings(
                        config.peers().minNotificationIntervalMs(),
                        config.peers().maxNotificationIntervalMs(),
                        FINALIZE_WAIT_MS),
                new TreeSettings(
                        storage.digest(),
                        maxField,
                        security.auth(),
                        security.extendedTypes(),
                        security.enforceQuota(),
                        TreeSettings.defaults().maxPreservedBytes()),
                config.reaper(),
                new StorageSettings(
                        storage.preallocateKib(),
                        storage.forceSync(),
                        storage.txnLogSizeLimitKib(),
                        storage.retainedSnapshots(),
                        TimeUnit.HOURS.toMillis(storage.purgeIntervalHours()),
                        maxField,
                        storage.digest(),
                        storage.lastProcessedZxid(),
                        storage.trustEmptySnapshot(),
                        storage.autocreateDatabase(),
                        !config.standalone(),
                        storage.snapshotCompression()));
    }

    /** The limit on outstanding requests is for the ensemble: each server but the leader has its share, as in ZooKeeper. */
    private ClientLimits clientLimits() {
        ClientLimits limits = config.clientPort().limits();
        EnsembleConfig ensemble = config.ensemble();
        int voters = ensemble == null ? 1 : ensemble.voters().size();
        return voters > 2 ? limits.withOutstanding(Math.max(1, limits.outstanding() / (voters - 1))) : limits;
    }

    /** A transaction may be larger than a request: the end of a session lists its ephemerals. */
    private int peerFieldLimit() {
        return Math.max(config.juteMaxBuffer() + config.juteExtraSize(), TransportLimits.PEER_MIN_FIELD_LIMIT_BYTES);
    }

    private void accept() {
        if (election != null) {
            election.accept();
            quorum.accept();
        }
        clients.accept();
    }

    // ---- stopping

    /**
     * Stops in order: no more connections, clients and peers are let go, what was written is forced. Returns when all is done, or after a
     * bounded time. Not on one of the server's own threads.
     *
     * @return whether all went as it should
     */
    public boolean stop() throws InterruptedException {
        long nowNanos = System.nanoTime();
        core.execute(() -> {
            core.input();
            replica().stop(nowNanos);
        });
        boolean stopped = replicaStopped.await(TransportLimits.STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        stopped &= logLoop.stop(TransportLimits.STOP_TIMEOUT_MS);
        stopped &= snapshotLoop.stop(TransportLimits.STOP_TIMEOUT_MS);
        release();
        return stopped;
    }

    /**
     * Ends as if the process had been killed, for tests within one JVM: what the disk was not given yet it does not get, nobody is told anything, and
     * the sockets close. Nothing is written when this returns. Files that are open are let go when they are garbage. Not on one of the
     * server's own threads.
     */
    public void kill() {
        try {
            boolean ended = logLoop.abandon(TransportLimits.STOP_TIMEOUT_MS);
            ended &= snapshotLoop.abandon(TransportLimits.STOP_TIMEOUT_MS);
            if (!ended) {
                LOG.warn("The threads of the disk did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release();
    }

    /** Lets go of sockets and threads. */
    private void release() {
        CountDownLatch closed = new CountDownLatch(1);
        core.execute(() -> {
            core.stopAgent();
            clients.stopAccepting();
            clients.closeAll("the server stops");
            quorum.stopAccepting();
            quorum.closeAll("the server stops");
            if (election != null) {
                election.stopAccepting();
                election.closeAll("the server stops");
            }
            closed.countDown();
        });
        try {
            if (!closed.await(TransportLimits.STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("Connections were not closed in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sessions.shutdown();
        clients.shutdown();
        dialer.shutdown();
        if (clientLoops != null) {
            clientLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
        core.shutdown();
    }

    // ---- between the parts

    private FileDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("the directories are not open yet");
        }
        return disk;
    }

    private Replica replica() {
        if (replica == null) {
            throw new IllegalStateException("something came in before the replica was there");
        }
        return replica;
    }

    private PeerListener onPeerAccepted() {
        return replica().onPeerAccepted();
    }

    private void onUncaught(Thread thread, Throwable thrown) {
        end(
                ExitCode.UNEXPECTED_ERROR,
                "Something that was not foreseen happened in thread \"" + thread.getName()
                        + "\": this server stops, since its memory cannot be trusted any more; start it again, and report"
                        + " this with what follows.",
                thrown);
    }

    private void end(int exitCode, String message, @Nullable Throwable thrown) {
        if (fatal.compareAndSet(false, true)) {
            onFatal.onFatal(exitCode, message, thrown);
        }
    }

    /** What the threads of the disk tell. A snapshot that fails is not among it: its jobs keep that to themselves. */
    private final class DiskEvents implements DiskLoop.Owner {
        @Override
        public void onFailure(RuntimeException failure) {
            replica().onDiskFailure(failure);
        }

        @Override
        public void onFull(NoRoomException full) {
            replica().onDiskFull(full);
        }

        @Override
        public void onRoom() {
            replica().onDiskRoom();
        }
    }

    /** What the replica asks of the rest. */
    private final class Ports implements ReplicaPort {
        @Override
        public void connectToLeader(long sid, PeerListener listener, long timeoutNanos) {
            HostPort place = ensemble()
                    .server(sid)
                    .orElseThrow(() -> new IllegalStateException("server " + sid + " is not in the configuration"))
                    .quorum();
            quorum.connect(place, listener, timeoutNanos);
        }

        private EnsembleConfig ensemble() {
            EnsembleConfig ensemble = config.ensemble();
            if (ensemble == null) {
                throw new IllegalStateException("a server alone has no peers");
            }
            return ensemble;
        }

        private ElectionNetwork election() {
            if (election == null) {
                throw new IllegalStateException("a server alone has no elections");
            }
            return election;
        }

        @Override
        public void sendElection(long sid, byte[] message) {
            election().send(sid, message);
        }

        @Override
        public void supersedeElection(byte[] message) {
            election().supersede(message);
        }

        @Override
        public boolean electionAnyDelivered() {
            return election().anyDelivered();
        }

        @Override
        public void electionConnectAll() {
            election().connectAll();
        }

        @Override
        public void flushClients() {
            clients.flush();
        }

        @Override
        public void flushPeers() {
            quorum.flush();
        }

        @Override
        public void stopped() {
            replicaStopped.countDown();
        }

        @Override
        public void fatal(int exitCode, String message) {
            end(exitCode, message, null);
        }
    }

    /** The replica and the client port, as the core loop drives them. */
    private final class ReplicaAgent implements CoreLoop.Agent {
        private final Replica driven;
        private final SnapshotRequests requests;

        private ReplicaAgent(Replica driven, SnapshotRequests requests) {
            this.driven = driven;
            this.requests = requests;
        }

        @Override
        public long onTick(long nowNanos, long wallMs) {
            clients.onTick(nowNanos);
            requests.onTick(nowNanos);
            return driven.onTick(nowNanos, wallMs);
        }

        @Override
        public void endBatch(long nowNanos) {
            driven.endBatch(nowNanos);
        }
    }
}
