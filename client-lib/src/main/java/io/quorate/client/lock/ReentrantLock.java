package io.quorate.client.lock;

import io.quorate.client.Op;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock that a thread which has it gets again at once, through the same object. It is given back with the last of its holds; they share one
 * token. A hold that was lost is not handed out again: the next acquisition stands in line anew.
 */
public final class ReentrantLock {
    private final DistributedLock lock;
    private final Map<Thread, Held> byThread = new ConcurrentHashMap<>();

    /** What one thread has; count is touched by that thread, and by those that close for it. */
    private static final class Held {
        private final Hold hold;
        private int count;

        Held(Hold hold) {
            this.hold = hold;
        }

        synchronized Optional<Hold> enter(Runnable onLast) {
            if (!hold.isHeld()) {
                return Optional.empty();
            }
            count++;
            return Optional.of(new Entered(this, onLast));
        }

        synchronized boolean leave() {
            return --count == 0;
        }
    }

    ReentrantLock(DistributedLock lock) {
        this.lock = lock;
    }

    public String path() {
        return lock.path();
    }

    /** As {@link DistributedLock#acquire}; at once where this thread has it. */
    public Optional<Hold> acquire(Duration timeout) throws InterruptedException {
        Thread me = Thread.currentThread();
        Held held = byThread.get(me);
        if (held != null) {
            Optional<Hold> again = held.enter(() -> byThread.remove(me, held));
            if (again.isPresent()) {
                return again;
            }
            byThread.remove(me, held);
        }
        return lock.acquire(timeout).flatMap(won -> {
            Held fresh = new Held(won);
            byThread.put(me, fresh);
            return fresh.enter(() -> byThread.remove(me, fresh));
        });
    }

    /** How many holds of this thread there are. */
    public int depth() {
        Held held = byThread.get(Thread.currentThread());
        return held == null || !held.hold.isHeld() ? 0 : held.count;
    }

    /** One of several holds of a thread. */
    private static final class Entered implements Hold {
        private final Held held;
        private final Runnable onLast;
        private final AtomicBoolean left = new AtomicBoolean();

        Entered(Held held, Runnable onLast) {
            this.held = held;
            this.onLast = onLast;
        }

        @Override
        public long fencingToken() {
            return held.hold.fencingToken();
        }

        @Override
        public boolean isHeld() {
            return !left.get() && held.hold.isHeld();
        }

        @Override
        public Duration remaining() {
            return left.get() ? Duration.ZERO : held.hold.remaining();
        }

        @Override
        public List<Op> guard() {
            return held.hold.guard();
        }

        @Override
        public CompletableFuture<Loss> lost() {
            return held.hold.lost();
        }

        @Override
        public CompletableFuture<Void> closeAsync() {
            if (leaves()) {
                return held.hold.closeAsync();
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            if (leaves()) {
                held.hold.close();
            }
        }

        private boolean leaves() {
            if (!left.compareAndSet(false, true) || !held.leave()) {
                return false;
            }
            onLast.run();
            return true;
        }
    }
}
