package io.quorate.client.lock;

import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.protocol.Acl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Who comes waits while the barrier is there, and goes on when somebody removes it. The barrier is a node, as Curator's {@code
 * DistributedBarrier}: it stays when whoever set it is gone.
 */
public final class Barrier {
    private final QuorateClient client;
    private final QuorateClient direct;
    private final String path;
    private final List<Acl> acl;

    public Barrier(QuorateClient client, String path) {
        this(client, path, Acl.OPEN);
    }

    public Barrier(QuorateClient client, String path, List<Acl> acl) {
        this.client = client;
        this.direct = client.with(Runnable::run);
        this.path = path;
        this.acl = List.copyOf(acl);
    }

    /** Sets the barrier; done as well if it is there. */
    public CompletableFuture<Void> set() {
        return Retries.untilAnswered(client, () -> PermanentNodes.make(client, path, acl));
    }

    /** Lets everybody go on; done as well if it is not there. */
    public CompletableFuture<Void> remove() {
        return Retries.untilAnswered(client, () -> Failures.doneIfMissing(client.delete(path)));
    }

    /** @return whether the barrier was gone in time */
    public boolean await(Duration timeout) throws InterruptedException {
        // A server that is behind may not know yet of a barrier that somebody has set and told of.
        CompletableFuture<Void> current = Retries.untilAnswered(direct, () -> direct.sync(path));
        return NodeWait.await(
                direct,
                path,
                watcher -> current.thenCompose(synced -> direct.exists(path, watcher)),
                Optional::isEmpty,
                timeout);
    }
}
