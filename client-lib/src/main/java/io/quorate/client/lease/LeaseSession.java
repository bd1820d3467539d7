package io.quorate.client.lease;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.session.ConnectionState;
import io.quorate.client.transport.IoGroup;
import io.quorate.client.transport.SerialExecutor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that holds are held by: begins another one when the servers end it, and sees to it that losses are told before any other callback.
 *
 * <p>Safe for use by any number of threads, except where a method says otherwise.
 */
public final class LeaseSession {
    private static final Logger log = LoggerFactory.getLogger(LeaseSession.class);

    private final ClientBuilder clients;
    private final IoGroup.Lease threads;
    private final ScheduledExecutorService loop;
    private final SerialExecutor callbacks;
    private final Notices notices = new Notices();
    private final Watches.Hub watches = new Watches.Hub();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Object sessionChange = new Object();
    private long sessions;
    private volatile QuorateClient client;

    // The rest belongs to the loop.

    private final Set<SessionMember> members = new LinkedHashSet<>();
    private boolean up;
    private volatile boolean closing;

    /** Begins to connect at once. */
    public LeaseSession(ClientBuilder clients) {
        this.clients = clients;
        threads = IoGroup.acquire();
        loop = threads.loop();
        callbacks = new SerialExecutor(threads.pool(), notices::beforeCallback);
        synchronized (sessionChange) {
            client = newSession();
        }
    }

    /** The present session; another one after this was ended by the servers. Not to be closed. */
    public QuorateClient client() {
        return client;
    }

    /** Where users are called, one call after the other, losses first. */
    public Executor callbacks() {
        return callbacks;
    }

    /** Whether the caller is such a callback, which must not wait for others. */
    public boolean isInCallback() {
        return callbacks.isCurrent();
    }

    /** Runs a step on the session's thread, with the time. */
    public void onLoop(LongConsumer step) {
        try {
            loop.execute(() -> step.accept(System.nanoTime()));
        } catch (RejectedExecutionException e) {
            // All sessions of the process are closed, this one too: there is nothing left that the step could disturb.
            synchronized (members) {
                step.accept(System.nanoTime());
            }
        }
    }

    /** As {@link #onLoop}, after a while. */
    public ScheduledFuture<?> later(long delayNanos, LongConsumer step) {
        return loop.schedule(() -> step.accept(System.nanoTime()), delayNanos, TimeUnit.NANOSECONDS);
    }

    /** Takes part from now on, and is told at once if there is a server already. */
    public void add(SessionMember member) {
        onLoop(nowNanos -> {
            members.add(member);
            if (up) {
                member.connected(onLoop(client), nowNanos);
            }
        });
    }

    /** On the loop. */
    public void remove(SessionMember member) {
        members.remove(member);
    }

    Notices notices() {
        return notices;
    }

    /** On the loop. */
    Watches newWatches(Runnable onChange) {
        return watches.newWatches(onChange);
    }

    /** The number of the last session whose end was seen to. */
    private long ended;

    private QuorateClient onLoop(QuorateClient which) {
        return which.with(loop);
    }

    // ---- The session, on the loop

    private QuorateClient newSession() {
        long number = nextSession();
        return clients.copy()
                .callbackExecutor(callbacks)
                .canBeReadOnly(false)
                .listener((state, reason) -> onState(number, state, reason), loop)
                .connect();
    }

    private long nextSession() {
        synchronized (sessionChange) {
            return ++sessions;
        }
    }

