package io.quorate.client.lease;

import io.quorate.client.QuorateException;
import io.quorate.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What a future of a client failed with. */
public final class Failures {
    private Failures() {}

    /** @throws IllegalStateException if it is none that a client may have */
    public static QuorateException of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof QuorateException known) {
            return known;
        }
        throw new IllegalStateException("an operation failed in a way that it should not", cause);
    }

    /** The value, or empty where the node does not exist. */
    public static <T> CompletableFuture<Optional<T>> emptyIfMissing(CompletableFuture<T> future) {
        return future.thenApply(Optional::of)
                .exceptionally(failure -> rethrowUnless(ErrorCode.NO_NODE, failure, Optional.empty()));
    }

    /** Done as well when the node did not exist. */
    public static CompletableFuture<Void> doneIfMissing(CompletableFuture<?> future) {
        return emptyIfMissing(future.thenApply(any -> Boolean.TRUE)).thenAccept(any -> {});
    }

    /** Something else instead, where the node does not exist. */
    public static <T> CompletableFuture<T> ifMissing(
            CompletableFuture<T> future, Supplier<CompletableFuture<T>> instead) {
        return future.exceptionallyCompose(failure ->
                of(failure).code() == ErrorCode.NO_NODE ? instead.get() : CompletableFuture.failedFuture(of(failure)));
    }

    static <T> T rethrowUnless(ErrorCode code, Throwable failure, T otherwise) {
        QuorateException cause = of(failure);
        if (cause.code() != code) {
            throw cause;
        }
        return otherwise;
    }
}
