package io.quorate.client.lock;

import io.quorate.client.NodeChildren;
import io.quorate.client.QuorateClient;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * So many begin together, and end together: {@link #enter} waits until all are there, {@link #leave} until all have gone. Who crashes counts as
 * gone. One object is one member, for one round: who enters again must not do so before all have left. Where all crash between the two, {@code ready}
 * stays, and whoever enters next is let in alone: delete the path by hand then, or take another one for each round.
 *
 * <pre>
 *   path/ID      ephemeral, one a member
 *   path/ready   made by whoever sees that all are there: who comes after that, or looks late, does not count again
 * </pre>
 */
public final class DoubleBarrier {
    private static final String READY = "ready";

    private final QuorateClient client;
    private final String path;
    private final int members;
    private final List<Acl> acl;
    private final String own;
    private final String ready;

    /** @param members everybody on the same path must say the same */
    public DoubleBarrier(QuorateClient client, String path, int members) {
        this(client, path, members, Acl.OPEN);
    }

    public DoubleBarrier(QuorateClient client, String path, int members, List<Acl> acl) {
        if (members < 1 || path.equals(Paths.ROOT)) {
            throw new IllegalArgumentException(
                    "a barrier at " + path + " for " + members + " members: not the root, and at least 1");
        }
        this.client = client.with(Runnable::run);
        this.path = path;
        this.members = members;
        this.acl = List.copyOf(acl);
        own = path + Paths.ROOT + UUID.randomUUID();
        ready = path + Paths.ROOT + READY;
    }

    /** @return whether all were there in time; if not, this one has left again */
    public boolean enter(Duration timeout) throws InterruptedException {
        // Once: who looks again because of a watch must not come again, since it may have left meanwhile.
        CompletableFuture<Void> come = Retries.untilAnswered(client, this::come);
        boolean entered =
                NodeWait.await(client, ready, watcher -> come.thenCompose(there -> look(watcher)), all -> all, timeout);
        if (!entered) {
            removeOwn(come);
        }
        return entered;
    }

    private CompletableFuture<Void> come() {
        return PermanentNodes.make(client, path, acl).thenCompose(made -> create(own, CreateMode.EPHEMERAL));
    }

    private CompletableFuture<Boolean> look(Watcher watcher) {
        return client.exists(ready, watcher)
                .thenCompose(found -> found.isPresent()
                        ? CompletableFuture.completedFuture(true)
                        : client.getChildren(path).thenCompose(this::readyIfAll));
    }

    private CompletableFuture<Boolean> readyIfAll(NodeChildren children) {
        return present(children) < members
                ? CompletableFuture.completedFuture(false)
                : create(ready, CreateMode.PERSISTENT).thenApply(made -> true);
    }

    private CompletableFuture<Void> create(String node, CreateMode mode) {
        return client.create(node, new byte[0], mode, acl).handle((created, failure) -> {
            if (failure != null && Failures.of(failure).code() != ErrorCode.NODE_EXISTS) {
                throw Failures.of(failure);
            }
            return null;
        });
    }

    /** @return whether all had gone in time; this one has in any case */
    public boolean leave(Duration timeout) throws InterruptedException {
        removeOwn(CompletableFuture.completedFuture(null));
        return NodeWait.await(
                client,
                path,
                watcher -> Failures.emptyIfMissing(client.getChildren(path, watcher))
                        .thenCompose(this::removeReadyIfLast),
                gone -> gone,
                timeout);
    }

    private CompletableFuture<Boolean> removeReadyIfLast(Optional<NodeChildren> children) {
        if (children.isPresent() && present(children.get()) > 0) {
            return CompletableFuture.completedFuture(false);
        }
        return Failures.doneIfMissing(client.delete(ready)).thenApply(done -> true);
    }

    /** @param come what may be on its way to make the node */
    private void removeOwn(CompletableFuture<Void> come) throws InterruptedException {
        NodeWait.await(
                client,
                path,
                watcher -> come.handle((there, failure) -> own)
                        .thenCompose(node -> Failures.doneIfMissing(client.delete(node)))
                        .thenApply(done -> true),
                done -> done,
                client.sessionTimeout());
    }

    private static long present(NodeChildren children) {
        return children.names().stream().filter(name -> !name.equals(READY)).count();
    }
}
