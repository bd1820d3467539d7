package io.quorate.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Collects what callbacks tell, for a test that waits for it with a bound. */
public final class Events<T> {
    private static final long LIMIT_SECONDS = 30;

    private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();
    private final List<T> seen = new ArrayList<>();

    public void add(T event) {
        queue.add(event);
    }

    public T next() throws InterruptedException {
        T event = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("nothing came within " + LIMIT_SECONDS + " s after " + seen);
        }
        seen.add(event);
        return event;
    }

    /** Skips what does not fit. */
    public T until(Predicate<T> wanted) throws InterruptedException {
        for (T event = next(); ; event = next()) {
            if (wanted.test(event)) {
                return event;
            }
        }
    }

    public T until(T wanted) throws InterruptedException {
        return until(wanted::equals);
    }

    /** Done as soon as it has come, earlier or now. */
    public void has(Predicate<T> wanted) throws InterruptedException {
        if (seen.stream().noneMatch(wanted)) {
            until(wanted);
        }
    }

    public void has(T wanted) throws InterruptedException {
        has(wanted::equals);
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
