package io.quorate.client.election;

import io.quorate.client.ClientBuilder;
import io.quorate.client.CreatedNode;
import io.quorate.client.NodeData;
import io.quorate.client.Op;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Watcher;
import io.quorate.client.session.ConnectionState;
import io.quorate.client.transport.IoGroup;
import io.quorate.client.transport.SerialExecutor;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Elects one master among any number of workers: the one whose session owns the ephemeral node {@code /master}. Every worker has an ephemeral
 * node with its data under {@code /servers}.
 *
 * <pre>{@code
 * MasterElection election = MasterElection.builder(QuorateClient.builder("a:2181,b:2181,c:2181"), "worker-1")
 *         .data("http://10.0.0.1:8080")
 *         .listener(listener)
 *         .start();
 * }</pre>
 *
 * There is never more than one master, as long as clocks run at about the same rate: a worker that cannot be sure any more is told {@link
 * MasterListener#revoked} by its own clock, about half a session time-out after the last word of a quorum, which is before the servers can give
 * the node to somebody else ({@link ElectionLimits}). A worker whose process was stopped for longer is told so before any other callback when it
 * goes on. The next worker takes over at once when the master closes, and when the servers have ended its session otherwise.
 *
 * <p>The election has a session of its own, and begins another one if the servers end it. {@link #client()} is for work in the same session: its
 * callbacks, too, come after a revocation that is due.
 *
 * <p>Safe for use by any number of threads.
 */
public final class MasterElection implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MasterElection.class);

    private final ClientBuilder clients;
    private final String masterPath;
    private final String serversPath;
    private final Worker self;
    private final List<Acl> acl;
    private final MasterListener listener;

    private final IoGroup.Lease threads;
    private final ScheduledExecutorService loop;
    private final SerialExecutor callbacks;
    private final Notices notices;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // The rest belongs to the loop, except that the volatile fields are read from everywhere.

    private final MasterElectionMachine machine;
    private final Workers workers;

    /** One and the same for every read, so that it is left once however often the node is read. */
    private final Watcher masterWatcher;

    private final Object sessionChange = new Object();
    private @Nullable ScheduledFuture<?> tick;
    private long sessions;
    private boolean prepared;
    private boolean closing;
    private volatile QuorateClient client;
    private volatile Optional<Worker> master = Optional.empty();
    private volatile List<Worker> servers = List.of();

    private MasterElection(Builder builder) {
        clients = builder.clients;
        masterPath = builder.masterPath;
        serversPath = builder.serversPath;
        self = new Worker(builder.workerId, builder.data);
        acl = builder.acl;
        listener = builder.listener;
        threads = IoGroup.acquire();
        loop = threads.loop();
        notices = new Notices(
                listener, System::nanoTime, term -> onLoop(nowNanos -> machine().onLapse(term, nowNanos)));
        callbacks = new SerialExecutor(threads.pool(), notices::beforeCallback);
        machine = new MasterElectionMachine(new Port());
        masterWatcher = event -> onLoop(machine::onNodeChanged);
        workers = new Workers(serversPath, self, acl, this::serversAre, this::prepareAgain);
        synchronized (sessionChange) {
            client = newSession();
        }
    }

    /**
     * @param clients how to reach the servers
     * @param workerId this worker's name among the others, a name of a node: no two that run at the same time may have the same
     */
    public static Builder builder(ClientBuilder clients, String workerId) {
        return new Builder(clients, workerId);
    }

    // ---- For users

    /** Whether this worker is master now, by the clock too: never true when somebody else can be. It may be true a little before {@code elected} is called. */
    public boolean isMaster() {
        return notices.term().isPresent();
    }

    /** @return the number of this worker's term, empty while it is not master */
    public OptionalLong term() {
        return notices.term();
    }

    /** The master as the servers told last, which may be this worker. */
    public Optional<Worker> master() {
        return master;
    }

    /** The workers that are registered, as the servers told last, in the order of their ids. */
    public List<Worker> servers() {
        return servers;
    }

    /** The present session; another one after this was ended by the servers. Not to be closed. */
    public QuorateClient client() {
        return client;
    }

    /**
     * Takes part no longer: the listener is told of the revocation first, then the session is closed, which lets the next worker take over at
     * once. Returns when that is done, in bounded time; within a callback of the election it does not wait.
     */
    @Override
    public void close() {
        boolean inCallback = callbacks.isCurrent();
        onLoop(this::beginClose);
        if (inCallback) {
            return;
        }
        try {
            closed.get(3L * ElectionLimits.MAX_CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the election did not end within " + 3 * ElectionLimits.MAX_CLOSE_MS + " ms", e);
        }
    }

    // ---- The session, on the loop

    private MasterElectionMachine machine() {
        return machine;
    }

    private QuorateClient newSession() {
        prepared = false;
        long number = nextSession();
        return clients.copy()
                .callbackExecutor(callbacks)
                .listener((state, reason) -> onState(number, state, reason), loop)
                .connect();
    }

    private long nextSession() {
        synchronized (sessionChange) {
            return ++sessions;
        }
    }

    private void onState(long number, ConnectionState state, String reason) {
        QuorateClient which;
        synchronized (sessionChange) { // the first session may speak before its maker has put it into the field
            if (number != sessions) {
                return;
            }
            which = client;
        }
        long nowNanos = System.nanoTime();
        switch (state) {
            case CONNECTED -> onConnected(which, which.with(loop), nowNanos);
            case SUSPENDED, LOST -> machine.onDisconnected(nowNanos);
            case EXPIRED, AUTH_FAILED -> onSessionEnded(which, state, reason, nowNanos);
            case CONNECTING, CLOSED -> {}
        }
        arrangeTick();
    }

    private void onConnected(QuorateClient which, QuorateClient mine, long nowNanos) {
        if (prepared) {
            machine.onConnected(which.sessionId(), which.sessionTimeout().toNanos(), nowNanos);
            workers.onConnected(mine);
        } else {
            prepare(which, mine);
        }
    }

    private void onSessionEnded(QuorateClient which, ConnectionState state, String reason, long nowNanos) {
        machine.onSessionEnded(nowNanos);
        workers.close();
        take(which.closeAsync(), nothing -> {}, failure -> {});
        if (closing) {
            return;
        }
        log.warn("the session is over ({}: {}); another one is begun", state, reason);
        if (state == ConnectionState.EXPIRED) {
            client = newSession();
        } else {
            later(ElectionLimits.RETRY_MS, () -> client = newSession());
        }
    }

    /** Makes the permanent nodes that the ephemeral ones stand below, once a session. */
    private void prepare(QuorateClient which, QuorateClient mine) {
        CompletableFuture<Void> both =
                makeNodes(mine, Paths.parent(masterPath)).thenCompose(nothing -> makeNodes(mine, serversPath));
        take(both, nothing -> wasPrepared(which, mine), failure -> prepareFailed(which, mine, failure));
    }

    /** Somebody has deleted the permanent nodes. */
    private void prepareAgain() {
        if (!prepared) {
            return;
        }
        prepared = false;
        log.warn("{} or the node above {} is gone; they are made again", serversPath, masterPath);
        QuorateClient which = client;
        later(ElectionLimits.RETRY_MS, () -> {
            if (which.equals(client) && !prepared && which.state() == ConnectionState.CONNECTED) {
                prepare(which, which.with(loop));
            }
        });
    }

    private void wasPrepared(QuorateClient which, QuorateClient mine) {
        if (which.equals(client) && !closing && !prepared) {
            prepared = true;
            if (which.state() == ConnectionState.CONNECTED) {
                onConnected(which, mine, System.nanoTime());
            }
        }
    }

    private void prepareFailed(QuorateClient which, QuorateClient mine, QuorateException failure) {
        if (!which.equals(client) || closing || failure.code() == ErrorCode.SESSION_EXPIRED) {
            return;
        }
        if (failure.code() != ErrorCode.CONNECTION_LOSS) {
            log.warn(
                    "the election's permanent nodes cannot be made, next attempt in {} ms: {}",
                    ElectionLimits.RETRY_MS,
                    failure.getMessage());
        }
        later(ElectionLimits.RETRY_MS, () -> {
            if (which.equals(client) && !prepared && which.state() == ConnectionState.CONNECTED) {
                prepare(which, mine);
            }
        });
    }

    private CompletableFuture<Void> makeNodes(QuorateClient mine, String path) {
        if (path.equals(Paths.ROOT)) {
            return CompletableFuture.allOf();
        }
        return makeNodes(mine, Paths.parent(path))
                .thenCompose(nothing -> mine.exists(path))
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(path)
                        : mine.create(path, new byte[0], CreateMode.PERSISTENT, acl))
                .handle((created, failure) -> {
                    QuorateException cause = failure == null ? null : cause(failure);
                    if (cause != null && cause.code() != ErrorCode.NODE_EXISTS) {
                        throw cause;
                    }
                    return created;
                })
                .thenAccept(created -> {});
    }

    // ---- Closing

    @SuppressWarnings("FutureReturnValueIgnored") // its end is logged
    private void beginClose(long nowNanos) {
        if (closing) {
            return;
        }
        closing = true;
        machine.close(nowNanos);
        workers.close();
        CompletableFuture<Void> told = new CompletableFuture<>();
        callbacks.execute(() -> told.complete(null));
        told.orTimeout(ElectionLimits.MAX_CLOSE_MS, TimeUnit.MILLISECONDS)
                .exceptionally(tooLate -> {
                    log.warn(
                            "the listener is still busy after {} ms; the session is closed all the same",
                            ElectionLimits.MAX_CLOSE_MS);
                    return null;
                })
                .thenCompose(nothing -> client.closeAsync())
                .thenRun(this::finishClose)
                .whenComplete((nothing, bug) -> logBug(bug));
    }

    private void finishClose() {
        threads.close();
        closed.complete(null);
    }

    // ---- Turns of the machine

    private void onLoop(LongConsumer step) {
        loop.execute(() -> {
            step.accept(System.nanoTime());
            arrangeTick();
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the step tells of its own trouble
    private void later(long delayMs, Runnable step) {
        loop.schedule(
                () -> {
                    if (!closing) {
                        step.run();
                    }
                },
                delayMs,
                TimeUnit.MILLISECONDS);
    }

    private void arrangeTick() {
        ScheduledFuture<?> arranged = tick;
        if (arranged != null) {
            arranged.cancel(false);
        }
        long delayNanos = machine.delayNanos(System.nanoTime());
        tick = delayNanos == Long.MAX_VALUE
                ? null
                : loop.schedule(() -> onLoop(machine::onTick), delayNanos, TimeUnit.NANOSECONDS);
    }

    private void serversAre(List<Worker> now) {
        servers = now;
        callbacks.execute(() -> listener.serversChanged(now));
    }

    private <T> void answer(long operation, CompletableFuture<T> future, BiConsumer<T, Long> onValue) {
        take(
                future,
                value -> onLoop(nowNanos -> onValue.accept(value, nowNanos)),
                failure -> onLoop(nowNanos ->
                        machine.onFailed(operation, failure.code(), String.valueOf(failure.getMessage()), nowNanos)));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end is logged
    private static <T> void take(
            CompletableFuture<T> future, Consumer<T> onValue, Consumer<QuorateException> onFailure) {
        future.handle((value, failure) -> {
                    if (failure == null) {
                        onValue.accept(value);
                    } else {
                        onFailure.accept(cause(failure));
                    }
                    return value;
                })
                .whenComplete((value, bug) -> logBug(bug));
    }

    private static QuorateException cause(Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof QuorateException known) {
            return known;
        }
        throw new IllegalStateException("an operation failed in a way that it should not", cause);
    }

    private static void logBug(@Nullable Throwable failure) {
        if (failure != null) {
            log.error("the election failed in a way that it should not", failure);
        }
    }

    private final class Port implements ElectionPort {
        @Override
        public void read(long operation) {
            CompletableFuture<Optional<MasterNode>> found =
                    session().getData(masterPath, masterWatcher).thenApply(data -> Optional.of(node(data)));
            answer(
                    operation,
                    found.exceptionally(MasterElection::emptyIfMissing),
                    (node, nowNanos) -> machine.onRead(operation, node, nowNanos));
        }

        @Override
        public void claim(long operation) {
            CompletableFuture<CreatedNode> created =
                    session().createWithStat(masterPath, self.toMasterNode(), CreateMode.EPHEMERAL, acl);
            answer(operation, created, (node, nowNanos) -> machine.onClaimed(operation, own(node.stat()), nowNanos));
            take(created, node -> {}, failure -> {
                if (failure.code() == ErrorCode.NO_NODE) {
                    prepareAgain();
                }
            });
        }

        @Override
        public void reclaim(long operation, int version) {
            CompletableFuture<Stat> written = session().setData(masterPath, self.toMasterNode(), version);
            answer(operation, written, (stat, nowNanos) -> machine.onClaimed(operation, own(stat), nowNanos));
        }

        @Override
        public void confirm(long operation) {
            answer(
                    operation,
                    session().multi(Op.check(masterPath, Op.ANY_VERSION)),
                    (done, nowNanos) -> machine.onConfirmed(operation, nowNanos));
        }

        @Override
        public long provenBefore(long cutoffNanos) {
            return client.provenBefore(cutoffNanos);
        }

        private QuorateClient session() {
            return client.with(loop);
        }

        private MasterNode own(Stat stat) {
            return new MasterNode(self.toMasterNode(), stat.ephemeralOwner(), stat.version(), stat.mzxid());
        }

        private MasterNode node(NodeData data) {
            Stat stat = data.stat();
            return new MasterNode(data.data(), stat.ephemeralOwner(), stat.version(), stat.mzxid());
        }

        @Override
        public void elected(long term, long leaseUntilNanos) {
            notices.elected(term, leaseUntilNanos, callbacks);
        }

        @Override
        public void leaseExtended(long term, long leaseUntilNanos) {
            notices.leaseExtended(term, leaseUntilNanos);
        }

        @Override
        public void revoked(long term, Revocation why) {
            notices.revoked(why, callbacks);
        }

        @Override
        public void masterIs(Optional<MasterNode> node) {
            Optional<Worker> now = node.map(each -> Worker.ofMasterNode(each.data()));
            if (!now.equals(master)) {
                master = now;
                callbacks.execute(() -> listener.masterChanged(now));
            }
        }

        @Override
        public void info(String message) {
            log.info("{}: {}", self, message);
        }

        @Override
        public void warn(String message) {
            log.warn("{}: {}", self, message);
        }
    }

    private static Optional<MasterNode> emptyIfMissing(Throwable failure) {
        QuorateException cause = cause(failure);
        if (cause.code() != ErrorCode.NO_NODE) {
            throw cause;
        }
        return Optional.empty();
    }

    /** Collects what an election needs. */
    public static final class Builder {
        private final ClientBuilder clients;
        private final String workerId;
        private String masterPath = "/master";
        private String serversPath = "/servers";
        private byte[] data = {};
        private List<Acl> acl = Acl.OPEN;
        private MasterListener listener = new MasterListener() {
            @Override
            public void elected(long term) {}

            @Override
            public void revoked(long term, Revocation why) {}
        };

        private Builder(ClientBuilder clients, String workerId) {
            if (workerId.indexOf('/') >= 0) {
                throw new IllegalArgumentException(
                        "worker id \"" + workerId + "\" has a slash: it is the name of a node");
            }
            Paths.problem(Paths.ROOT + workerId).ifPresent(problem -> {
                throw new IllegalArgumentException(
                        "worker id \"" + workerId + "\" cannot be the name of a node: " + problem);
            });
            this.clients = clients;
            this.workerId = workerId;
        }

        /** The master's node. Default: {@code /master}. */
        public Builder masterPath(String path) {
            masterPath = path;
            return this;
        }

        /** The node below which the workers are registered. Default: {@code /servers}. */
        public Builder serversPath(String path) {
            serversPath = path;
            return this;
        }

        /** What the others may know about this worker. Default: nothing. */
        public Builder data(byte[] bytes) {
            data = bytes.clone();
            return this;
        }

        /** As {@link #data(byte[])} with the text in UTF-8. */
        public Builder data(String text) {
            return data(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        /** Of all nodes that the election makes; it must let this worker read, write and create. Default: everybody may do everything. */
        public Builder acl(List<Acl> list) {
            acl = List.copyOf(list);
            return this;
        }

        public Builder listener(MasterListener masterListener) {
            listener = masterListener;
            return this;
        }

        /** Registers this worker and competes, until the election is closed. Returns at once. */
        public MasterElection start() {
            check("master", masterPath);
            check("servers", serversPath);
            return new MasterElection(this);
        }

        private static void check(String what, String path) {
            Paths.problem(path).ifPresent(problem -> {
                throw new IllegalArgumentException("the " + what + " path: " + problem);
            });
            if (what.equals("master") && path.equals(Paths.ROOT)) {
                throw new IllegalArgumentException("the master path cannot be the root");
            }
        }
    }
}
