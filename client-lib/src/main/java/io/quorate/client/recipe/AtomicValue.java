package io.quorate.client.recipe;

import io.quorate.client.NodeData;
import io.quorate.client.Op;
import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.client.SessionKeeper;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A value in a node that any number of programs change one after the other. Each change is carried out exactly once, also over lost connections: it
 * is a multi with a guard (see {@link RetryingQuorate}), an ephemeral child that is there for a moment; that costs a second write. The node itself holds
 * nothing but the value.
 *
 * <ul>
 *   <li>A pause, a lost connection: the change is carried out once, or, when the policy's patience is over, fails.
 *   <li>Where the session ends, or the patience, between the write and its answer, the change fails with {@link QuorateException#mayHaveHappened()}:
 *       read the value to find out. The next change goes through the next session.
 *   <li>{@link #get} may be behind the servers by what a follower is behind its leader; a change never builds on that.
 * </ul>
 *
 * <p>Safe for use by any number of threads.
 */
public final class AtomicValue {
    /** With this many others getting in between each time, somebody should choose another design. */
    private static final int MAX_COLLISIONS = 1_000;

    private final SessionKeeper sessions;
    private final String path;
    private final byte[] initial;
    private final RetryPolicy policy;

    /** @param initial what the value is before anybody has changed it */
    public AtomicValue(SessionKeeper sessions, String path, byte[] initial, RetryPolicy policy) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        this.sessions = sessions;
        this.path = path;
        this.initial = initial.clone();
        this.policy = policy;
    }

    /** The value as this session's server knows it. */
    public CompletableFuture<byte[]> get() {
        return sessions.client()
                .retrying(policy)
                .getData(path)
                .thenApply(NodeData::data)
                .exceptionallyCompose(failure -> isMissing(failure)
                        ? CompletableFuture.completedFuture(initial.clone())
                        : CompletableFuture.failedFuture(QuorateException.causeOf(failure)));
    }

    /**
     * Changes the value by a function of what it is, which is called again if somebody else was faster.
     *
     * @return the new value
     */
    public CompletableFuture<byte[]> update(UnaryOperator<byte[]> change) {
        return attempt(value -> Optional.of(change.apply(value)), MAX_COLLISIONS)
                .thenApply(Optional::orElseThrow);
    }

    /** @return whether the value was as expected, and was changed */
    public CompletableFuture<Boolean> compareAndSet(byte[] expected, byte[] next) {
        return attempt(
                        value -> Arrays.equals(value, expected) ? Optional.of(next.clone()) : Optional.empty(),
                        MAX_COLLISIONS)
                .thenApply(Optional::isPresent);
    }

    /** @param change empty to leave the value as it is */
    private CompletableFuture<Optional<byte[]>> attempt(Function<byte[], Optional<byte[]>> change, int left) {
        RetryingQuorate nodes = sessions.client().retrying(policy);
        return nodes.getData(path)
                .thenCompose(read -> write(nodes, read, change))
                .exceptionallyCompose(failure -> {
                    Throwable cause = QuorateException.causeOf(failure);
                    if (isMissing(cause)) {
                        return create(nodes).thenCompose(nothing -> attempt(change, left));
                    }
                    return isCollision(cause) && left > 0
                            ? attempt(change, left - 1)
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private CompletableFuture<Optional<byte[]>> write(
            RetryingQuorate nodes, NodeData read, Function<byte[], Optional<byte[]>> change) {
        Optional<byte[]> next = change.apply(read.data());
        if (next.isEmpty()) {
            return CompletableFuture.completedFuture(next);
        }
        List<Op> ops = List.of(Op.setData(path, next.get(), read.stat().version()));
        return nodes.multi(ops, path).thenApply(done -> next);
    }

    /** Somebody else may be faster: then it is there all the same. */
    private CompletableFuture<Void> create(RetryingQuorate nodes) {
        return nodes.createPath(Paths.parent(path))
                .thenCompose(nothing -> nodes.create(path, initial, CreateMode.PERSISTENT))
                .exceptionallyCompose(failure -> {
                    Throwable cause = QuorateException.causeOf(failure);
                    return cause instanceof QuorateException.NodeExists
                            ? CompletableFuture.completedFuture(path)
                            : CompletableFuture.failedFuture(cause);
                })
                .thenAccept(created -> {});
    }

    /** Somebody else changed the value between the read and the write, or deleted it. */
    private static boolean isCollision(Throwable cause) {
        return cause instanceof QuorateException.MultiFailed multi
                && (multi.code() == ErrorCode.BAD_VERSION || multi.code() == ErrorCode.NO_NODE);
    }

    private static boolean isMissing(Throwable failure) {
        return QuorateException.causeOf(failure) instanceof QuorateException known
                && known.code() == ErrorCode.NO_NODE
                && !(known instanceof QuorateException.MultiFailed);
    }
}
