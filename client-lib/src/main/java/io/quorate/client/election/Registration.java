package io.quorate.client.election;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.LeaseLimits;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.client.lease.SessionMember;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Stat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this worker's own ephemeral node in a list for as long as the session lives.
 *
 * <p>A node of this worker's id that belongs to another session is that of its own past, which the servers have not ended yet: it is left
 * alone until they do. What fails because the connection broke is done again with the next one.
 */
final class Registration implements SessionMember {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final LeaseSession session;
    private final String directory;
    private final String path;
    private final Worker self;
    private final List<Acl> acl;

    /** One object, so that it is left once on the node however often that is read. */
    private final Watcher watcher = this::changed;

    private @Nullable QuorateClient client;

    Registration(LeaseSession session, String directory, Worker self, List<Acl> acl) {
        this.session = session;
        this.directory = directory;
        this.path = ElectionWay.child(directory, self.id());
        this.self = self;
        this.acl = acl;
    }

    @Override
    public void connected(QuorateClient in, long nowNanos) {
        client = in;
        register(in);
    }

    @Override
    public void disconnected(long nowNanos) {
        client = null;
    }

    @Override
    public void sessionEnded(long nowNanos) {
        client = null;
    }

    @Override
    public CompletableFuture<Void> closing() {
        client = null;
        return CompletableFuture.completedFuture(null);
    }

    /** Created, changed, or deleted, by whomever: the watch is put back and a lost node made again. */
    private void changed(WatchEvent event) {
        QuorateClient in = client;
        if (in != null) {
            register(in);
        }
    }

    /** Looks before it writes: after a reconnect the node is there, and a write would cost the servers a transaction. */
    @SuppressWarnings("FutureReturnValueIgnored") // its failure is looked at
    private void register(QuorateClient in) {
        in.exists(path, watcher).thenCompose(stat -> found(in, stat)).whenComplete((done, failure) -> {
            if (failure != null && in.equals(client)) {
                failed(in, Failures.of(failure));
            }
        });
    }

    private CompletableFuture<Void> found(QuorateClient in, Optional<Stat> stat) {
        if (stat.isEmpty()) {
            return Failures.ifMissing(
                    create(in), () -> PermanentNodes.make(in, directory, acl).thenCompose(made -> create(in)));
        }
        if (!in.owns(stat.get())) {
            log.warn(
                    "{} still belongs to session 0x{}; this worker registers when the servers have ended that session",
                    path,
                    Long.toHexString(stat.get().ephemeralOwner()));
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> create(QuorateClient in) {
        return in.create(path, self.data(), CreateMode.EPHEMERAL, acl).thenAccept(created -> {});
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the step tells of its own trouble
    private void failed(QuorateClient in, QuorateException failure) {
        ErrorCode code = failure.code();
        if (code == ErrorCode.CONNECTION_LOSS || code == ErrorCode.SESSION_EXPIRED || code == ErrorCode.NODE_EXISTS) {
            return;
        }
        log.warn("could not register, next attempt in {} ms: {}", LeaseLimits.RETRY_MS, failure.getMessage());
        session.later(TimeUnit.MILLISECONDS.toNanos(LeaseLimits.RETRY_MS), nowNanos -> {
            if (in.equals(client)) {
                register(in);
            }
        });
    }
}
