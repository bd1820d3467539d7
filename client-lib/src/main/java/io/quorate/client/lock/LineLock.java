package io.quorate.client.lock;

import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.SequenceRule;
import io.quorate.protocol.Acl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A line of sequential nodes, in which each acquisition has a place of its own. */
final class LineLock implements DistributedLock {
    private final LeaseSession session;
    private final String path;
    private final SequenceRule rule;
    private final byte[] data;
    private final List<Acl> acl;

    LineLock(LeaseSession session, String path, SequenceRule rule, byte[] data, List<Acl> acl) {
        this.session = session;
        this.path = path;
        this.rule = rule;
        this.data = data;
        this.acl = acl;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public Optional<Hold> acquire(Duration timeout) throws InterruptedException {
        if (session.isInCallback()) {
            throw new IllegalStateException("waiting for " + path
                    + " within a callback of its session would hold up what it waits for: use acquireAsync");
        }
        Acquisition acquisition = begin(timeout);
        try {
            return acquisition.result().get();
        } catch (InterruptedException e) {
            acquisition.giveUp();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("acquiring " + path + " failed in a way that it should not", e);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the same future is returned
    public CompletableFuture<Optional<Hold>> acquireAsync(Duration timeout) {
        Acquisition acquisition = begin(timeout);
        CompletableFuture<Optional<Hold>> told = acquisition.result().thenApplyAsync(hold -> hold, session.callbacks());
        told.whenComplete((hold, failure) -> {
            if (told.isCancelled()) {
                acquisition.giveUp();
            }
        });
        return told;
    }

    private Acquisition begin(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("a time-out of " + timeout + " for " + path + ": zero at least");
        }
        if (session.isClosing()) {
            throw new IllegalStateException("the session for " + path + " is closed");
        }
        return new Acquisition(session, path, rule, data, acl, timeout);
    }
}