    private void onState(long number, ConnectionState state, String reason) {
        QuorateClient which;
        synchronized (sessionChange) { // the first session may speak before its maker has put it into the field
            if (number != sessions) {
                return;
            }
            which = client;
        }
        long nowNanos = System.nanoTime();
        switch (state) {
            case CONNECTED -> {
                up = true;
                each(member -> member.connected(onLoop(which), nowNanos));
            }
            case SUSPENDED, LOST -> {
                up = false;
                each(member -> member.disconnected(nowNanos));
            }
            case EXPIRED, AUTH_FAILED -> {
                ended = number;
                onSessionEnded(which, state, reason, nowNanos);
            }
            case CLOSED -> {
                if (!closing && number != ended) { // not by this side's wish: the servers keep it until it expires
                    ended = number;
                    onSessionEnded(which, state, reason, nowNanos);
                }
            }
            case CONNECTING, CONNECTED_READ_ONLY -> {}
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the attempt tells of its own trouble
    private void onSessionEnded(QuorateClient which, ConnectionState state, String reason, long nowNanos) {
        up = false;
        watches.clear();
        each(member -> member.sessionEnded(nowNanos));
        which.closeAsync().whenComplete((nothing, failure) -> logBug(failure));
        if (closing) {
            return;
        }
        log.warn("the session is over ({}: {}); another one is begun", state, reason);
        long delayMs = state == ConnectionState.EXPIRED ? 0 : LeaseLimits.RETRY_MS;
        later(TimeUnit.MILLISECONDS.toNanos(delayMs), soon -> {
            if (!closing) {
                client = newSession();
            }
        });
    }

    private void each(java.util.function.Consumer<SessionMember> step) {
        List.copyOf(members).forEach(step);
    }

    // ---- Closing

    /** Whether it is being closed, or is closed: nothing will be held any more. */
    public boolean isClosing() {
        return closing;
    }

    /**
     * Closes all members, gives back what they hold, and ends the session, after everything that was queued for callbacks; within the bounds of
     * {@link LeaseLimits#MAX_CLOSE_MS} each.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // its end is logged
    public CompletableFuture<Void> closeAsync() {
        onLoop(nowNanos -> {
            if (closing) {
                return;
            }
            closing = true;
            closeMembers()
                    .thenCompose(nothing -> afterCallbacks())
                    .thenCompose(nothing -> client.closeAsync())
                    .thenRun(this::finishClose)
                    .whenComplete((nothing, bug) -> logBug(bug));
        });
        return closed.copy();
    }

    /** Where no server is there, nothing can be given back but by the end of the session. */
    private CompletableFuture<Void> closeMembers() {
        CompletableFuture<Void> all = CompletableFuture.allOf(
                List.copyOf(members).stream().map(SessionMember::closing).toArray(CompletableFuture<?>[]::new));
        return up
                ? all.completeOnTimeout(null, LeaseLimits.MAX_CLOSE_MS, TimeUnit.MILLISECONDS)
                : CompletableFuture.completedFuture(null);
    }

    /** Waits for a close in bounded time; not within a callback. */
    public void awaitClosed(CompletableFuture<Void> end) {
        if (isInCallback()) {
            return;
        }
        long limitMs = 3L * LeaseLimits.MAX_CLOSE_MS;
        if (!Waits.atMost(end, limitMs) && !Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("the session did not end within " + limitMs + " ms");
        }
    }

    /** Done, on the loop, when everything that is queued for the callback thread now has run, or has taken too long. */
    CompletableFuture<Void> afterCallbacks() {
        CompletableFuture<Void> told = new CompletableFuture<>();
        callbacks.execute(() -> told.complete(null));
        return told.orTimeout(LeaseLimits.MAX_CLOSE_MS, TimeUnit.MILLISECONDS)
                .exceptionally(tooLate -> {
                    log.warn(
                            "callbacks are still busy after {} ms; the session goes on without waiting for them",
                            LeaseLimits.MAX_CLOSE_MS);
                    return null;
                })
                .thenRunAsync(() -> {}, loop);
    }

    private void finishClose() {
        threads.close();
        closed.complete(null);
    }

    static void logBug(@org.jspecify.annotations.Nullable Throwable failure) {
        if (failure != null) {
            log.error("a lease failed in a way that it should not", failure);
        }
    }
}
