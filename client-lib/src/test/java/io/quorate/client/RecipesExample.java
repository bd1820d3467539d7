package io.quorate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.client.cache.CachedNode;
import io.quorate.client.cache.TreeCache;
import io.quorate.client.config.Configuration;
import io.quorate.client.config.Setting;
import io.quorate.client.discovery.Choice;
import io.quorate.client.discovery.ServiceFinder;
import io.quorate.client.discovery.ServiceInstance;
import io.quorate.client.discovery.ServiceRegistration;
import io.quorate.client.recipe.AtomicValue;
import io.quorate.client.recipe.Counter;
import io.quorate.client.recipe.GroupMembership;
import io.quorate.client.recipe.Names;
import io.quorate.client.recipe.PersistentNode;
import io.quorate.client.recipe.UniqueIds;
import io.quorate.client.recipe.WorkQueue;
import java.nio.file.Path;

/** The programs of docs/recipes.md. */
@SuppressWarnings("FutureReturnValueIgnored")
final class RecipesExample {
    private final SessionKeeper sessions;
    private final Path directory;

    RecipesExample(SessionKeeper sessions, Path directory) {
        this.sessions = sessions;
        this.directory = directory;
    }

    static SessionKeeper open(String servers) {
        SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder(servers));
        return sessions;
    }

    void cache() {
        try (TreeCache cache = TreeCache.builder(sessions, "/catalogue").start()) {
            cache.ready().join();
            for (CachedNode each : cache.children("/catalogue")) {
                System.out.println(each.path() + " is " + each.text());
            }
        }
    }

    void presence() {
        PersistentNode node = PersistentNode.start(sessions, "/online/worker-1", "10.0.0.1".getBytes(UTF_8));
        node.ready().join();
        node.setData("10.0.0.2".getBytes(UTF_8));
        node.closeAsync().join();
    }

    void group() {
        GroupMembership group = GroupMembership.join(
                sessions, "/groups/indexers", "worker-1", new byte[0], change -> System.out.println(change));
        group.ready().join();
        System.out.println("members: " + group.members().keySet());
        group.leave().join();
    }

    void values() {
        Counter visits = new Counter(sessions, "/counters/visits", RetryPolicy.DEFAULT);
        System.out.println("visit number " + visits.add(1).join());

        AtomicValue best = new AtomicValue(sessions, "/best", "0".getBytes(UTF_8), RetryPolicy.DEFAULT);
        best.update(old -> Integer.parseInt(new String(old, UTF_8)) < 42 ? "42".getBytes(UTF_8) : old)
                .join();

        UniqueIds ids = new UniqueIds(sessions, "/ids", RetryPolicy.DEFAULT);
        System.out.println("nobody else has " + ids.next().join());
    }

    void names() {
        Names users = new Names(sessions, "/users", RetryPolicy.DEFAULT);
        boolean ours = users.bind("ada", "account 17".getBytes(UTF_8)).join();
        System.out.println(ours ? "the name is free and now ours" : "somebody has it");
        String session = users.bindNew("guest-", new byte[0]).join();
        users.unbind(session).join();
    }

    void queue() {
        try (WorkQueue queue = WorkQueue.open(sessions, "/work", RetryPolicy.DEFAULT)) {
            queue.put("resize image 7".getBytes(UTF_8), 5).join();
            WorkQueue.Item item = queue.take().join();
            System.out.println("doing: " + new String(item.data(), UTF_8));
            item.done().join();
        }
    }

    void configuration() {
        try (Configuration configuration = Configuration.builder(sessions, "/config/shop")
                .keptIn(directory.resolve("shop.config"))
                .start()) {
            Setting<Integer> limit = configuration.setting("requests/limit", 100);
            limit.addListener(value -> System.out.println("from now on " + value));
            configuration.ready().join();
            System.out.println("limit " + limit.get() + ", known from " + configuration.source());
            configuration.set("requests/limit", "250").join();
        }
    }

    void services() {
        ServiceRegistration registration = ServiceRegistration.announce(
                sessions, "/services", ServiceInstance.of("billing", "billing-1", "10.0.0.1", 8080));
        registration.ready().join();
        try (ServiceFinder billing = ServiceFinder.start(sessions, "/services", "billing", Choice.roundRobin())) {
            billing.ready().join();
            billing.next().ifPresent(instance -> System.out.println("call " + instance.address()));
        }
        registration.closeAsync().join();
    }
}
