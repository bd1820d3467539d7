package io.quorate.client.config;

import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.client.SessionKeeper;
import io.quorate.client.cache.CacheChange;
import io.quorate.client.cache.CacheListener;
import io.quorate.client.cache.CacheState;
import io.quorate.client.cache.CachedNode;
import io.quorate.client.cache.TreeCache;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings that servers keep for any number of programs: each is a node below one path, its key the rest of the node's path, its value the node's data
 * as UTF-8 text. A node without data has no value.
 *
 * <ul>
 *   <li>Values are those of one moment: what one multi has changed is seen at once, and by {@link #values} together.
 *   <li>Without a connection, and through the end of a session, the last values stay; when there is one again, what has changed is told.
 *   <li>With a file ({@link Builder#keptIn}) the last values outlive the program: the next start has them before any server has answered. {@link
 *       #source} says where the present ones are from.
 *   <li>Where the path itself does not exist, as on servers that were set up anew, the last values stay: that is never taken for the wish to have
 *       none.
 *   <li>They may be old: by the time that an event takes, and by any time while there is no connection. What must not be decided on an old value
 *       does not belong here.
 * </ul>
 *
 * <p>Safe for use by any number of threads.
 */
public final class Configuration implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Configuration.class);
    private static final int MAX_NODES = 10_000;

    private final SessionKeeper sessions;
    private final String path;
    private final Optional<LastGood> disk;
    private final Executor turns;
    private final TreeCache cache;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final List<Setting<?>> settings = new CopyOnWriteArrayList<>();
    private final List<Consumer<Map<String, String>>> listeners = new CopyOnWriteArrayList<>();
    private volatile Map<String, String> values = Map.of();
    private volatile Source source = Source.NONE;

    /** A look at the cache has been asked for; of the turns. */
    private boolean looking;

    /** Something has changed since, which that look may have been too early for. */
    private boolean lookAgain;

    /** Where the present values are from. */
    public enum Source {
        /** No server has answered, and there was no file. */
        NONE,
        DISK,
        SERVERS
    }

    private Configuration(Builder builder) {
        sessions = builder.sessions;
        path = builder.path;
        disk = Optional.ofNullable(builder.file).map(LastGood::new);
        turns = sessions.newSerialExecutor();
        disk.flatMap(LastGood::read).ifPresent(found -> {
            values = found;
            source = Source.DISK;
            ready.complete(null);
        });
        cache = TreeCache.builder(sessions, path).maxNodes(MAX_NODES).start();
    }

    /** Only now, when there is all that a look needs; it sees what the cache has learned before, too. */
    private void follow() {
        cache.addListener(new Changes());
        turns.execute(this::look);
    }

    /** @param path below which the settings are */
    public static Builder builder(SessionKeeper sessions, String path) {
        return new Builder(sessions, path);
    }

    // ---- Values

    /** Done when there are values, be it from disk. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    public Source source() {
        return source;
    }

    /** All values by their keys, as they were at one moment; unmodifiable. */
    public Map<String, String> values() {
        return values;
    }

    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /**
     * A value of a type, which follows the servers.
     *
     * @param preset what it is where the configuration has none
     * @param parser throws what it likes at a text that it cannot understand: then the value stays as it is
     */
    public <T> Setting<T> setting(String key, T preset, Function<String, T> parser) {
        checkKey(key);
        Setting<T> setting = new Setting<>(key, preset, parser);
        setting.update(text(key));
        turns.execute(() -> {
            settings.add(setting);
            setting.update(text(key));
        });
        return setting;
    }

    public Setting<String> setting(String key, String preset) {
        return setting(key, preset, Function.identity());
    }

    public Setting<Integer> setting(String key, int preset) {
        return setting(key, preset, text -> Integer.valueOf(text.strip()));
    }

    public Setting<Boolean> setting(String key, boolean preset) {
        return setting(key, preset, Configuration::parseBoolean);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false is expected");
        };
    }

    /** Told all values whenever some have changed. */
    public void addListener(Consumer<Map<String, String>> listener) {
        listeners.add(listener);
    }

    /** Writes a value for everybody. Of two programs that set one key at the same time the last wins; after a lost answer it may be written again. */
    public CompletableFuture<Void> set(String key, String value) {
        checkKey(key);
        String node = node(key);
        byte[] data = value.getBytes(StandardCharsets.UTF_8);
        RetryingQuorate nodes = sessions.client().retrying(RetryPolicy.DEFAULT);
        return nodes.overwrite(node, data).thenAccept(stat -> {}).exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            return cause instanceof QuorateException.NoNode
                    ? nodes.createPath(Paths.parent(node)).thenCompose(nothing -> create(nodes, node, data))
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private static CompletableFuture<Void> create(RetryingQuorate nodes, String node, byte[] data) {
        return nodes.create(node, data, CreateMode.PERSISTENT)
                .thenAccept(created -> {})
                .exceptionallyCompose(failure -> {
                    Throwable cause = QuorateException.causeOf(failure);
                    return cause instanceof QuorateException.NodeExists
                            ? nodes.overwrite(node, data).thenAccept(stat -> {})
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private void checkKey(String key) {
        Paths.problem(node(key)).ifPresent(problem -> {
            throw new IllegalArgumentException("key \"" + key + "\": " + problem);
        });
    }

    private String node(String key) {
        return prefix() + key;
    }

    private String prefix() {
        return path.equals(Paths.ROOT) ? path : path + "/";
    }

    /** Follows the servers no longer; the last values stay. */
    @Override
    public void close() {
        cache.close();
    }

    // ---- Turns

    private final class Changes implements CacheListener {
        @Override
        public void changed(CacheChange change) {
            turns.execute(Configuration.this::look);
        }

        @Override
        public void stateChanged(CacheState state, String reason) {
            if (state == CacheState.CURRENT) {
                turns.execute(Configuration.this::look);
            } else if (state == CacheState.FAILED || state == CacheState.CLOSED) {
                ready.completeExceptionally(new IllegalStateException("the configuration " + path + ": " + reason));
            }
        }
    }

    /** Any number of changes are seen by one look, at a moment at which the cache is the tree of one moment. */
    @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to seen
    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        lookAgain = false;
        cache.snapshot().whenCompleteAsync(this::seen, turns);
    }

    private void seen(@Nullable NavigableMap<String, CachedNode> nodes, @Nullable Throwable failure) {
        looking = false;
        if (lookAgain) {
            look();
        }
        if (nodes == null) {
            ready.completeExceptionally(new IllegalStateException("the configuration " + path, failure));
            return;
        }
        if (!nodes.containsKey(path) && source != Source.NONE) {
            log.warn("{} does not exist: the {} values that are known stay as they are", path, values.size());
            return;
        }
        Map<String, String> next = new TreeMap<>();
        for (CachedNode each : nodes.values()) {
            if (!each.path().equals(path) && each.data().length > 0) {
                next.put(each.path().substring(prefix().length()), each.text());
            }
        }
        use(Map.copyOf(next));
    }

    private void use(Map<String, String> next) {
        boolean changed = !next.equals(values);
        boolean first = source != Source.SERVERS;
        if (changed || first) {
            disk.ifPresent(file -> file.write(next)); // whoever has seen a value finds it again
        }
        values = next;
        source = Source.SERVERS;
        ready.complete(null);
        if (changed) {
            settings.forEach(each -> each.update(Optional.ofNullable(next.get(each.key()))));
            listeners.forEach(each -> tell(each, next));
        }
    }

    /** A listener's mistake must not keep others from what they have to know. */
    private void tell(Consumer<Map<String, String>> listener, Map<String, String> next) {
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            log.error("a listener of the configuration {} failed", path, e);
        }
    }

    /** Collects what a configuration needs; all has a default. */
    public static final class Builder {
        private final SessionKeeper sessions;
        private final String path;
        private @Nullable Path file;

        private Builder(SessionKeeper sessions, String path) {
            this.sessions = sessions;
            this.path = path;
        }

        /** Keeps the last values in this file, one for each program; its directory has to exist. Default: nowhere. */
        public Builder keptIn(Path lastGood) {
            file = lastGood;
            return this;
        }

        /** Reads the file, if there is one, and begins to follow the servers. */
        public Configuration start() {
            Configuration configuration = new Configuration(this);
            configuration.follow();
            return configuration;
        }
    }
}
