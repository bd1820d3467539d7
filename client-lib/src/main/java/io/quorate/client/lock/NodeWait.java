package io.quorate.client.lock;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.protocol.WatcherType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads, with a watch, until what is read is as wanted. A change in between is seen: the watch is left with the read. */
final class NodeWait<T> {
    private final QuorateClient in;
    private final Function<Watcher, CompletableFuture<T>> read;
    private final Predicate<T> wanted;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** One object, so that it is left once however often is read. */
    private final Watcher watcher = this::changed;

    private NodeWait(QuorateClient in, Function<Watcher, CompletableFuture<T>> read, Predicate<T> wanted) {
        this.in = in;
        this.read = read;
        this.wanted = wanted;
    }

    /**
     * @param path of the node that {@code read} leaves its watcher on
     * @return whether it was so in time
     */
    static <T> boolean await(
            QuorateClient in,
            String path,
            Function<Watcher, CompletableFuture<T>> read,
            Predicate<T> wanted,
            Duration timeout)
            throws InterruptedException {
        NodeWait<T> wait = new NodeWait<>(in, read, wanted);
        wait.look();
        try {
            wait.done.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof QuorateException known) {
                throw known;
            }
            throw new IllegalStateException("waiting failed in a way that it should not", e);
        } finally {
            wait.end(path);
        }
    }

    /** Who waits again and again must not leave a watcher each time. */
    @SuppressWarnings("FutureReturnValueIgnored") // where there is none, there is none
    private void end(String path) {
        done.cancel(false);
        in.removeWatch(path, WatcherType.ANY, watcher);
    }

    private void changed(WatchEvent event) {
        look();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end is looked at
    private void look() {
        if (!done.isDone()) {
            Retries.untilAnswered(in, () -> read.apply(watcher)).whenComplete(this::looked);
        }
    }

    private void looked(T value, @Nullable Throwable failure) {
        if (failure != null) {
            done.completeExceptionally(Failures.of(failure));
        } else if (wanted.test(value)) {
            done.complete(null);
        }
    }
}
