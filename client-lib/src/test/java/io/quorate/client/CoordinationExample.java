package io.quorate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.client.election.Election;
import io.quorate.client.election.ElectionWay;
import io.quorate.client.election.LeaderObserver;
import io.quorate.client.election.Leadership;
import io.quorate.client.election.LeadershipListener;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import io.quorate.client.lock.Barrier;
import io.quorate.client.lock.DistributedLock;
import io.quorate.client.lock.DoubleBarrier;
import io.quorate.client.lock.Latch;
import io.quorate.client.lock.Locks;
import io.quorate.client.lock.ReadWriteLock;
import io.quorate.client.lock.ReentrantLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The programs that docs/coordination.md prints: each method's body is there, word by word. */
final class CoordinationExample {
    private final String servers;

    CoordinationExample(String servers) {
        this.servers = servers;
    }

    void elections() throws Exception {
        CompletableFuture<Hold> elected = new CompletableFuture<>();
        LeadershipListener listener = new LeadershipListener() {
            @Override
            public void elected(Hold term) {
                elected.complete(term);
            }

            @Override
            public void revoked(Hold term, Loss why) {
                System.out.println("no leader any more: " + why);
            }
        };
        try (Leadership leadership = Election.bySequence(QuorateClient.builder(servers), "/jobs/report", "worker-1")
                .data("http://10.0.0.1:8080")
                .listener(listener)
                .start()) {
            Hold term = elected.join();
            System.out.println("leading with token " + term.fencingToken() + ": " + leadership.isLeader());
            leadership.resign().join();
        }
    }

    void flap() {
        Leadership leadership = Election.byNode(QuorateClient.builder(servers), "/jobs/index", "worker-1")
                .grace(Duration.ofSeconds(5))
                .start();
        leadership.close();
    }

    void key() {
        Leadership leadership = Election.bySession(QuorateClient.builder(servers), "/service/api/leader", "node-1")
                .data("10.0.0.1:8080")
                .lockDelay(Duration.ofSeconds(15))
                .start();
        try (QuorateClient client = QuorateClient.connect(servers);
                LeaderObserver observer = LeaderObserver.start(
                        client, ElectionWay.SESSION, "/service/api/leader", leader -> System.out.println(leader))) {
            System.out.println(
                    "held by " + observer.await(leader -> leader.isPresent()).join());
        }
        leadership.close();
    }

    void lock() throws Exception {
        try (Locks locks = Locks.start(QuorateClient.builder(servers))) {
            DistributedLock lock = locks.lock("/locks/account-17");
            try (Hold hold = lock.acquire(Duration.ofSeconds(10)).orElseThrow()) {
                List<Op> write = new ArrayList<>(hold.guard());
                write.add(Op.create("/account-17", "100".getBytes(UTF_8)));
                locks.client().blocking().multi(write); // refused as a whole if the lock was lost meanwhile
            }
        }
    }

    void otherLocks() throws Exception {
        try (Locks locks = Locks.start(QuorateClient.builder(servers))) {
            Duration patience = Duration.ofSeconds(10);
            ReentrantLock again = locks.reentrantLock("/locks/again");
            try (Hold outer = again.acquire(patience).orElseThrow();
                    Hold inner = again.acquire(patience).orElseThrow()) {
                System.out.println(outer.fencingToken() == inner.fencingToken());
            }
            ReadWriteLock both = locks.readWriteLock("/locks/catalogue");
            both.reading().acquire(patience).orElseThrow().close();
            both.writing().acquire(patience).orElseThrow().close();

            DistributedLock threeAtATime = locks.semaphore("/locks/downloads", 3);
            threeAtATime.acquire(patience).orElseThrow().close();

            DistributedLock all = Locks.allOf(List.of(locks.lock("/locks/from"), locks.lock("/locks/to")));
            all.acquire(patience).orElseThrow().close();
        }
    }

    void barriers() throws Exception {
        try (QuorateClient client = QuorateClient.connect(servers)) {
            Duration patience = Duration.ofSeconds(10);
            Barrier barrier = new Barrier(client, "/barriers/maintenance");
            barrier.set().join();
            barrier.remove().join();
            System.out.println("open: " + barrier.await(patience));

            Latch latch = new Latch(client, "/latches/imported", 2);
            latch.countDown("part-1").join();
            latch.countDown("part-2").join();
            System.out.println("all parts: " + latch.await(patience));

            DoubleBarrier together = new DoubleBarrier(client, "/barriers/round-1", 1);
            together.enter(patience);
            together.leave(patience);
        }
    }
}
