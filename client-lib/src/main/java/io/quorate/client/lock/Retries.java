package io.quorate.client.lock;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.lease.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Asks again when the connection broke: for questions that may be put twice, such as reads and creates of a node whose name nobody else uses. A
 * question waits for the next server by itself; what ends this is the end of the session.
 */
final class Retries {
    private Retries() {}

    static <T> CompletableFuture<T> untilAnswered(QuorateClient in, Supplier<CompletableFuture<T>> question) {
        return question.get().exceptionallyCompose(failure -> {
            QuorateException cause = Failures.of(failure);
            return cause instanceof QuorateException.ConnectionLoss
                            && !in.state().isLast()
                    ? untilAnswered(in, question)
                    : CompletableFuture.failedFuture(cause);
        });
    }
}
