package io.quorate.client.recipe;

import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.client.SessionKeeper;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.util.concurrent.CompletableFuture;

/**
 * Numbers that no other call, of any program, ever gets from the same ensemble: each is the zxid of a write of its own, so a later one is larger, and
 * there are gaps. A write whose answer was lost is simply followed by another: its number is nobody's.
 *
 * <p>They are unique as long as the servers' history is one: not across a restore of an older backup, and not across two ensembles. Safe for use by
 * any number of threads.
 */
public final class UniqueIds {
    private final SessionKeeper sessions;
    private final String path;
    private final RetryPolicy policy;

    /** @param path of the node that is written; created where it is missing */
    public UniqueIds(SessionKeeper sessions, String path, RetryPolicy policy) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        this.sessions = sessions;
        this.path = path;
        this.policy = policy;
    }

    /** @return positive, larger than any before */
    public CompletableFuture<Long> next() {
        RetryingQuorate nodes = sessions.client().retrying(policy);
        return write(nodes).exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            return cause instanceof QuorateException.NoNode
                    ? nodes.createPath(path).thenCompose(nothing -> write(nodes))
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private CompletableFuture<Long> write(RetryingQuorate nodes) {
        return nodes.overwrite(path, new byte[0]).thenApply(Stat::mzxid);
    }
}
