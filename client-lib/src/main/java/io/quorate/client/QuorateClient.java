package io.quorate.client;

import io.quorate.client.session.Call;
import io.quorate.client.session.ConnectionState;
import io.quorate.client.session.SessionLimits;
import io.quorate.client.session.WatchListener;
import io.quorate.client.session.WatchRemoval;
import io.quorate.client.session.WatchRequest;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.Paths;
import io.quorate.protocol.SetAclRequest;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.protocol.WhoAmIResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session with the servers. Every operation returns at once; its future is completed with the answer or with a {@link QuorateException}.
 * Operations are carried out in the order in which they are asked for, from one thread at least; they need not wait for each other.
 *
 * <p>The session moves by itself to another server when one is gone. Operations that were on their way then fail with {@link
 * QuorateException.ConnectionLoss}, since only their caller can know whether they may be done twice; operations that were not sent yet wait for
 * the next server, for as long as the session time-out.
 *
 * <p>Futures are completed, and watchers and listeners called, on the {@linkplain ClientBuilder#callbackExecutor callback executor} one after
 * the other: a watcher's event always before the first answer that shows the change. To wait for a future inside a callback would wait for
 * itself; use {@link #blocking()} there, which does not depend on that executor.
 *
 * <p>Safe for use by any number of threads.
 */
public final class QuorateClient implements AutoCloseable {
    private static final long MAX_TTL_MS = (1L << 40) - 1;

    private final ClientCore core;
    private final ConnectString where;
    private final Executor answers;
    private final Executor callbacks;

    QuorateClient(ClientCore core, Executor executor) {
        this(core, executor, executor);
    }

    /**
     * @param answers where futures are completed
     * @param callbacks where watchers and listeners are called
     */
    QuorateClient(ClientCore core, Executor answers, Executor callbacks) {
        this.core = core;
        this.where = core.where();
        this.answers = answers;
        this.callbacks = callbacks;
    }

    /** @param connectString {@code host:port[,host:port…][/chroot]}, see {@link ConnectString} */
    public static ClientBuilder builder(String connectString) {
        return new ClientBuilder(ConnectString.parse(connectString));
    }

    /** A client with the default settings. It begins to connect and returns at once. */
    public static QuorateClient connect(String connectString) {
        return builder(connectString).connect();
    }

    // ---- Faces of the same session

    /** The same session for code that waits. */
    public BlockingQuorate blocking() {
        return new BlockingQuorate(new QuorateClient(core, Runnable::run, callbacks), core);
    }

    /** The same session with futures completed, and watchers that are left through it called, by another executor. */
    public QuorateClient with(Executor executor) {
        return new QuorateClient(core, executor);
    }

    /** The same session with operations repeated after a connection loss where that is safe. */
    public RetryingQuorate retrying(RetryPolicy policy) {
        return new RetryingQuorate(core, new QuorateClient(core, Runnable::run, callbacks), answers, policy);
    }

    // ---- Nodes

    /** Creates a persistent node that everybody may use. */
    public CompletableFuture<String> create(String path, byte @Nullable [] data) {
        return create(path, data, CreateMode.PERSISTENT);
    }

    /** Creates a node that everybody may use. */
    public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode) {
        return create(path, data, mode, Acl.OPEN);
    }

    /** @return the path, with the number of a sequential node */
    public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        return createNode(new Op.Create(path, data, acl, mode, 0), CreatedNode::path);
    }

    /** As {@link #create(String, byte[], CreateMode, List)}, and returns what {@link #exists} would. */
    public CompletableFuture<CreatedNode> createWithStat(
            String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        return createNode(new Op.Create(path, data, acl, mode, 0), Function.identity());
    }

    /** Creates a node that the servers remove when it has had no children and no change for {@code ttl}; they must be set up to allow that. */
    public CompletableFuture<CreatedNode> createWithTtl(
            String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl, Duration ttl) {
        return createNode(new Op.Create(path, data, acl, mode, ttl.toMillis()), Function.identity());
    }

    private <T> CompletableFuture<T> createNode(Op.Create op, Function<CreatedNode, T> result) {
        int opCode = Requests.createOpCode(op.mode());
        Answer<T> answer =
                answer("create", op.path(), opCode, in -> result.apply(Requests.readCreated(in, where)), null);
        Optional<String> problem = problem(op);
        if (problem.isPresent()) {
            return answer.refuse(problem.get());
        }
        return submit(answer, opCode, out -> Requests.writeCreate(out, op, where), null);
    }

    private static Optional<String> problem(Op.Create op) {
        boolean timed = op.ttlMs() >= 1 && op.ttlMs() <= MAX_TTL_MS;
        if (op.mode().isTtl() != timed || (!op.mode().isTtl() && op.ttlMs() != 0)) {
            return Optional.of("time to live " + op.ttlMs() + " ms with mode " + op.mode() + ": 1.." + MAX_TTL_MS
                    + " with a mode WITH_TTL, none with others");
        }
        return Paths.problem(op.path(), op.mode().isSequential());
    }

    public CompletableFuture<Void> delete(String path) {
        return delete(path, Op.ANY_VERSION);
    }

    /** @param version of the data, or {@link Op#ANY_VERSION} */
    public CompletableFuture<Void> delete(String path, int version) {
        return ask(
                "delete",
                path,
                OpCode.DELETE,
                out -> new PathVersionRequest(where.toServer(path), version).write(out),
                null,
                QuorateClient::nothing);
    }

    /** @return the node's {@link Stat}, or empty if there is no such node */
    public CompletableFuture<Optional<Stat>> exists(String path) {
        return exists(path, Optional.empty());
    }

    /** @param watcher told when the node is created, deleted, or changed */
    public CompletableFuture<Optional<Stat>> exists(String path, Watcher watcher) {
        return exists(path, Optional.of(watcher));
    }

    private CompletableFuture<Optional<Stat>> exists(String path, Optional<Watcher> watcher) {
        Answer<Optional<Stat>> answer = answer(
                "exists",
                path,
                OpCode.EXISTS,
                in -> Optional.of(Stat.read(in)),
                new Answer.Instead<>(ErrorCode.NO_NODE, Optional.empty()));
        return submitChecked(
                answer,
                path,
                OpCode.EXISTS,
                out -> writeRead(out, path, watcher),
                watch(WatchRequest.Kind.EXISTS, path, watcher));
    }

    public CompletableFuture<NodeData> getData(String path) {
        return getData(path, Optional.empty());
    }

    /** @param watcher told when the node is changed or deleted; not left if there is no such node */
    public CompletableFuture<NodeData> getData(String path, Watcher watcher) {
        return getData(path, Optional.of(watcher));
    }

    private CompletableFuture<NodeData> getData(String path, Optional<Watcher> watcher) {
        return ask(
                "getData",
                path,
                OpCode.GET_DATA,
                out -> writeRead(out, path, watcher),
                watch(WatchRequest.Kind.DATA, path, watcher),
                Requests::readData);
    }

    public CompletableFuture<NodeChildren> getChildren(String path) {
        return getChildren(path, Optional.empty());
    }

    /** @param watcher told when a child is created or deleted, or the node itself deleted; not left if there is no such node */
    public CompletableFuture<NodeChildren> getChildren(String path, Watcher watcher) {
        return getChildren(path, Optional.of(watcher));
    }

    private CompletableFuture<NodeChildren> getChildren(String path, Optional<Watcher> watcher) {
        return ask(
                "getChildren",
                path,
                OpCode.GET_CHILDREN2,
                out -> writeRead(out, path, watcher),
                watch(WatchRequest.Kind.CHILDREN, path, watcher),
                Requests::readChildren);
    }

    public CompletableFuture<Stat> setData(String path, byte @Nullable [] data) {
        return setData(path, data, Op.ANY_VERSION);
    }

    /** @param version that the data must have, or {@link Op#ANY_VERSION} */
    public CompletableFuture<Stat> setData(String path, byte @Nullable [] data, int version) {
        return ask(
                "setData",
                path,
                OpCode.SET_DATA,
                out -> new SetDataRequest(where.toServer(path), data, version).write(out),
                null,
                Stat::read);
    }

    public CompletableFuture<NodeAcl> getAcl(String path) {
        return ask(
                "getAcl",
                path,
                OpCode.GET_ACL,
                out -> new PathRequest(where.toServer(path)).write(out),
                null,
                Requests::readAcl);
    }

    /** @param version that the ACL must have ({@link Stat#aversion()}), or {@link Op#ANY_VERSION} */
    public CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int version) {
        return ask(
                "setAcl",
                path,
                OpCode.SET_ACL,
                out -> new SetAclRequest(where.toServer(path), acl, version).write(out),
                null,
                Stat::read);
    }

    /** Done when the server of this session has caught up with everything that was committed before: what is read next is not older. */
    public CompletableFuture<Void> sync(String path) {
        return ask(
                "sync",
                path,
                OpCode.SYNC,
                out -> new PathRequest(where.toServer(path)).write(out),
                null,
                QuorateClient::nothing);
    }

    /**
     * Does all of the operations or none.
     *
     * @return one result an operation; fails with {@link QuorateException.MultiFailed} if one of them cannot be done
     */
    public CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        List<Op> all = List.copyOf(ops);
        Answer<List<OpResult>> answer = answer(
                "multi",
                all.isEmpty() ? "" : all.get(0).path(),
                OpCode.MULTI,
                in -> Requests.readMulti(in, all, where),
                null);
        for (Op op : all) {
            Optional<String> problem = op instanceof Op.Create create ? problem(create) : Paths.problem(op.path());
            if (problem.isPresent()) {
                return answer.refuse(problem.get());
            }
        }
        return submit(answer, OpCode.MULTI, out -> Requests.writeMulti(out, all, where), null);
    }

    public CompletableFuture<List<OpResult>> multi(Op... ops) {
        return multi(List.of(ops));
    }

    /**
     * Several reads of one moment. One that cannot be done, because its node is missing or forbidden, is {@link ReadResult.Failed} and does not
     * keep the others back.
     */
    public CompletableFuture<List<ReadResult>> multiRead(List<ReadOp> ops) {
        List<ReadOp> all = List.copyOf(ops);
        Answer<List<ReadResult>> answer = answer(
                "multiRead",
                all.isEmpty() ? "" : all.get(0).path(),
                OpCode.MULTI_READ,
                in -> Requests.readMultiRead(in, all),
                null);
        for (ReadOp op : all) {
            Optional<String> problem = Paths.problem(op.path());
            if (problem.isPresent()) {
                return answer.refuse(problem.get());
            }
        }
        return submit(answer, OpCode.MULTI_READ, out -> Requests.writeMultiRead(out, all, where), null);
    }

    /** @return how many nodes there are below this one, at any depth */
    public CompletableFuture<Integer> getAllChildrenNumber(String path) {
        return ask(
                "getAllChildrenNumber",
                path,
                OpCode.GET_ALL_CHILDREN_NUMBER,
                out -> new PathRequest(where.toServer(path)).write(out),
                null,
                JuteReader::readInt);
    }

    /**
     * The ephemeral nodes of this session.
     *
     * @param prefix that their paths begin with, as text: {@code /a} fits {@code /ab} too; {@code /} for all
     */
    public CompletableFuture<List<String>> getEphemerals(String prefix) {
        return ask(
                "getEphemerals",
                prefix,
                OpCode.GET_EPHEMERALS,
                out -> new PathRequest(where.chroot() + prefix).write(out),
                null,
                in -> Requests.readPaths(in, where));
    }

    // ---- Watches that stay

    /**
     * Leaves a watch that tells of every change until it is removed. The node need not exist. After a reconnect it is put back; <em>what happened
     * without a connection is not told</em>, so whoever follows a node reads it again when a {@link ConnectionListener} hears CONNECTED: what is
     * read from then on is no older than the watch. While the connection stands no change is missed.
     */
    public CompletableFuture<Void> addWatch(String path, WatchMode mode, Watcher watcher) {
        WatchRequest.Kind kind =
                mode == WatchMode.PERSISTENT ? WatchRequest.Kind.PERSISTENT : WatchRequest.Kind.RECURSIVE;
        return ask(
                "addWatch",
                path,
                OpCode.ADD_WATCH,
                out -> new AddWatchRequest(where.toServer(path), mode.code()).write(out),
                watch(kind, path, Optional.of(watcher)),
                QuorateClient::nothing);
    }

    /**
     * Takes back a watcher that was left through a client with the same {@linkplain #with executor}. It is not told of anything any more when this
     * is done, which succeeds without a connection too; fails with NO_WATCHER if there was none.
     */
    public CompletableFuture<Void> removeWatch(String path, WatcherType type, Watcher watcher) {
        return removeWatches(path, type, new ClientCore.Placed(watcher, callbacks));
    }

    /** Takes back all watchers of this type on the node, whoever left them. */
    public CompletableFuture<Void> removeWatches(String path, WatcherType type) {
        return removeWatches(path, type, (WatchListener) null);
    }

    private CompletableFuture<Void> removeWatches(String path, WatcherType type, @Nullable WatchListener listener) {
        Answer<Void> answer = answer("removeWatches", path, OpCode.REMOVE_WATCHES, QuorateClient::nothing, null);
        Optional<String> problem = Paths.problem(path);
        if (problem.isPresent()) {
            return answer.refuse(problem.get());
        }
        core.driver().submit(Call.removing(new WatchRemoval(type, where.toServer(path), listener), answer));
        return answer.future();
    }

    /** Whether the server has a watch of this type for this session. */
    public CompletableFuture<Boolean> checkWatches(String path, WatcherType type) {
        Answer<Boolean> answer = answer(
                "checkWatches",
                path,
                OpCode.CHECK_WATCHES,
                in -> true,
                new Answer.Instead<>(ErrorCode.NO_WATCHER, false));
        return submitChecked(
                answer,
                path,
                OpCode.CHECK_WATCHES,
                out -> new AddWatchRequest(where.toServer(path), type.code()).write(out),
                null);
    }

    // ---- The session

    /** @return who the server takes this connection for, in no order: one identity for each credential, and the address */
    public CompletableFuture<List<WhoAmIResponse.Identity>> whoAmI() {
        return submit(
                answer(
                        "whoAmI",
                        "",
                        OpCode.WHO_AM_I,
                        in -> WhoAmIResponse.read(in).identities(),
                        null),
                OpCode.WHO_AM_I,
                out -> {},
                null);
    }

    /** Adds credentials to this connection and to all later ones of the session. A refusal ends the session with AUTH_FAILED. */
    public CompletableFuture<Void> addAuth(String scheme, byte[] auth) {
        Answer<Void> answer = answer("addAuth", "", OpCode.AUTH, QuorateClient::nothing, null);
        core.driver().addAuth(scheme, auth, answer);
        return answer.future();
    }

    public ConnectionState state() {
        return core.driver().state();
    }

    /** @return the session's id; 0 before the first server has granted one */
    public long sessionId() {
        return core.driver().sessionId();
    }

    /** The session time-out: the granted one as soon as there is one. */
    public Duration sessionTimeout() {
        return Duration.ofMillis(core.driver().timeoutMs());
    }

    /** The server of the present or the last connection, for people. */
    public String server() {
        return core.driver().server();
    }

    /**
     * For leases: when the latest request or ping was sent of which this session's server is known to have heard by {@code nanoTime}, or of which
     * the leader itself was asked, as it is for each connection. All times are of {@link System#nanoTime()}; means nothing before the first
     * connection.
     */
    public long provenBefore(long nanoTime) {
        return core.driver().activity().provenBefore(nanoTime);
    }

    /** Whether an ephemeral node with this {@link Stat} belongs to this session: after a connection loss, whether one's create has happened. */
    public boolean owns(Stat stat) {
        return stat.ephemeralOwner() != 0 && stat.ephemeralOwner() == sessionId();
    }

    /** Done when the first server has granted the session, be it read-only; fails if none will. */
    public CompletableFuture<Void> connected() {
        return core.connected().thenApplyAsync(QuorateClient::requireConnected, answers);
    }

    @SuppressWarnings("NullAway") // the value of a CompletableFuture<Void> is null
    private static Void requireConnected(ConnectionState state) {
        if (state.isLast()) {
            ErrorCode code = state == ConnectionState.AUTH_FAILED ? ErrorCode.AUTH_FAILED : ErrorCode.SESSION_EXPIRED;
            throw QuorateException.of(code, "connect", "", false, "the session is " + state);
        }
        return null;
    }

    public void addListener(ConnectionListener listener) {
        core.addListener(listener, callbacks);
    }

    public void removeListener(ConnectionListener listener) {
        core.removeListener(listener);
    }

    /**
     * Ends the session once what was asked before is done: its ephemeral nodes are removed at once. Where no server can be reached that stays
     * undone until the session expires.
     *
     * @return done when it is over, at most {@link SessionLimits#MAX_CLOSE_MS} later
     */
    public CompletableFuture<Void> closeAsync() {
        core.driver().close();
        return core.closed().copy();
    }

    /** As {@link #closeAsync()}, and waits for it. */
    @Override
    public void close() {
        CompletableFuture<Void> closed = closeAsync();
        if (core.driver().isOnLoop()) {
            return;
        }
        try {
            closed.get(2L * SessionLimits.MAX_CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the session did not end within " + 2 * SessionLimits.MAX_CLOSE_MS + " ms", e);
        }
    }

    @Override
    public String toString() {
        return "session 0x" + Long.toHexString(sessionId()) + " " + state() + " at " + server();
    }

    // ---- Asking

    private <T> CompletableFuture<T> ask(
            String operation,
            String path,
            int opCode,
            Consumer<JuteWriter> body,
            @Nullable WatchRequest watch,
            Function<JuteReader, T> decoder) {
        return submitChecked(answer(operation, path, opCode, decoder, null), path, opCode, body, watch);
    }

    private <T> CompletableFuture<T> submitChecked(
            Answer<T> answer, String path, int opCode, Consumer<JuteWriter> body, @Nullable WatchRequest watch) {
        Optional<String> problem = Paths.problem(path);
        return problem.isPresent() ? answer.refuse(problem.get()) : submit(answer, opCode, body, watch);
    }

    private <T> CompletableFuture<T> submit(
            Answer<T> answer, int opCode, Consumer<JuteWriter> body, @Nullable WatchRequest watch) {
        core.driver().submit(Call.of(opCode, body, watch, answer));
        return answer.future();
    }

    private <T> Answer<T> answer(
            String operation,
            String path,
            int opCode,
            Function<JuteReader, T> decoder,
            Answer.@Nullable Instead<T> instead) {
        return new Answer<>(operation, path, opCode, decoder, instead, answers);
    }

    private void writeRead(JuteWriter out, String path, Optional<Watcher> watcher) {
        new PathWatchRequest(where.toServer(path), watcher.isPresent()).write(out);
    }

    private @Nullable WatchRequest watch(WatchRequest.Kind kind, String path, Optional<Watcher> watcher) {
        return watcher.map(each -> new WatchRequest(kind, where.toServer(path), new ClientCore.Placed(each, callbacks)))
                .orElse(null);
    }

    @SuppressWarnings("NullAway") // the value of a CompletableFuture<Void> is null
    private static Void nothing(JuteReader in) {
        return null;
    }
}
