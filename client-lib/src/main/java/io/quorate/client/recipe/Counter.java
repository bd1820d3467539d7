package io.quorate.client.recipe;

import io.quorate.client.RetryPolicy;
import io.quorate.client.SessionKeeper;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * A number that any number of programs add to, each addition carried out exactly once ({@link AtomicValue}). The node holds eight bytes, the highest
 * first, as Curator's {@code DistributedAtomicLong} has it.
 */
public final class Counter {
    private final AtomicValue value;

    /** Zero, until somebody adds to it. */
    public Counter(SessionKeeper sessions, String path, RetryPolicy policy) {
        value = new AtomicValue(sessions, path, bytes(0), policy);
    }

    public CompletableFuture<Long> get() {
        return value.get().thenApply(Counter::number);
    }

    /** @return the sum */
    public CompletableFuture<Long> add(long delta) {
        return value.update(bytes -> bytes(Math.addExact(number(bytes), delta))).thenApply(Counter::number);
    }

    public CompletableFuture<Boolean> compareAndSet(long expected, long next) {
        return value.compareAndSet(bytes(expected), bytes(next));
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] bytes) {
        if (bytes.length != Long.BYTES) {
            throw new IllegalStateException("a counter's node holds " + bytes.length + " bytes, 8 are expected");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }
}
