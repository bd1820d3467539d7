package io.quorate.client.election;

import io.quorate.client.ConnectionListener;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.client.session.ConnectionState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches who leads without taking part, over a client of the caller's. However many observe, each costs the servers one watch, on the leader's
 * node; no candidate knows of them.
 *
 * <p>Told on the client's callback executor. Ends with the client's session: an observer that should outlive it is begun again with the next one.
 */
public final class LeaderObserver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaderObserver.class);

    private final QuorateClient client;
    private final LeaderReads reads;
    private final Consumer<Optional<Worker>> listener;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Watcher watcher = event -> read();
    private final ConnectionListener onState = this::stateChanged;

    // Guarded by this: answers and events come one after the other only where the callback executor says so.

    private boolean known;
    private Optional<Worker> told = Optional.empty();
    private CompletableFuture<Optional<Worker>> next = new CompletableFuture<>();
    private boolean reading;
    private boolean readAgain;

    private LeaderObserver(QuorateClient client, ElectionWay way, String path, Consumer<Optional<Worker>> listener) {
        this.client = client;
        this.reads = new LeaderReads(way, path);
        this.listener = listener;
    }

    /** @param listener told who leads first, and then each time when that has changed; a leader that was elected again is not a change */
    public static LeaderObserver start(
            QuorateClient client, ElectionWay way, String path, Consumer<Optional<Worker>> listener) {
        LeaderObserver observer = new LeaderObserver(client, way, path, listener);
        client.addListener(observer.onState);
        observer.read();
        return observer;
    }

    /** Who leads as far as the servers have told; empty for nobody, and before the first answer. */
    public synchronized Optional<Worker> leader() {
        return told;
    }

    /** Done as soon as what the servers tell is as wanted: that somebody leads, that nobody does, that it is not who it was. */
    public synchronized CompletableFuture<Optional<Worker>> await(Predicate<Optional<Worker>> wanted) {
        return known && wanted.test(told)
                ? CompletableFuture.completedFuture(told)
                : next.thenCompose(
                        leader -> wanted.test(leader) ? CompletableFuture.completedFuture(leader) : await(wanted));
    }

    @Override
    public void close() {
        closed.set(true);
        client.removeListener(onState);
    }

    private void stateChanged(ConnectionState state, String reason) {
        if (state == ConnectionState.CONNECTED) {
            read();
        } else if (state.isLast()) {
            close();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end is logged
    private void read() {
        synchronized (this) {
            if (closed.get() || reading) {
                readAgain = true;
                return;
            }
            reading = true;
            readAgain = false;
        }
        reads.leader(client, watcher).whenComplete(this::wasRead).whenComplete((any, bug) -> {
            if (bug != null && !(bug instanceof QuorateException)) {
                log.error("an observer failed in a way that it should not", bug);
            }
        });
    }

    private void wasRead(Optional<Worker> leader, @Nullable Throwable failure) {
        if (failure == null) {
            tell(leader);
        } else if (!(Failures.of(failure) instanceof QuorateException.ConnectionLoss)) {
            log.warn("the leader cannot be watched: {}", failure.getMessage());
        }
        if (endRead()) {
            read();
        }
    }

    private synchronized boolean endRead() {
        reading = false;
        return readAgain;
    }

    private void tell(Optional<Worker> leader) {
        CompletableFuture<Optional<Worker>> waiting;
        synchronized (this) {
            if (closed.get() || (known && leader.equals(told))) {
                return;
            }
            known = true;
            told = leader;
            waiting = next;
            next = new CompletableFuture<>();
        }
        listener.accept(leader);
        waiting.complete(leader);
    }
}
