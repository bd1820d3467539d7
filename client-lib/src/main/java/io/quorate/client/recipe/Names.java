package io.quorate.client.recipe;

import io.quorate.client.NodeData;
import io.quorate.client.Op;
import io.quorate.client.OpResult;
import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.client.SessionKeeper;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Names that stand for something and that only one can have: user names, serial numbers, a short name for a long address. A name stays until it is
 * given up, whatever becomes of the program that took it; for a name that goes with its program take a {@link PersistentNode}.
 *
 * <ul>
 *   <li>Of any number of calls to {@link #bind} for one name, of any program, one is told true. It is a multi with a guard, so that a lost connection
 *       does not make the winner believe that it was somebody else.
 *   <li>Where the session ends between the request and its answer, the call fails with {@link QuorateException#mayHaveHappened()}: look the name up.
 *   <li>{@link #lookUp} may be behind the servers by what a follower is behind its leader.
 * </ul>
 *
 * <p>Safe for use by any number of threads.
 */
public final class Names {
    private final SessionKeeper sessions;
    private final String path;
    private final RetryPolicy policy;
    private final UniqueIds numbers;

    /** @param path below which the names are; not the root, created where it is missing */
    public Names(SessionKeeper sessions, String path, RetryPolicy policy) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        if (path.equals(Paths.ROOT)) {
            throw new IllegalArgumentException("names need a node of their own, not the root");
        }
        this.sessions = sessions;
        this.path = path;
        this.policy = policy;
        this.numbers = new UniqueIds(sessions, path, policy);
    }

    /**
     * Takes the name, unless somebody has it.
     *
     * @param meaning what it stands for
     * @return whether it is this call's from now on
     */
    public CompletableFuture<Boolean> bind(String name, byte[] meaning) {
        String node = node(name);
        RetryingQuorate nodes = sessions.client().retrying(policy);
        return bindOnce(nodes, node, meaning).exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            if (isCode(cause, ErrorCode.NODE_EXISTS)) {
                return CompletableFuture.completedFuture(false);
            }
            return isCode(cause, ErrorCode.NO_NODE)
                    ? nodes.createPath(path).thenCompose(nothing -> bind(name, meaning))
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private CompletableFuture<Boolean> bindOnce(RetryingQuorate nodes, String node, byte[] meaning) {
        CompletableFuture<Optional<List<OpResult>>> done =
                nodes.multi(List.of(Op.create(node, meaning.clone(), CreateMode.PERSISTENT)), path);
        return done.thenApply(results -> true);
    }

    /**
     * Takes a name that nobody has had before.
     *
     * @param prefix of the name
     * @return the name: the prefix and a number in letters and digits
     */
    public CompletableFuture<String> bindNew(String prefix, byte[] meaning) {
        return numbers.next().thenCompose(number -> {
            String name = prefix + Long.toString(number, Character.MAX_RADIX);
            return bind(name, meaning)
                    .thenCompose(ours -> ours ? CompletableFuture.completedFuture(name) : bindNew(prefix, meaning));
        });
    }

    /** @return what the name stands for, empty if nobody has it */
    public CompletableFuture<Optional<byte[]>> lookUp(String name) {
        return sessions.client()
                .retrying(policy)
                .getData(node(name))
                .thenApply(NodeData::data)
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> {
                    Throwable cause = QuorateException.causeOf(failure);
                    return isCode(cause, ErrorCode.NO_NODE)
                            ? CompletableFuture.completedFuture(Optional.empty())
                            : CompletableFuture.failedFuture(cause);
                });
    }

    /** Gives the name up, whoever has it: to be called by the one who has. */
    public CompletableFuture<Void> unbind(String name) {
        return sessions.client().retrying(policy).deleteIfExists(node(name));
    }

    private String node(String name) {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("name \"" + name + "\": it is a node's name, without a slash");
        }
        return path + "/" + name;
    }

    private static boolean isCode(Throwable cause, ErrorCode code) {
        return cause instanceof QuorateException known && known.code() == code;
    }
}
