package io.quorate.client.discovery;

import io.quorate.client.SessionKeeper;
import io.quorate.client.cache.CacheChange;
import io.quorate.client.cache.CacheListener;
import io.quorate.client.cache.CacheScope;
import io.quorate.client.cache.CachedNode;
import io.quorate.client.cache.TreeCache;
import io.quorate.protocol.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the instances of one service, and chooses among them.
 *
 * <p>What it knows is behind the servers by the time of an event, and without a connection it stays as it was: rather an instance too many than none at
 * all. An instance whose description cannot be read is passed over and warned of. Safe for use by any number of threads.
 */
public final class ServiceFinder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServiceFinder.class);

    private final String path;
    private final Choice choice;
    private final TreeCache cache;
    private final List<Consumer<List<ServiceInstance>>> listeners = new CopyOnWriteArrayList<>();
    private volatile List<ServiceInstance> instances = List.of();

    /** By id; of the cache's turns. */
    private final Map<String, ServiceInstance> known = new TreeMap<>();

    private ServiceFinder(SessionKeeper sessions, String path, Choice choice) {
        this.path = path;
        this.choice = choice;
        cache = TreeCache.builder(sessions, path)
                .scope(CacheScope.CHILDREN)
                .listener(new Changes())
                .start();
    }

    /**
     * @param path below which the services are
     * @param choice which instance {@link #next} gives
     */
    public static ServiceFinder start(SessionKeeper sessions, String path, String service, Choice choice) {
        String node = path.equals(Paths.ROOT) ? path + service : path + "/" + service;
        return new ServiceFinder(sessions, node, choice);
    }

    /** Done when the instances are known for the first time. */
    public CompletableFuture<Void> ready() {
        return cache.ready();
    }

    /** In the order of their ids, as far as they are known; unmodifiable. */
    public List<ServiceInstance> instances() {
        return instances;
    }

    /** The one to use now; empty if none is known. */
    public Optional<ServiceInstance> next() {
        return choice.choose(instances);
    }

    /** Told all instances whenever one has come, changed or gone. */
    public void addListener(Consumer<List<ServiceInstance>> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        cache.close();
    }

    private final class Changes implements CacheListener {
        @Override
        public void changed(CacheChange change) {
            if (change.path().equals(path)) {
                return;
            }
            Optional<ServiceInstance> instance = change.after().flatMap(ServiceFinder::read);
            String id = Paths.name(change.path());
            instance.ifPresentOrElse(found -> known.put(id, found), () -> known.remove(id));
            instances = List.copyOf(new ArrayList<>(known.values()));
            listeners.forEach(each -> each.accept(instances));
        }
    }

    private static Optional<ServiceInstance> read(CachedNode node) {
        try {
            return Optional.of(ServiceInstance.ofJson(node.data()));
        } catch (IllegalArgumentException | ArithmeticException e) {
            log.warn("{} does not describe a service instance and is passed over: {}", node.path(), e.getMessage());
            return Optional.empty();
        }
    }
}
