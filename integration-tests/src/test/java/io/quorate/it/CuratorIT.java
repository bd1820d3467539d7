package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Holders;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.atomic.AtomicValue;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.shared.VersionedValue;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryNTimes;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Curator's recipes, all at once and each from three clients, while the leading server dies: never too many inside, nothing
 * lost that was confirmed, and everybody goes on afterwards.
 */
@Timeout(240)
class CuratorIT {
    private static final Kind KIND = Kind.underTest();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PATIENCE_S = 10;
    private static final int CLIENTS = 3;
    private static final long TTL_MS = 5_000;
    private static final int BARRIER_PATIENCE_S = 4;

    /** What each recipe has to do before a fault, and after it. */
    private static final int STEPS = 9;

    @RegisterExtension
    final Servers servers = new Servers();

    private final List<Client> clients = new ArrayList<>();
    private final List<Holders> holders = new ArrayList<>();
    private final Map<String, AtomicLong> steps = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong uncertain = new AtomicLong();
    private final Set<Long> handedOut = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Long> handedOutTwice = new ConcurrentLinkedQueue<>();
    private final Set<Integer> counted = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Integer> countedTwice = new ConcurrentLinkedQueue<>();
    private final AtomicLong barrierRound = new AtomicLong(1);
    private final Map<String, AtomicLong> arrived = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrongBarriers = new ConcurrentLinkedQueue<>();
    private final Map<String, String> lastWritten = new ConcurrentHashMap<>();
    private final List<CuratorCache> caches = new ArrayList<>();
    private final List<PersistentNode> persistent = new ArrayList<>();
    private final List<GroupMember> members = new ArrayList<>();
    private final List<ServiceDiscovery<Void>> discoveries = new ArrayList<>();

    /** One application with a session of its own. */
    private record Client(String name, CuratorFramework curator) {}

    /** What a recipe's thread does again and again. */
    private interface Step {
        void run() throws Exception;
    }

    @Test
    @Tag("full")
    void theRecipesGoOnWhenTheLeaderIsKilled() throws Exception {
        underFaults(2, leader -> leader.kill9(), KIND, KIND, KIND);
    }

    @Test
    @Tag("full")
    @Timeout(1200)
    void theRecipesGoOnWhenLeadersAreKilledAgainAndAgain() throws Exception {
        underFaults(15, leader -> leader.kill9(), KIND, KIND, KIND);
    }

    @Test
    @Tag("full")
    @Timeout(1200)
    void theRecipesGoOnWhenTheLeaderStandsStill() throws Exception {
        underFaults(5, ServerProcess::pause, KIND, KIND, KIND);
    }

    @Test
    @Tag("full")
    @Timeout(1200)
    void theRecipesGoOnInAMixedEnsemble() throws Exception {
        underFaults(6, leader -> leader.kill9(), KIND, KIND, KIND, Kind.APACHE);
    }

