package io.quorate.client;

import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.protocol.WhoAmIResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@link QuorateClient} for code that waits: the same operations, which return their value or throw the {@link QuorateException}. Each waits for
 * as long as its session does, which is bounded by the session time-out. It may be used in callbacks as well.
 */
public final class BlockingQuorate {
    private final QuorateClient client;
    private final ClientCore core;

    BlockingQuorate(QuorateClient client, ClientCore core) {
        this.client = client;
        this.core = core;
    }

    public String create(String path, byte @Nullable [] data) throws InterruptedException {
        return await(client.create(path, data));
    }

    public String create(String path, byte @Nullable [] data, CreateMode mode) throws InterruptedException {
        return await(client.create(path, data, mode));
    }

    public String create(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl)
            throws InterruptedException {
        return await(client.create(path, data, mode, acl));
    }

    public CreatedNode createWithStat(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl)
            throws InterruptedException {
        return await(client.createWithStat(path, data, mode, acl));
    }

    public CreatedNode createWithTtl(String path, byte @Nullable [] data, CreateMode mode, List<Acl> acl, Duration ttl)
            throws InterruptedException {
        return await(client.createWithTtl(path, data, mode, acl, ttl));
    }

    public void delete(String path) throws InterruptedException {
        await(client.delete(path));
    }

    public void delete(String path, int version) throws InterruptedException {
        await(client.delete(path, version));
    }

    public Optional<Stat> exists(String path) throws InterruptedException {
        return await(client.exists(path));
    }

    public Optional<Stat> exists(String path, Watcher watcher) throws InterruptedException {
        return await(client.exists(path, watcher));
    }

    public NodeData getData(String path) throws InterruptedException {
        return await(client.getData(path));
    }

    public NodeData getData(String path, Watcher watcher) throws InterruptedException {
        return await(client.getData(path, watcher));
    }

    public NodeChildren getChildren(String path) throws InterruptedException {
        return await(client.getChildren(path));
    }

    public NodeChildren getChildren(String path, Watcher watcher) throws InterruptedException {
        return await(client.getChildren(path, watcher));
    }

    public Stat setData(String path, byte @Nullable [] data) throws InterruptedException {
        return await(client.setData(path, data));
    }

    public Stat setData(String path, byte @Nullable [] data, int version) throws InterruptedException {
        return await(client.setData(path, data, version));
    }

    public NodeAcl getAcl(String path) throws InterruptedException {
        return await(client.getAcl(path));
    }

    public Stat setAcl(String path, List<Acl> acl, int version) throws InterruptedException {
        return await(client.setAcl(path, acl, version));
    }

    public void sync(String path) throws InterruptedException {
        await(client.sync(path));
    }

    public List<OpResult> multi(Op... ops) throws InterruptedException {
        return await(client.multi(ops));
    }

    public List<OpResult> multi(List<Op> ops) throws InterruptedException {
        return await(client.multi(ops));
    }

    public List<ReadResult> multiRead(List<ReadOp> ops) throws InterruptedException {
        return await(client.multiRead(ops));
    }

    public int getAllChildrenNumber(String path) throws InterruptedException {
        return await(client.getAllChildrenNumber(path));
    }

    public List<String> getEphemerals(String prefix) throws InterruptedException {
        return await(client.getEphemerals(prefix));
    }

    public void addWatch(String path, WatchMode mode, Watcher watcher) throws InterruptedException {
        await(client.addWatch(path, mode, watcher));
    }

    public void removeWatch(String path, WatcherType type, Watcher watcher) throws InterruptedException {
        await(client.removeWatch(path, type, watcher));
    }

    public void removeWatches(String path, WatcherType type) throws InterruptedException {
        await(client.removeWatches(path, type));
    }

    public boolean checkWatches(String path, WatcherType type) throws InterruptedException {
        return await(client.checkWatches(path, type));
    }

    public List<WhoAmIResponse.Identity> whoAmI() throws InterruptedException {
        return await(client.whoAmI());
    }

    public void addAuth(String scheme, byte[] auth) throws InterruptedException {
        await(client.addAuth(scheme, auth));
    }

    /** @return whether the first server has granted the session within {@code timeout} */
    public boolean awaitConnected(Duration timeout) throws InterruptedException {
        refuseOnLoop();
        try {
            client.connected().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private <T> T await(CompletableFuture<T> future) throws InterruptedException {
        refuseOnLoop();
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private void refuseOnLoop() {
        if (core.driver().isOnLoop()) {
            throw new IllegalStateException("this is the thread that would bring the answer: nothing may wait on it");
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof QuorateException known) {
            // The trace should be that of the caller who waits, not that of the I/O thread.
            known.setStackTrace(new Throwable().getStackTrace());
            return known;
        }
        return new IllegalStateException("an operation failed in a way that it should not", e);
    }
}
