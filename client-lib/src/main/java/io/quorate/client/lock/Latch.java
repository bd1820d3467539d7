package io.quorate.client.lock;

import io.quorate.client.NodeChildren;
import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Opens, for good, when it was counted down so many times. Each count is a permanent node below the latch's own, with a name that is given once:
 * one whose answer was lost is found again and not counted twice.
 */
public final class Latch {
    private final QuorateClient client;
    private final QuorateClient direct;
    private final String path;
    private final int count;
    private final List<Acl> acl;

    /** @param count everybody on the same path must say the same */
    public Latch(QuorateClient client, String path, int count) {
        this(client, path, count, Acl.OPEN);
    }

    public Latch(QuorateClient client, String path, int count, List<Acl> acl) {
        if (count < 1 || path.equals(Paths.ROOT)) {
            throw new IllegalArgumentException(
                    "a latch at " + path + " with a count of " + count + ": not the root, and at least 1");
        }
        this.client = client;
        this.direct = client.with(Runnable::run);
        this.path = path;
        this.count = count;
        this.acl = List.copyOf(acl);
    }

    /** Counts once more. */
    public CompletableFuture<Void> countDown() {
        return countDown(UUID.randomUUID().toString());
    }

    /** Counts once for this name, however often it is called: for steps that are done again after a crash. */
    public CompletableFuture<Void> countDown(String name) {
        return Retries.untilAnswered(
                client,
                () -> Failures.ifMissing(
                        count(name),
                        () -> PermanentNodes.make(client, path, acl).thenCompose(made -> count(name))));
    }

    private CompletableFuture<Void> count(String name) {
        return client.create(path + Paths.ROOT + name, new byte[0], CreateMode.PERSISTENT, acl)
                .handle((created, failure) -> {
                    if (failure != null && Failures.of(failure).code() != ErrorCode.NODE_EXISTS) {
                        throw Failures.of(failure);
                    }
                    return null;
                });
    }

    /** How many counts are missing; 0 when it is open. */
    public CompletableFuture<Integer> missing() {
        return Failures.emptyIfMissing(client.getChildren(path))
                .thenApply(found -> Math.max(
                        0,
                        count - found.map(NodeChildren::names).orElse(List.of()).size()));
    }

    /** @return whether it was open in time */
    public boolean await(Duration timeout) throws InterruptedException {
        return NodeWait.await(
                direct,
                path,
                watcher -> Failures.ifMissing(
                        direct.getChildren(path, watcher),
                        () -> PermanentNodes.make(direct, path, acl)
                                .thenCompose(made -> direct.getChildren(path, watcher))),
                children -> children.names().size() >= count,
                timeout);
    }
}
