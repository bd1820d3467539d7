package io.quorate.client.lock;

import io.quorate.client.lease.Hold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something to be held by one at a time, or by a few. Fair: who asks first has it first. Each acquisition stands in line by itself, whichever
 * thread or process it comes from.
 *
 * <pre>{@code
 * try (Hold hold = lock.acquire(Duration.ofSeconds(10)).orElseThrow()) {
 *     client.multi(and(hold.guard(), Op.setData("/account", bytes)));
 * }
 * }</pre>
 */
public interface DistributedLock {
    /** Where it is. */
    String path();

    /**
     * Waits until it is held, and no longer than this. Zero tries: it asks the servers once, and does not wait for other holders.
     *
     * @return empty if it was not to be had in time
     * @throws io.quorate.client.QuorateException if it can never be had: this client may not use the nodes, or they are of another sort
     * @throws IllegalStateException within a callback of the same session, whose end it would wait for
     */
    Optional<Hold> acquire(Duration timeout) throws InterruptedException;

    /** As {@link #acquire}, without waiting; completed on the callback executor. Cancelling it gives up, or gives back what was won meanwhile. */
    CompletableFuture<Optional<Hold>> acquireAsync(Duration timeout);
}
