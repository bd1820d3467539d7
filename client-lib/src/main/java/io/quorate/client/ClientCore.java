package io.quorate.client;

import io.quorate.client.session.ConnectionState;
import io.quorate.client.session.WatchListener;
import io.quorate.client.transport.IoGroup;
import io.quorate.client.transport.SerialExecutor;
import io.quorate.client.transport.SessionDriver;
import io.quorate.protocol.EventType;
import io.quorate.protocol.WatcherEvent;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all faces of one session share: the session itself, its listeners, and its share in the process's threads. */
final class ClientCore implements SessionDriver.Events {
    private static final Logger log = LoggerFactory.getLogger(ClientCore.class);

    private final IoGroup.Lease lease;
    private final SessionDriver driver;
    private final ConnectString where;
    private final Executor callbacks;
    private final ClientMetrics metrics;
    private final List<Registered> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ConnectionState> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    /** Spreads sessions over servers and attempts over time: nobody has to guess it, and no two processes should share it. */
    private final Random random = new Random();

    /** What waits for its time; done at once when the client is closed, so that nobody waits for ever. */
    private final Set<Runnable> delayed = ConcurrentHashMap.newKeySet();

    ClientCore(ClientBuilder builder, ConnectString where) {
        this.where = where;
        metrics = builder.metrics();
        lease = IoGroup.acquire();
        Executor chosen = builder.executor();
        callbacks = chosen == null ? new SerialExecutor(lease.pool()) : chosen;
        builder.listeners()
                .forEach(each -> addListener(each.listener(), Objects.requireNonNullElse(each.executor(), callbacks)));
        driver = new SessionDriver(lease, builder.sessionConfig(where), builder.network(), metrics, random, this);
    }

    SessionDriver driver() {
        return driver;
    }

    ConnectString where() {
        return where;
    }

    Executor callbacks() {
        return callbacks;
    }

    /** Completed, on the I/O thread, when the first server granted the session, or when there will be none. */
    CompletableFuture<ConnectionState> connected() {
        return connected;
    }

    CompletableFuture<Void> closed() {
        return closed;
    }

    Random random() {
        return random;
    }

    /** Does something later, on the I/O thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task itself says what becomes of it
    void later(Runnable task, long delayNanos) {
        Runnable once = new Runnable() {
            @Override
            public void run() {
                if (delayed.remove(this)) {
                    task.run();
                }
            }
        };
        delayed.add(once);
        if (closed.isDone()) {
            once.run();
            return;
        }
        lease.loop().schedule(once, delayNanos, TimeUnit.NANOSECONDS);
    }

    void addListener(ConnectionListener listener, Executor executor) {
        listeners.add(new Registered(listener, executor));
    }

    void removeListener(ConnectionListener listener) {
        listeners.removeIf(each -> each.listener.equals(listener));
    }

    @Override
    public void stateChanged(ConnectionState state, String reason) {
        metrics.stateChanged(state);
        for (Registered each : listeners) {
            call(each.executor, () -> each.listener.stateChanged(state, reason));
        }
        if (state != ConnectionState.CONNECTING) {
            connected.complete(state);
        }
        if (state == ConnectionState.CLOSED) {
            closed.complete(null);
            List.copyOf(delayed).forEach(Runnable::run);
            lease.close();
        }
    }

    @Override
    public void watchFired(WatcherEvent event, long zxid, List<WatchListener> fired) {
        String path = event.path();
        if (path == null) {
            return;
        }
        WatchEvent told = new WatchEvent(EventType.of(event.type()), where.toUser(path), zxid);
        for (WatchListener each : fired) {
            if (each instanceof Placed placed) {
                call(placed.executor, () -> placed.watcher.changed(told));
            }
        }
    }

    /** A user's executor that takes no more must not end the session. */
    private static void call(Executor executor, Runnable callback) {
        try {
            executor.execute(callback);
        } catch (RejectedExecutionException e) {
            log.warn("an executor refused a callback, which is lost: {}", e.getMessage());
        }
    }

    /** A watcher together with where it wants to be called. */
    record Placed(Watcher watcher, Executor executor) implements WatchListener {}

    private record Registered(ConnectionListener listener, Executor executor) {}
}
