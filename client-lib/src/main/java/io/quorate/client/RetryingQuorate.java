package io.quorate.client;

import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session's operations, repeated after a connection loss where that is safe.
 *
 * <pre>
 *   operation                         after an attempt that may have been carried out
 *   reads, sync, addWatch, removal    repeated
 *   setData, setAcl with a version    repeated: it cannot happen twice. BAD_VERSION then says that it may have happened once
 *   delete with a version             repeated, in the same way: NO_NODE or BAD_VERSION
 *   deleteIfExists                    repeated: done when the node is not there, whoever deleted it
 *   create, persistent                repeated: NODE_EXISTS then says that it may have been this one
 *   create, ephemeral                 found again by its owner, or repeated
 *   overwrite                         repeated: its caller does not mind undoing what somebody else has done since
 *   createProtected                   found again by the id in its name, or repeated
 *   multi with a guard                found again by the guard, or repeated
 *   setData, delete, setAcl of any    not repeated: it could undo what somebody else has done since
 *   version; sequential create; multi
 * </pre>
 *
 * An attempt that did not leave this process is repeated always. Each failure is a {@link QuorateException} with the operation and path that were
 * asked for; {@link QuorateException#mayHaveHappened()} is true if any of the attempts may have been carried out and nobody could look. The end of
 * the session ends the attempts. Looking for what may have happened begins with a sync, which the servers answer behind everything that the session
 * asked before: what is not found then has not happened and will not.
 */
public final class RetryingQuorate {
    private static final String PROTECTED = "_c_";
    private static final String GUARD = "_g_";

    private final ClientCore core;
    private final QuorateClient direct;
    private final Executor answers;
    private final RetryPolicy policy;

    /** @param direct completes its futures on the thread that brings the answer */
    RetryingQuorate(ClientCore core, QuorateClient direct, Executor answers, RetryPolicy policy) {
        this.core = core;
        this.direct = direct;
        this.answers = answers;
        this.policy = policy;
    }

    // ---- Reads

    public CompletableFuture<Optional<Stat>> exists(String path) {
        return repeat(() -> direct.exists(path));
    }

    public CompletableFuture<Optional<Stat>> exists(String path, Watcher watcher) {
        return repeat(() -> direct.exists(path, watcher));
    }

    public CompletableFuture<NodeData> getData(String path) {
        return repeat(() -> direct.getData(path));
    }

    public CompletableFuture<NodeData> getData(String path, Watcher watcher) {
        return repeat(() -> direct.getData(path, watcher));
    }

    public CompletableFuture<NodeChildren> getChildren(String path) {
        return repeat(() -> direct.getChildren(path));
    }

    public CompletableFuture<NodeChildren> getChildren(String path, Watcher watcher) {
        return repeat(() -> direct.getChildren(path, watcher));
    }

    public CompletableFuture<NodeAcl> getAcl(String path) {
        return repeat(() -> direct.getAcl(path));
    }

    public CompletableFuture<List<ReadResult>> multiRead(List<ReadOp> ops) {
        return repeat(() -> direct.multiRead(ops));
    }

    public CompletableFuture<Void> sync(String path) {
        return repeat(() -> direct.sync(path));
    }

    public CompletableFuture<Void> addWatch(String path, WatchMode mode, Watcher watcher) {
        return repeat(() -> direct.addWatch(path, mode, watcher));
    }

    public CompletableFuture<Void> removeWatch(String path, WatcherType type, Watcher watcher) {
        return repeat(() -> direct.removeWatch(path, type, watcher));
    }

    // ---- Writes

    /** @param version that the data must have; with {@link Op#ANY_VERSION} a write that may have been carried out is not repeated */
    public CompletableFuture<Stat> setData(String path, byte @Nullable [] data, int version) {
        return run(version != Op.ANY_VERSION, null, () -> direct.setData(path, data, version));
    }

    /** Writes whatever the version is, until a server has confirmed it: what somebody else wrote in between may be overwritten. */
    public CompletableFuture<Stat> overwrite(String path, byte @Nullable [] data) {
        return repeat(() -> direct.setData(path, data));
    }

    /** Creates the node and those above it that are missing, persistent, without data and for everybody. */
    public CompletableFuture<Void> createPath(String path) {
        if (path.equals(Paths.ROOT)) {
            return CompletableFuture.allOf();
        }
        return exists(path)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.allOf()
                        : createPath(Paths.parent(path)).thenCompose(nothing -> createIfMissing(path)));
    }

    private CompletableFuture<Void> createIfMissing(String path) {
        return create(path, new byte[0], CreateMode.PERSISTENT)
                .handle((created, failure) -> Optional.ofNullable(failure)
                        .map(QuorateException::causeOf)
                        .filter(cause -> !(cause instanceof QuorateException.NodeExists)))
                .thenAccept(RetryingQuorate::throwIfPresent);
    }

    private static void throwIfPresent(Optional<Throwable> problem) {
        problem.ifPresent(cause -> {
            throw unchecked(cause);
        });
    }

    /** @param version as in {@link #setData}, of the ACL */
    public CompletableFuture<Stat> setAcl(String path, List<Acl> acl, int version) {
        return run(version != Op.ANY_VERSION, null, () -> direct.setAcl(path, acl, version));
    }

    /** @param version as in {@link #setData} */
    public CompletableFuture<Void> delete(String path, int version) {
        return run(version != Op.ANY_VERSION, null, () -> direct.delete(path, version));
    }

    /** Sees to it that the node is not there. A node of that name that somebody makes meanwhile may be deleted too. */
    public CompletableFuture<Void> deleteIfExists(String path) {
        return repeat(() -> direct.delete(path))
                .handle((ignored, failure) -> Optional.ofNullable(failure)
                        .map(QuorateException::causeOf)
                        .filter(cause -> !(cause instanceof QuorateException.NoNode)))
                .thenAccept(RetryingQuorate::throwIfPresent);
    }

    public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode) {
        return create(path, data, mode, Acl.OPEN);
    }

    /** For a sequential node use {@link #createProtected}: one without an id in its name cannot be found again, and is not repeated. */
    public CompletableFuture<String> create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        Supplier<CompletableFuture<Optional<String>>> find = mode == CreateMode.EPHEMERAL
                ? () -> direct.sync(path)
                        .thenCompose(nothing -> direct.exists(path))
                        .thenApply(found -> found.filter(direct::owns).map(stat -> path))
                : null;
        return run(!mode.isSequential(), find, () -> direct.create(path, data, mode, acl));
    }

    /**
     * Creates a node with an id of its own in front of its name, {@code _c_<uuid>-<name>}, by which it is found again if its create may have
     * happened. It is Curator's form, so that recipes of both understand each other's nodes.
     *
     * @return the whole path, with the id and the number of a sequential node
     */
    public CompletableFuture<String> createProtected(
            String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl) {
        String parent = Paths.parent(path);
        String prefix = PROTECTED + UUID.randomUUID() + "-";
        String whole = below(parent, prefix + Paths.name(path));
        Supplier<CompletableFuture<Optional<String>>> find = () -> direct.sync(parent)
                .thenCompose(nothing -> direct.getChildren(parent))
                .thenApply(children -> children.names().stream()
                        .filter(name -> name.startsWith(prefix))
                        .findFirst()
                        .map(name -> below(parent, name)));
        return run(true, find, () -> direct.create(whole, data, mode, acl));
    }

    /** A name without the id that {@link #createProtected} put in front. */
    public static String withoutProtection(String name) {
        int end = PROTECTED.length() + 36;
        return name.startsWith(PROTECTED) && name.length() > end && name.charAt(end) == '-'
                ? name.substring(end + 1)
                : name;
    }

    /** Not repeated once it may have been carried out. */
    public CompletableFuture<List<OpResult>> multi(List<Op> ops) {
        return run(false, null, () -> direct.multi(ops));
    }

    /**
     * Does all of the operations or none, exactly once: an ephemeral guard node is created along with them, by which they are known to have
     * happened, and deleted afterwards. That is a second write for each multi.
     *
     * @param guardParent an existing node that may have children, below which the guard is created
     * @return one result an operation; empty if they were carried out, but their answer was lost
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the guard is of no interest to the caller
    public CompletableFuture<Optional<List<OpResult>>> multi(List<Op> ops, String guardParent) {
        String guard = below(guardParent, GUARD + UUID.randomUUID());
        List<Op> all = new ArrayList<>(ops);
        all.add(Op.create(guard, new byte[0], CreateMode.EPHEMERAL));
        Supplier<CompletableFuture<Optional<Optional<List<OpResult>>>>> find = () -> direct.sync(guard)
                .thenCompose(nothing -> direct.exists(guard))
                .thenApply(found -> found.isPresent() ? Optional.of(Optional.empty()) : Optional.empty());
        CompletableFuture<Optional<List<OpResult>>> result = run(
                true, find, () -> direct.multi(all).thenApply(results -> Optional.of(results.subList(0, ops.size()))));
        result.thenAccept(done -> dropGuard(guard));
        return result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the end of the session removes the guard at the latest
    private void dropGuard(String guard) {
        repeat(() -> direct.delete(guard));
    }

    private static String below(String parent, String name) {
        return parent.equals(Paths.ROOT) ? parent + name : parent + "/" + name;
    }

    // ---- Attempts

    private <T> CompletableFuture<T> repeat(Supplier<CompletableFuture<T>> operation) {
        return run(true, null, operation);
    }

    private <T> CompletableFuture<T> run(
            boolean repeatable,
            @Nullable Supplier<CompletableFuture<Optional<T>>> find,
            Supplier<CompletableFuture<T>> operation) {
        Run<T> run = new Run<>(repeatable, find, operation);
        run.attempt();
        return run.result;
    }

    private static RuntimeException unchecked(Throwable cause) {
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private final class Run<T> {
        private final boolean repeatable;
        private final @Nullable Supplier<CompletableFuture<Optional<T>>> find;
        private final Supplier<CompletableFuture<T>> operation;
        private final Attempts attempts = new Attempts(policy, core.random(), System.nanoTime());
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Run(
                boolean repeatable,
                @Nullable Supplier<CompletableFuture<Optional<T>>> find,
                Supplier<CompletableFuture<T>> operation) {
            this.repeatable = repeatable;
            this.find = find;
            this.operation = operation;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to ended
        void attempt() {
            Supplier<CompletableFuture<Optional<T>>> search = find;
            CompletableFuture<T> one = attempts.inDoubt() && search != null
                    ? search.get()
                            .thenCompose(found -> found.map(CompletableFuture::completedFuture)
                                    .orElseGet(this::anew))
                    : operation.get();
            one.whenComplete(this::ended);
        }

        private CompletableFuture<T> anew() {
            attempts.nothingHappened();
            return operation.get();
        }

        private void ended(@Nullable T value, @Nullable Throwable failure) {
            if (failure == null) {
                answers.execute(() -> result.complete(value));
            } else if (QuorateException.causeOf(failure) instanceof QuorateException known) {
                refused(known);
            } else {
                answers.execute(() -> result.completeExceptionally(QuorateException.causeOf(failure)));
            }
        }

        private void refused(QuorateException failure) {
            OptionalLong wait = attempts.failed(failure, repeatable, System.nanoTime());
            if (wait.isPresent()) {
                core.later(this::attempt, wait.getAsLong());
                return;
            }
            QuorateException last = attempts.inDoubt() ? failure.inDoubt() : failure;
            answers.execute(() -> result.completeExceptionally(last));
        }
    }
}
