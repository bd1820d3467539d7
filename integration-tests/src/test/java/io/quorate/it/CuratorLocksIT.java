package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.election.Election;
import io.quorate.client.election.Leadership;
import io.quorate.client.lease.Hold;
import io.quorate.client.lock.DistributedLock;
import io.quorate.client.lock.Locks;
import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Holders;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Our locks and Curator's on the same paths exclude each other. */
@Timeout(120)
class CuratorLocksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int ROUNDS = 15;

    @RegisterExtension
    final Servers servers = new Servers();

    private CuratorFramework curator;
    private ClientBuilder clients;
    private Locks locks;

    @BeforeEach
    void connect() {
        Ensemble ensemble = servers.ensemble(Kind.underTest()).start();
        ensemble.server(1).awaitMode("standalone");
        clients = QuorateClient.builder(ensemble.connectString()).sessionTimeout(Duration.ofSeconds(5));
        locks = servers.closing(Locks.start(clients));
        curator = servers.closing(
                CuratorFrameworkFactory.newClient(ensemble.connectString(), 5_000, 5_000, new RetryNTimes(5, 200)));
        curator.start();
    }

    @Test
    void theyExcludeEachOther() throws Exception {
        lock(locks.lock("/mutex"), new InterProcessMutex(curator, "/mutex"));
        InterProcessReadWriteLock both = new InterProcessReadWriteLock(curator, "/both");
        lock(locks.readWriteLock("/both").writing(), both.writeLock());
        lock(locks.readWriteLock("/both").reading(), both.writeLock());
        lock(locks.readWriteLock("/both").writing(), both.readLock());
        both.readLock().acquire();
        try (Hold together =
                locks.readWriteLock("/both").reading().acquire(PATIENCE).orElseThrow()) {
            assertThat(together.isHeld()).isTrue();
        }
        both.readLock().release();
        semaphore();
        election();
        contention();
    }

    private static void lock(DistributedLock ours, InterProcessLock theirs) throws Exception {
        Hold hold = ours.acquire(PATIENCE).orElseThrow();
        assertThat(theirs.acquire(50, TimeUnit.MILLISECONDS)).isFalse();
        hold.close();
        assertThat(theirs.acquire(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ours.acquire(Duration.ZERO)).isEmpty();
        CompletableFuture<?> waiting = ours.acquireAsync(PATIENCE)
                .thenAccept(next -> next.orElseThrow().close());
        theirs.release();
        waiting.get(30, TimeUnit.SECONDS);
    }

    private void semaphore() throws Exception {
        InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(curator, "/semaphore", 2);
        DistributedLock ours = locks.semaphore("/semaphore", 2);
        Lease lease = theirs.acquire(30, TimeUnit.SECONDS);
        Hold hold = ours.acquire(PATIENCE).orElseThrow();
        assertThat(ours.acquire(Duration.ZERO)).isEmpty();
        assertThat(theirs.acquire(50, TimeUnit.MILLISECONDS)).isNull();
        theirs.returnLease(lease);
        Hold second = ours.acquire(PATIENCE).orElseThrow();
        hold.close();
        theirs.returnLease(theirs.acquire(30, TimeUnit.SECONDS));
        second.close();
    }

    private void election() throws Exception {
        LeaderLatch theirs = new LeaderLatch(curator, "/latch", "theirs");
        theirs.start();
        assertThat(theirs.await(30, TimeUnit.SECONDS)).isTrue();
        try (Leadership ours = Election.bySequence(clients, "/latch", "ours").start()) {
            Await.until(
                    "both to take part",
                    PATIENCE,
                    () -> ours.participants().get(30, TimeUnit.SECONDS).size() == 2);
            assertThat(ours.isLeader()).isFalse();
            assertThat(ours.leader().get(30, TimeUnit.SECONDS).orElseThrow().id())
                    .isEqualTo("theirs");
            theirs.close();
            Await.until("ours to lead", PATIENCE, ours::isLeader);
        }
    }

    /** Two of each, as often as they can. */
    private void contention() throws Exception {
        Holders holders = new Holders("mutex", 1);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String number = Integer.toString(i);
            InterProcessMutex theirs = new InterProcessMutex(curator, "/contended");
            all.add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    assertThat(theirs.acquire(30, TimeUnit.SECONDS)).isTrue();
                    holders.enter("theirs-" + number, 1);
                    holders.exit("theirs-" + number);
                    theirs.release();
                }
                return null;
            });
            all.add(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    Hold hold = locks.lock("/contended").acquire(PATIENCE).orElseThrow();
                    holders.enter("ours-" + number, 1);
                    holders.exit("ours-" + number);
                    hold.close();
                }
                return null;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(all.size());
        for (Future<Void> each : threads.invokeAll(all)) {
            each.get();
        }
        threads.shutdown();
        assertThat(holders.violations()).isEmpty();
    }
}
