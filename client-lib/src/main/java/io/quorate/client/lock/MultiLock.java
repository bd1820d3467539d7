package io.quorate.client.lock;

import io.quorate.client.Op;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Several locks as one: asked for one after the other in the order of their paths, given back in the opposite one. */
final class MultiLock implements DistributedLock {
    private final List<DistributedLock> locks;

    MultiLock(List<? extends DistributedLock> locks) {
        if (locks.isEmpty()) {
            throw new IllegalArgumentException("a lock of no locks");
        }
        this.locks = locks.stream()
                .<DistributedLock>map(each -> each)
                .sorted(Comparator.comparing(DistributedLock::path))
                .toList();
        if (this.locks.stream().map(DistributedLock::path).distinct().count() != locks.size()) {
            throw new IllegalArgumentException("two locks of one path would wait for each other: " + path());
        }
    }

    @Override
    public String path() {
        return String.join(",", locks.stream().map(DistributedLock::path).toList());
    }

    @Override
    public Optional<Hold> acquire(Duration timeout) throws InterruptedException {
        long untilNanos = System.nanoTime() + nanos(timeout);
        List<Hold> won = new ArrayList<>();
        boolean complete = false;
        try {
            for (DistributedLock each : locks) {
                Optional<Hold> next = each.acquire(left(untilNanos));
                if (next.isEmpty()) {
                    return Optional.empty();
                }
                won.add(next.get());
            }
            complete = true;
            return Optional.of(new Holds(won));
        } finally {
            if (!complete) {
                won.forEach(Hold::close);
            }
        }
    }

    @Override
    public CompletableFuture<Optional<Hold>> acquireAsync(Duration timeout) {
        return next(List.of(), System.nanoTime() + nanos(timeout));
    }

    private CompletableFuture<Optional<Hold>> next(List<Hold> won, long untilNanos) {
        if (won.size() == locks.size()) {
            return CompletableFuture.completedFuture(Optional.of(new Holds(won)));
        }
        return locks.get(won.size())
                .acquireAsync(left(untilNanos))
                .whenComplete((hold, failure) -> {
                    if (failure != null || hold.isEmpty()) {
                        giveBack(won);
                    }
                })
                .thenCompose(hold -> hold.isEmpty()
                        ? CompletableFuture.completedFuture(hold)
                        : next(with(won, hold.get()), untilNanos));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    private static void giveBack(List<Hold> won) {
        for (Hold each : won) {
            each.closeAsync();
        }
    }

    private static List<Hold> with(List<Hold> won, Hold one) {
        List<Hold> all = new ArrayList<>(won);
        all.add(one);
        return all;
    }

    private static long nanos(Duration timeout) {
        return timeout.compareTo(Duration.ofDays(36_500)) > 0 ? TimeUnit.DAYS.toNanos(36_500) : timeout.toNanos();
    }

    private static Duration left(long untilNanos) {
        return Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
    }

    /** All of them; what is lost first is lost for all. */
    private static final class Holds implements Hold {
        private final List<Hold> holds;

        Holds(List<Hold> holds) {
            this.holds = List.copyOf(holds);
        }

        /** The largest: of the same locks a later holder's is larger. */
        @Override
        public long fencingToken() {
            return holds.stream().mapToLong(Hold::fencingToken).max().orElseThrow();
        }

        @Override
        public boolean isHeld() {
            return holds.stream().allMatch(Hold::isHeld);
        }

        @Override
        public Duration remaining() {
            return holds.stream()
                    .map(Hold::remaining)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }

        @Override
        public List<Op> guard() {
            return holds.stream().flatMap(each -> each.guard().stream()).toList();
        }

        @Override
        public CompletableFuture<Loss> lost() {
            return CompletableFuture.anyOf(holds.stream().map(Hold::lost).toArray(CompletableFuture<?>[]::new))
                    .thenApply(why -> (Loss) why);
        }

        @Override
        public CompletableFuture<Void> closeAsync() {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = holds.size() - 1; i >= 0; i--) {
                all.add(holds.get(i).closeAsync());
            }
            return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
        }

        @Override
        public void close() {
            for (int i = holds.size() - 1; i >= 0; i--) {
                holds.get(i).close();
            }
        }
    }
}
