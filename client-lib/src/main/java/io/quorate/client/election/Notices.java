package io.quorate.client.election;

import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the listener has been told, and what it must be told first. The machine's thread writes what is so; the callback thread compares that,
 * and the clock, with what it has told, {@linkplain #beforeCallback() before each callback whatsoever}. A mastership whose lease ended while
 * callbacks were queued, or while the process was stopped, is therefore revoked before any of them runs, and one that ended before it was told
 * is not told at all.
 */
final class Notices {
    private final MasterListener listener;
    private final LongSupplier clock;
    private final LongConsumer onLapse;

    /** The present term; null while this worker is not master. Set by the machine's thread; whoever first sees its lease ended takes it away. */
    private final AtomicReference<@Nullable Term> present = new AtomicReference<>();

    private volatile Revocation lastReason = Revocation.LEASE_ENDED;

    /** The term that the listener has been told and not revoked, or 0. Touched by the callback thread only. */
    private long told;

    private record Term(long number, long leaseUntilNanos) {}

    /** @param onLapse given the term whose lease ended, when that is found out here: the machine must not go on with it */
    Notices(MasterListener listener, LongSupplier clock, LongConsumer onLapse) {
        this.listener = listener;
        this.clock = clock;
        this.onLapse = onLapse;
    }

    // ---- The machine's thread

    void elected(long term, long leaseUntilNanos, Executor callbacks) {
        present.set(new Term(term, leaseUntilNanos));
        callbacks.execute(() -> tellElected(term));
    }

    void leaseExtended(long term, long leaseUntilNanos) {
        present.updateAndGet(now -> now != null && now.number == term ? new Term(term, leaseUntilNanos) : now);
    }

    void revoked(Revocation why, Executor callbacks) {
        lastReason = why;
        present.set(null);
        callbacks.execute(() -> {}); // telling it is what happens before
    }

    // ---- Any thread

    OptionalLong term() {
        Term now = present.get();
        return now != null && clock.getAsLong() - now.leaseUntilNanos < 0
                ? OptionalLong.of(now.number)
                : OptionalLong.empty();
    }

    // ---- The callback thread

    void beforeCallback() {
        long ended = told;
        if (ended != 0 && !holds(ended)) {
            told = 0;
            listener.revoked(ended, lastReason);
        }
    }

    private void tellElected(long term) {
        if (holds(term)) {
            told = term;
            listener.elected(term);
        }
    }

    private boolean holds(long term) {
        Term now = present.get();
        if (now == null || now.number != term) {
            return false;
        }
        if (clock.getAsLong() - now.leaseUntilNanos < 0) {
            return true;
        }
        if (present.compareAndSet(now, null)) {
            lastReason = Revocation.LEASE_ENDED;
            onLapse.accept(term);
            return false;
        }
        return holds(term); // extended or revoked meanwhile
    }
}