    private void underFaults(int rounds, Consumer<ServerProcess> fault, Kind... voters) throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(voters).config("extendedTypesEnabled", "true"))
                .start()
                .awaitServing();
        for (int i = 1; i <= CLIENTS; i++) {
            clients.add(connect("client-" + i, ensemble));
        }
        startRecipes();
        awaitSteps();
        for (int i = 0; i < rounds; i++) {
            ServerProcess leader = ensemble.leader();
            fault.accept(leader);
            Await.until(
                    "another leader than " + leader,
                    PATIENCE,
                    () -> ensemble.servers().stream()
                            .anyMatch(server -> server != leader
                                    && server.mode().filter("leader"::equals).isPresent()));
            awaitSteps();
            if (leader.isRunning()) {
                leader.resume();
            } else {
                leader.start();
            }
            ensemble.awaitServing();
            awaitSteps();
            assertEverybodyIsThere(ensemble);
        }
        stopThreads();
        check();
    }

    private Client connect(String name, Ensemble ensemble) throws Exception {
        CuratorFramework curator = CuratorFrameworkFactory.builder()
                .connectString(ensemble.connectString())
                .sessionTimeoutMs(Math.toIntExact(StockClient.SESSION_TIMEOUT.toMillis()))
                .connectionTimeoutMs(PATIENCE_S * 1000)
                .retryPolicy(new RetryNTimes(60, 250))
                .build();
        curator.getConnectionStateListenable().addListener((client, state) -> {
            if (state == ConnectionState.LOST) {
                holders.forEach(each -> each.exit(name));
            }
        });
        servers.closing(curator).start();
        assertThat(curator.blockUntilConnected(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        return new Client(name, curator);
    }

    // ---- the recipes

    private void startRecipes() throws Exception {
        CuratorFramework first = clients.get(0).curator();
        first.create().forPath("/guarded", bytes("0"));
        first.create().forPath("/cache");
        Holders mutex = guard("mutex", 1);
        Holders semaphore = guard("semaphore", 2);
        Holders readWrite = guard("read-write lock", CLIENTS);
        Holders multiLock = guard("multi-lock", 1);
        Holders latch = guard("latch", 1);
        Holders selector = guard("selector", 1);
        for (Client client : clients) {
            locks(client, mutex, readWrite);
            multiLock(client, multiLock);
            barrier(client);
            doubleBarrier(client);
            sharedCount(client);
            semaphore(client, semaphore);
            latch(client, latch);
            selector(client, selector);
            counter(client);
            cache(client);
            presence(client);
        }
    }

    private Holders guard(String name, int capacity) {
        Holders guard = new Holders(name, capacity);
        holders.add(guard);
        return guard;
    }

    private void locks(Client client, Holders mutex, Holders readWrite) {
        InterProcessLock lock = new InterProcessMutex(client.curator(), "/mutex");
        loop("mutex", client, () -> inside(lock, mutex, client, 1, () -> incrementGuarded(client)));
        InterProcessReadWriteLock both = new InterProcessReadWriteLock(client.curator(), "/read-write");
        loop("read-write lock", client, () -> {
            inside(both.readLock(), readWrite, client, 1, () -> {});
            inside(both.writeLock(), readWrite, client, CLIENTS, () -> {});
        });
    }

    private void multiLock(Client client, Holders guard) {
        InterProcessLock lock = new InterProcessMultiLock(client.curator(), List.of("/multi-lock-1", "/multi-lock-2"));
        loop("multi-lock", client, () -> inside(lock, guard, client, 1, () -> {}));
    }

    private void barrier(Client client) {
        DistributedBarrier barrier = new DistributedBarrier(client.curator(), "/barrier-" + client.name());
        loop("barrier", client, () -> {
            barrier.setBarrier();
            if (barrier.waitOnBarrier(1, TimeUnit.MILLISECONDS)) {
                wrongBarriers.add(client.name() + " went through a barrier that was set");
            }
            barrier.removeBarrier();
            if (!barrier.waitOnBarrier(PATIENCE_S, TimeUnit.SECONDS)) {
                wrongBarriers.add(client.name() + " was held by a barrier that was gone");
            }
        });
    }

    /**
     * All go through one barrier after the other. Who falls out of one gives it up for all: its node stays there until its session ends, and
     * the recipe does not let it in again. The others, when they have waited in vain, follow it to the next.
     */
    private void doubleBarrier(Client client) {
        loop("double barrier", client, () -> {
            long round = barrierRound.get();
            try {
                throughDoubleBarrier(client, "/double-barrier/" + round);
            } finally {
                barrierRound.compareAndSet(round, round + 1);
            }
        });
    }

    private void throughDoubleBarrier(Client client, String path) throws Exception {
        DistributedDoubleBarrier barrier = new DistributedDoubleBarrier(client.curator(), path, CLIENTS);
        AtomicLong all = arrived.computeIfAbsent(path, key -> new AtomicLong());
        all.incrementAndGet();
        if (!barrier.enter(BARRIER_PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not everybody came to " + path);
        }
        if (client.curator().checkExists().forPath(path + "/ready") == null) {
            // The recipe takes any event of its session for the last one's arrival, also that it has connected again.
            throw new IllegalStateException("let into " + path + " by its own recipe only");
        }
        if (all.get() != CLIENTS) {
            wrongBarriers.add(client.name() + " entered " + path + " when " + all + " had come");
        }
        if (!barrier.leave(BARRIER_PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("not everybody left " + path);
        }
    }

    private void sharedCount(Client client) throws Exception {
        SharedCount count = servers.closing(new SharedCount(client.curator(), "/shared-count", 0));
        count.start();
        loop("shared count", client, () -> {
            VersionedValue<Integer> before = count.getVersionedValue();
            if (count.trySetCount(before, before.getValue() + 1) && !counted.add(before.getValue() + 1)) {
                countedTwice.add(before.getValue() + 1);
            }
        });
    }

    private static void inside(InterProcessLock lock, Holders guard, Client client, int weight, Step step)
            throws Exception {
        if (!lock.acquire(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no turn within " + PATIENCE_S + " s");
        }
        guard.enter(client.name(), weight);
        try {
            step.run();
        } finally {
            guard.exit(client.name());
            lock.release();
        }
    }

    private void incrementGuarded(Client client) throws Exception {
        Stat stat = new Stat();
        long value = Long.parseLong(
                text(client.curator().getData().storingStatIn(stat).forPath("/guarded")));
        uncertain.incrementAndGet();
        client.curator().setData().withVersion(stat.getVersion()).forPath("/guarded", bytes("" + (value + 1)));
        uncertain.decrementAndGet();
        confirmed.incrementAndGet();
    }

    private void semaphore(Client client, Holders guard) {
        InterProcessSemaphoreV2 semaphore = new InterProcessSemaphoreV2(client.curator(), "/semaphore", 2);
        loop("semaphore", client, () -> {
            Lease lease = semaphore.acquire(PATIENCE_S, TimeUnit.SECONDS);
            if (lease == null) {
                throw new IllegalStateException("no lease within " + PATIENCE_S + " s");
            }
            guard.enter(client.name(), 1);
            guard.exit(client.name());
            semaphore.returnLease(lease);
        });
    }

    private void latch(Client client, Holders guard) {
        loop("latch", client, () -> {
            LeaderLatch latch = new LeaderLatch(client.curator(), "/latch", client.name());
            latch.addListener(new LeaderLatchListener() {
                @Override
                public void isLeader() {
                    guard.enter(client.name(), 1);
                    if (!latch.hasLeadership()) {
                        guard.exit(client.name()); // it was told of its end first
                    }
                }

                @Override
                public void notLeader() {
                    guard.exit(client.name());
                }
            });
            latch.start();
            try {
                while (!stopped.get() && !latch.await(1, TimeUnit.SECONDS)) {}
            } finally {
                guard.exit(client.name());
                latch.close();
            }
        });
    }

    private void selector(Client client, Holders guard) {
        AtomicLong count = steps.computeIfAbsent("selector", name -> new AtomicLong());
        LeaderSelector selector =
                new LeaderSelector(client.curator(), "/selector", new LeaderSelectorListenerAdapter() {
                    @Override
                    public void takeLeadership(CuratorFramework curator) {
                        guard.enter(client.name(), 1);
                        count.incrementAndGet();
                        guard.exit(client.name());
                    }
                });
        selector.autoRequeue();
        servers.closing(selector).start();
    }

    private void counter(Client client) {
        DistributedAtomicLong counter =
                new DistributedAtomicLong(client.curator(), "/counter", new RetryNTimes(100, 10));
        loop("counter", client, () -> {
            AtomicValue<Long> value = counter.increment();
            if (value.succeeded() && !handedOut.add(value.postValue())) {
                handedOutTwice.add(value.postValue());
            }
        });
    }

    private void cache(Client client) throws Exception {
        CuratorCache cache = servers.closing(CuratorCache.build(client.curator(), "/cache"));
        cache.start();
        caches.add(cache);
        String path = "/cache/" + client.name();
        client.curator().create().forPath(path, bytes("0"));
        AtomicLong next = new AtomicLong();
        loop("cache", client, () -> {
            String value = Long.toString(next.incrementAndGet());
            lastWritten.put(path, value);
            client.curator().setData().forPath(path, bytes(value));
        });
    }

    private void presence(Client client) throws Exception {
        PersistentNode node = servers.closing(new PersistentNode(
                client.curator(), CreateMode.EPHEMERAL, false, "/present/" + client.name(), bytes(client.name())));
        node.start();
        persistent.add(node);
        servers.closing(new PersistentTtlNode(
                        client.curator(), "/present-for-a-time/" + client.name(), TTL_MS, bytes(client.name())))
                .start();
        GroupMember member = servers.closing(new GroupMember(client.curator(), "/group", client.name()));
        member.start();
        members.add(member);
        ServiceDiscovery<Void> discovery = servers.closing(ServiceDiscoveryBuilder.builder(Void.class)
                .client(client.curator())
                .basePath("/services")
                .thisInstance(ServiceInstance.<Void>builder()
                        .name("service")
                        .id(client.name())
                        .address("127.0.0.1")
                        .port(1)
                        .build())
                .build());
        discovery.start();
        discoveries.add(discovery);
    }

    // ---- their threads

    private void loop(String name, Client client, Step step) {
        AtomicLong count = steps.computeIfAbsent(name, key -> new AtomicLong());
        Thread thread = new Thread(
                () -> {
                    while (!stopped.get()) {
                        try {
                            step.run();
                            count.incrementAndGet();
                        } catch (InterruptedException e) {
                            return;
                        } catch (Exception lostConnection) {
                            // The recipe has given up, as the application would be told; it tries anew.
                        }
                    }
                },
                name + "-" + client.name());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Each recipe has gone on from where it is now. */
    private void awaitSteps() {
        Map<String, Long> goals = steps.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().get() + STEPS));
        goals.forEach((name, goal) -> Await.until(
                "the " + name + " to go on", PATIENCE, () -> steps.get(name).get() >= goal));
    }

    private void stopThreads() throws InterruptedException {
        stopped.set(true);
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).as(thread.getName() + " runs still").isFalse();
        }
    }

    // ---- what has to hold

    private void assertEverybodyIsThere(Ensemble ensemble) {
        Set<String> names = clients.stream().map(Client::name).collect(Collectors.toSet());
        for (int i = 0; i < CLIENTS; i++) {
            CuratorFramework curator = clients.get(i).curator();
            GroupMember member = members.get(i);
            ServiceDiscovery<Void> discovery = discoveries.get(i);
            Await.until(
                    "persistent nodes of all on " + ensemble,
                    PATIENCE,
                    () -> Set.copyOf(curator.getChildren().forPath("/present")).equals(names));
            Await.until(
                    "persistent nodes of all with a time to live",
                    PATIENCE,
                    () -> Set.copyOf(curator.getChildren().forPath("/present-for-a-time"))
                            .equals(names));
            Await.until(
                    "all members of the group",
                    PATIENCE,
                    () -> member.getCurrentMembers().keySet().equals(names));
            Await.until(
                    "all instances of the service",
                    PATIENCE,
                    () -> discovery.queryForInstances("service").stream()
                            .map(ServiceInstance::getId)
                            .collect(Collectors.toSet())
                            .equals(names));
        }
    }

    private void check() throws Exception {
        holders.forEach(each -> assertThat(each.violations()).isEmpty());
        assertThat(handedOutTwice)
                .as("values of the counter that two were given")
                .isEmpty();
        assertThat(wrongBarriers).isEmpty();
        assertThat(countedTwice)
                .as("values of the shared count that two have set")
                .isEmpty();
        CuratorFramework curator = clients.get(0).curator();
        curator.sync().forPath("/");
        long value = Long.parseLong(text(curator.getData().forPath("/guarded")));
        assertThat(value)
                .as("increments inside the mutex")
                .isBetween(confirmed.get(), confirmed.get() + uncertain.get());
        for (CuratorCache cache : caches) {
            for (Client client : clients) {
                String path = "/cache/" + client.name();
                String now = text(curator.getData().forPath(path));
                assertThat(Long.parseLong(now))
                        .as("the last written to " + path)
                        .isEqualTo(Long.parseLong(lastWritten.get(path)));
                Await.until(
                        "the caches to hold " + now + " for " + path,
                        PATIENCE,
                        () -> cache.get(path)
                                .map(data -> text(data.getData()).equals(now))
                                .orElse(false));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
