package io.quorate.client.lease;

import io.quorate.client.Op;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Hold} that a {@link Contender} has won. The machine's thread extends and ends it; whoever first looks at the clock and finds the
 * lease over ends it too, and an extension that comes afterwards does not bring it back.
 */
final class LeaseHold implements Hold {
    private final Title title;
    private final LongSupplier clock;
    private final Runnable onLapse;
    private final Supplier<CompletableFuture<Void>> giveBack;
    private final AtomicReference<State> state;
    private final CompletableFuture<Loss> lost = new CompletableFuture<>();

    /** @param loss null while it is held */
    private record State(long untilNanos, @Nullable Loss loss) {}

    /**
     * @param onLapse called when the lease is found to be over, by any thread
     * @param giveBack what closing does; done when the servers know it
     */
    LeaseHold(
            Title title,
            long untilNanos,
            LongSupplier clock,
            Runnable onLapse,
            Supplier<CompletableFuture<Void>> giveBack) {
        this.title = title;
        this.clock = clock;
        this.onLapse = onLapse;
        this.giveBack = giveBack;
        state = new AtomicReference<>(new State(untilNanos, null));
    }

    // ---- The machine's thread

    void extend(long untilNanos) {
        state.updateAndGet(now -> now.loss == null ? new State(untilNanos, null) : now);
    }

    void end(Loss why) {
        state.updateAndGet(now -> now.loss == null ? new State(now.untilNanos, why) : now);
    }

    // ---- The callback thread

    void completeLost() {
        lost.complete(loss().orElseThrow());
    }

    // ---- Any thread

    Optional<Loss> loss() {
        State now = state();
        if (now.loss != null) {
            return Optional.of(now.loss);
        }
        if (clock.getAsLong() - now.untilNanos < 0) {
            return Optional.empty();
        }
        if (state.compareAndSet(now, new State(now.untilNanos, Loss.LEASE_ENDED))) {
            onLapse.run();
        }
        return loss(); // ended here, or extended meanwhile
    }

    private State state() {
        return Objects.requireNonNull(state.get());
    }

    @Override
    public long fencingToken() {
        return title.token();
    }

    @Override
    public boolean isHeld() {
        return loss().isEmpty();
    }

    @Override
    public Duration remaining() {
        State now = state();
        return now.loss != null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now.untilNanos - clock.getAsLong()));
    }

    @Override
    public List<Op> guard() {
        return title.guard();
    }

    @Override
    public CompletableFuture<Loss> lost() {
        return lost.copy();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return giveBack.get();
    }

    @Override
    public void close() {
        Waits.atMost(closeAsync(), LeaseLimits.MAX_CLOSE_MS);
    }

    @Override
    public String toString() {
        return "token 0x" + Long.toHexString(title.token())
                + loss().map(why -> " (" + why + ")").orElse("");
    }
}
