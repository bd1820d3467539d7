package io.quorate.it.harness;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Bounded waiting for something that another process does, and that only asking can tell. */
public final class Await {
    private static final long POLL_MS = 20;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @throws AssertionError after the timeout, with {@code what} and the last exception that asking threw
     */
    public static void until(String what, Duration timeout, Callable<Boolean> condition) {
        value(what, timeout, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /**
     * Waits until there is a value and returns it.
     *
     * @throws AssertionError after the timeout, with {@code what} and the last exception that asking threw
     */
    public static <T> T value(String what, Duration timeout, Callable<Optional<T>> source) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Exception last = null;
        do {
            try {
                Optional<T> value = source.call();
                if (value.isPresent()) {
                    return value.get();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting: " + what, e);
            } catch (Exception e) {
                last = e;
            }
            pause();
        } while (System.nanoTime() < deadline);
        throw new AssertionError("waited " + timeout.toMillis() + " ms in vain: " + what, last);
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
