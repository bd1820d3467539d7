package io.quorate.client.lock;

import io.quorate.client.QuorateException;
import io.quorate.client.lease.Contender;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.SequenceContest;
import io.quorate.client.lease.SequenceRule;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;

/** One attempt to have a lock, from its question until it is given back. */
final class Acquisition implements Contender.Events {
    /** What trying again does not mend. */
    private static final Set<ErrorCode> HOPELESS = EnumSet.of(
            ErrorCode.NO_AUTH,
            ErrorCode.INVALID_ACL,
            ErrorCode.BAD_ARGUMENTS,
            ErrorCode.NO_CHILDREN_FOR_EPHEMERALS,
            ErrorCode.UNIMPLEMENTED,
            ErrorCode.QUOTA_EXCEEDED);

    private final boolean tries;
    private final Contender contender;

    /** Completed on the session's loop: nothing that takes long may hang on it directly. */
    private final CompletableFuture<Optional<Hold>> result = new CompletableFuture<>();

    private final ScheduledFuture<?> limit;

    Acquisition(LeaseSession session, String path, SequenceRule rule, byte[] data, List<Acl> acl, Duration timeout) {
        tries = timeout.isZero();
        contender = new Contender(path, session, new SequenceContest(path, rule, data, acl), true, this);
        // A try ends with the first look, and where there is no server to ask, when the session would.
        Duration most = tries ? session.client().sessionTimeout() : timeout;
        limit = session.later(nanos(most), nowNanos -> giveUp());
        contender.start();
    }

    /** Time-outs of centuries are for ever. */
    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : duration.toNanos();
    }

    CompletableFuture<Optional<Hold>> result() {
        return result;
    }

    /** Nobody wants the result any more. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for that the place in line is gone
    void giveUp() {
        if (result.complete(Optional.empty())) {
            contender.close();
            return;
        }
        if (!result.isCompletedExceptionally()) {
            result.thenAccept(won -> won.ifPresent(Hold::closeAsync));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody wants it
    public void won(Hold hold) {
        cancelLimit();
        if (!result.complete(Optional.of(hold))) {
            contender.close();
        }
    }

    @Override
    public void waiting() {
        if (tries) {
            giveUp();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for that the place in line is gone
    public void failed(QuorateException failure) {
        if (HOPELESS.contains(failure.code()) && result.completeExceptionally(failure)) {
            cancelLimit();
            contender.close();
        }
    }

    private void cancelLimit() {
        limit.cancel(false);
    }
}
