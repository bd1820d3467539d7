package io.quorate.client.cache;

import io.quorate.client.NodeChildren;
import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.SessionKeeper;
import io.quorate.client.SessionListener;
import io.quorate.client.Watcher;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of one node, of a node and its children, or of a node and all below it, which follows the servers by a recursive persistent watch.
 *
 * <pre>{@code
 * SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder("a:2181,b:2181,c:2181"));
 * TreeCache cache = TreeCache.builder(sessions, "/services").scope(CacheScope.TREE).listener(change -> …).start();
 * }</pre>
 *
 * <ul>
 *   <li>{@link #get} and {@link #children} answer at once from memory; what they show is behind the servers by the time that an event and a read
 *       take.
 *   <li>Changes are told in the servers' order. Several of one node may be told as one, but its last state always is.
 *   <li>{@link #snapshot} is the tree of one moment, also across nodes that one multi has changed.
 *   <li>SUSPENDED, LOST: the cache is {@link CacheState#STALE} and keeps what it has. When there is a connection again it is looked through,
 *       which asks for one {@link Stat} a node, and what happened meanwhile is told. EXPIRED: the same, over the next session.
 *   <li>A node that may not be read counts as not there. With more than {@code maxNodes} nodes the cache gives up: {@link CacheState#FAILED}.
 * </ul>
 *
 * <p>Safe for use by any number of threads.
 */
public final class TreeCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TreeCache.class);
    private static final int DEFAULT_MAX_NODES = 100_000;

    private final SessionKeeper sessions;
    private final String path;
    private final Executor turns;
    private final List<CacheListener> listeners;
    private final NavigableMap<String, CachedNode> nodes = new ConcurrentSkipListMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final SessionListener onState = this::onState;
    private final Watcher watcher;
    private volatile CacheState state = CacheState.STALE;

    // The rest belongs to the turns.

    private final CacheMachine machine;
    private final List<CompletableFuture<NavigableMap<String, CachedNode>>> snapshots = new ArrayList<>();
    private @Nullable QuorateClient session;

    private TreeCache(Builder builder) {
        sessions = builder.sessions;
        path = builder.path;
        listeners = new CopyOnWriteArrayList<>(builder.listeners);
        turns = sessions.newSerialExecutor();
        machine = new CacheMachine(path, builder.scope, builder.maxNodes, nodes, new Port());
        watcher = event -> machine.onEvent(event.type(), event.path(), event.zxid());
    }

    public static Builder builder(SessionKeeper sessions, String path) {
        return new Builder(sessions, path);
    }

    // ---- For users

    public CacheState state() {
        return state;
    }

    /** Done when the cache was up to date for the first time; fails if it never will be. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** The node as far as it is known, empty if there is none. */
    public Optional<CachedNode> get(String nodePath) {
        return Optional.ofNullable(nodes.get(nodePath));
    }

    /** The node that the cache is about. */
    public Optional<CachedNode> root() {
        return get(path);
    }

    /** The children of a node as far as they are known, in the order of their names. */
    public List<CachedNode> children(String nodePath) {
        String prefix = nodePath.equals(Paths.ROOT) ? nodePath : nodePath + "/";
        List<CachedNode> result = new ArrayList<>();
        for (CachedNode each : nodes.tailMap(prefix, false).values()) {
            if (!each.path().startsWith(prefix)) {
                break;
            }
            if (each.path().indexOf('/', prefix.length()) < 0) {
                result.add(each);
            }
        }
        return result;
    }

    /**
     * The nodes by their paths, as the tree was at one moment after this was asked for or right before. Under changes without a pause it may be
     * long in coming; without a connection it waits for one.
     */
    public CompletableFuture<NavigableMap<String, CachedNode>> snapshot() {
        CompletableFuture<NavigableMap<String, CachedNode>> result = new CompletableFuture<>();
        turns.execute(() -> {
            snapshots.add(result);
            if (machine.isSettled()) {
                giveSnapshots();
            } else if (machine.state() == CacheState.FAILED || machine.state() == CacheState.CLOSED) {
                refuseSnapshots("the cache is " + machine.state());
            }
        });
        return result;
    }

    public void addListener(CacheListener listener) {
        listeners.add(listener);
    }

    public void removeListener(CacheListener listener) {
        listeners.remove(listener);
    }

    /** Takes the watch back. Listeners are told CLOSED and then nothing more. */
    @Override
    public void close() {
        sessions.removeListener(onState);
        turns.execute(this::end);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // where the watch cannot be taken back, there is none
    private void end() {
        machine.close();
        QuorateClient last = session;
        if (last != null) {
            last.removeWatch(path, WatcherType.PERSISTENT_RECURSIVE, watcher);
        }
    }

    private void start() {
        sessions.addListener(onState, turns);
    }

    private void onState(QuorateClient client, ConnectionState connection, String reason) {
        switch (connection) {
            case CONNECTED -> {
                session = client.with(turns);
                machine.onConnected();
            }
            case SUSPENDED, LOST, EXPIRED, AUTH_FAILED, CLOSED -> machine.onDisconnected(reason);
            default -> {}
        }
    }

    private void giveSnapshots() {
        NavigableMap<String, CachedNode> copy = Collections.unmodifiableNavigableMap(new TreeMap<>(nodes));
        List.copyOf(snapshots).forEach(each -> each.complete(copy));
        snapshots.clear();
    }

    private void refuseSnapshots(String reason) {
        IllegalStateException failure = new IllegalStateException(reason);
        List.copyOf(snapshots).forEach(each -> each.completeExceptionally(failure));
        snapshots.clear();
    }

    // ---- What the machine asks for

    @SuppressWarnings("FutureReturnValueIgnored") // the outcome goes to the machine
    private final class Port implements CachePort {
        @Override
        public void watch(long id) {
            client().addWatch(path, WatchMode.PERSISTENT_RECURSIVE, watcher)
                    .whenComplete(outcome(id, nothing -> machine.onWatching(id)));
        }

        @Override
        public void read(long id, String nodePath) {
            client().getData(nodePath).whenComplete(this.<NodeData>outcomeOrNone(id, found -> {
                machine.onData(id, found == null ? new byte[0] : found.data(), found == null ? null : found.stat());
            }));
        }

        @Override
        public void check(long id, String nodePath) {
            client().exists(nodePath)
                    .whenComplete(this.<Optional<Stat>>outcomeOrNone(
                            id, found -> machine.onStat(id, found == null ? null : found.orElse(null))));
        }

        @Override
        public void list(long id, String nodePath) {
            client().getChildren(nodePath).whenComplete(this.<NodeChildren>outcomeOrNone(id, found -> {
                machine.onChildren(id, found == null ? List.of() : found.names(), found == null ? null : found.stat());
            }));
        }

        private <T> BiConsumer<T, @Nullable Throwable> outcome(long id, java.util.function.Consumer<T> then) {
            return (value, failure) -> {
                if (failure == null) {
                    then.accept(value);
                } else {
                    failed(id, failure);
                }
            };
        }

        /** What is not there and what may not be read is told as null. */
        private <T> BiConsumer<@Nullable T, @Nullable Throwable> outcomeOrNone(
                long id, java.util.function.Consumer<@Nullable T> then) {
            return (value, failure) -> {
                if (failure == null
                        || QuorateException.causeOf(failure) instanceof QuorateException.NoNode
                        || QuorateException.causeOf(failure) instanceof QuorateException.NoAuth) {
                    then.accept(value);
                } else {
                    failed(id, failure);
                }
            };
        }

        /** Without a connection the whole is begun anew when there is one. */
        private void failed(long id, Throwable failure) {
            if (QuorateException.causeOf(failure) instanceof QuorateException known
                    && (known.code() == ErrorCode.CONNECTION_LOSS
                            || known.code() == ErrorCode.SESSION_EXPIRED
                            || known.code() == ErrorCode.AUTH_FAILED)) {
                return;
            }
            machine.onReadFailed(
                    id, String.valueOf(QuorateException.causeOf(failure).getMessage()));
        }

        private QuorateClient client() {
            QuorateClient present = session;
            if (present == null) {
                throw new IllegalStateException("a cache reads only after it was connected");
            }
            return present;
        }

        @Override
        public void changed(CacheChange change) {
            for (CacheListener each : listeners) {
                tell(() -> each.changed(change));
            }
        }

        @Override
        public void stateChanged(CacheState next, String reason) {
            state = next;
            if (next == CacheState.FAILED) {
                log.warn("the cache of {} gives up: {}", path, reason);
            }
            if (next == CacheState.FAILED || next == CacheState.CLOSED) {
                ready.completeExceptionally(new IllegalStateException("the cache of " + path + ": " + reason));
                refuseSnapshots("the cache of " + path + ": " + reason);
            }
            for (CacheListener each : listeners) {
                tell(() -> each.stateChanged(next, reason));
            }
        }

        /** A listener's mistake must not keep the cache from what it has to do. */
        private void tell(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                log.error("a listener of the cache of {} failed", path, e);
            }
        }

        @Override
        public void settled() {
            giveSnapshots();
            ready.complete(null);
        }
    }

    /** Collects what a cache needs; all has a default. */
    public static final class Builder {
        private final SessionKeeper sessions;
        private final String path;
        private final List<CacheListener> listeners = new ArrayList<>();
        private CacheScope scope = CacheScope.TREE;
        private int maxNodes = DEFAULT_MAX_NODES;

        private Builder(SessionKeeper sessions, String path) {
            Paths.problem(path).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
            this.sessions = sessions;
            this.path = path;
        }

        /** Default: {@link CacheScope#TREE}. */
        public Builder scope(CacheScope value) {
            scope = value;
            return this;
        }

        /** Told of everything from the first node on. */
        public Builder listener(CacheListener listener) {
            listeners.add(listener);
            return this;
        }

        /** How many nodes the cache may hold. Default: 100,000. */
        public Builder maxNodes(int nodes) {
            if (nodes < 1) {
                throw new IllegalArgumentException("maxNodes " + nodes + ": at least 1");
            }
            maxNodes = nodes;
            return this;
        }

        public TreeCache start() {
            TreeCache cache = new TreeCache(this);
            cache.start();
            return cache;
        }
    }
}
