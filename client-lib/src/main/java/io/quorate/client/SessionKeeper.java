package io.quorate.client;

import io.quorate.client.session.ConnectionState;
import io.quorate.client.transport.IoGroup;
import io.quorate.client.transport.SerialExecutor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Always a session: when the servers have ended one, another is begun with the same settings. The recipes of this library that outlive sessions
 * stand on it, any number of them on one.
 *
 * <p>What belonged to the old session (ephemeral nodes, watches) is gone with it; the recipes put theirs up again. Safe for use by any number of
 * threads.
 */
public final class SessionKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SessionKeeper.class);

    /** After refused credentials: somebody has to mend them, and meanwhile the servers are to be left alone; in ms. */
    private static final long REFUSED_RETRY_MS = 5_000;

    private final ClientBuilder clients;
    private final IoGroup.Lease threads;
    private final Object sessionChange = new Object();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final List<Placed> listeners = new CopyOnWriteArrayList<>();

    // Written on the I/O thread.

    private volatile QuorateClient client;
    private volatile boolean closing;

    /** The last session whose end was told: that it is closed after that is no news. */
    private @Nullable QuorateClient ended;

    private SessionKeeper(ClientBuilder clients) {
        this.clients = clients.copy().canBeReadOnly(false);
        threads = IoGroup.acquire();
        client = newSession();
    }

    /** Begins the first session and returns at once. */
    public static SessionKeeper start(ClientBuilder clients) {
        return new SessionKeeper(clients);
    }

    /** The present session. Not to be closed. */
    public QuorateClient client() {
        return client;
    }

    /** The listener hears of the present state first, unless no server has answered yet. */
    public void addListener(SessionListener listener, Executor executor) {
        Placed placed = new Placed(listener, executor);
        onLoop(() -> {
            listeners.add(placed);
            QuorateClient present = client;
            ConnectionState state = present.state();
            if (state != ConnectionState.CONNECTING) {
                placed.tell(present, state, "at the time of listening");
            }
        });
    }

    public void removeListener(SessionListener listener) {
        onLoop(() -> listeners.removeIf(each -> each.listener.equals(listener)));
    }

    /** Runs tasks one after the other, in their order: what a recipe's callbacks want. */
    public Executor newSerialExecutor() {
        return new SerialExecutor(threads.pool());
    }

    /** Has an executor do something later. Nothing is done any more after the keeper was closed. */
    public void later(Runnable task, Executor executor, long delayMs) {
        onLoop(() -> schedule(() -> executor.execute(task), delayMs));
    }

    /**
     * Ends the present session, and is done when the servers know it or a bounded time has passed. Close what was begun over it first: a recipe that is
     * still open then comes to a stop without a word, and what it was asked for may stay unanswered.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it completes ours
    public CompletableFuture<Void> closeAsync() {
        onLoop(() -> {
            closing = true;
            client.closeAsync().whenComplete((nothing, failure) -> {
                closed.complete(null);
                threads.close();
            });
        });
        return closed.copy();
    }

    /** As {@link #closeAsync()}, and waits for it. */
    @Override
    public void close() {
        closeAsync().join();
    }

    private QuorateClient newSession() {
        QuorateClient[] made = new QuorateClient[1];
        synchronized (sessionChange) { // the session may speak before its maker knows it
            made[0] = clients.copy()
                    .listener((state, reason) -> onLoop(() -> onState(made, state, reason)), Runnable::run)
                    .connect();
            return made[0];
        }
    }

    private void onState(QuorateClient[] made, ConnectionState state, String reason) {
        QuorateClient session;
        synchronized (sessionChange) {
            session = made[0];
        }
        onState(session, state, reason);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the end of what is over
    private void onState(QuorateClient session, ConnectionState state, String reason) {
        boolean over = state.isLast() && session.equals(ended);
        if (!over || closing) {
            for (Placed each : listeners) {
                each.tell(session, state, reason);
            }
        }
        if (over || closing || !state.isLast()) {
            return;
        }
        ended = session;
        log.warn("the session is over ({}: {}); another one is begun", state, reason);
        session.closeAsync();
        schedule(this::renew, state == ConnectionState.EXPIRED ? 0 : REFUSED_RETRY_MS);
    }

    private void renew() {
        if (!closing) {
            client = newSession();
        }
    }

    private void onLoop(Runnable step) {
        try {
            threads.loop().execute(step);
        } catch (RejectedExecutionException e) {
            log.debug("after the end: {}", e.getMessage());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void schedule(Runnable task, long delayMs) {
        threads.loop().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    private record Placed(SessionListener listener, Executor executor) {
        void tell(QuorateClient session, ConnectionState state, String reason) {
            executor.execute(() -> listener.stateChanged(session, state, reason));
        }
    }
}
