package io.quorate.client.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for an end that is bound to come, within bounds all the same. */
final class Waits {
    private Waits() {}

    /** @return whether it was done in time; an interruption ends the waiting and stays set */
    static boolean atMost(CompletableFuture<?> future, long limitMs) {
        try {
            future.get(limitMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }
}
