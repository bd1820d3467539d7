package io.quorate.client.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Op;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.apache.ApacheServer;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import io.quorate.protocol.WatcherType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks of two processes, each with its session, against a real Apache ZooKeeper server. */
@Timeout(60)
class LocksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static ApacheServer server;

    private final Locks one = Locks.start(builder());
    private final Locks two = Locks.start(builder());

    @BeforeAll
    static void start() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        server = new ApacheServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static io.quorate.client.ClientBuilder builder() {
        return QuorateClient.builder(server.address()).sessionTimeout(Duration.ofSeconds(4));
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static Hold have(DistributedLock lock) throws InterruptedException {
        return lock.acquire(PATIENCE).orElseThrow();
    }

    private List<String> nodes(String path) throws InterruptedException {
        return two.client().blocking().getChildren(path).names();
    }

    @Test
    void oneAtATimeInTheOrderOfAsking() throws Exception {
        Hold first = have(one.lock("/order"));
        CompletableFuture<Optional<Hold>> second = two.lock("/order").acquireAsync(PATIENCE);
        waitingFor("/order", 2);
        CompletableFuture<Optional<Hold>> third = one.lock("/order").acquireAsync(PATIENCE);
        waitingFor("/order", 3);
        assertThat(second).isNotDone();
        first.close();
        assertThat(first.isHeld()).isFalse();
        assertThat(first.lost().get(30, TimeUnit.SECONDS)).isEqualTo(Loss.CLOSED);
        Hold next = second.get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(third).isNotDone();
        assertThat(next.fencingToken()).isGreaterThan(first.fencingToken());
        next.close();
        assertThat(third.get(30, TimeUnit.SECONDS).orElseThrow().fencingToken()).isGreaterThan(next.fencingToken());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what it finds is waited for
    private void waitingFor(String path, int nodes) throws Exception {
        CompletableFuture<Void> there = new CompletableFuture<>();
        QuorateClient client = two.client();
        Runnable[] look = new Runnable[1];
        look[0] = () -> client.getChildren(path, event -> look[0].run()).thenAccept(children -> {
            if (children.names().size() >= nodes) {
                there.complete(null);
            }
        });
        look[0].run();
        there.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aGuardIsRefusedOnceTheHoldIsOver() throws Exception {
        Hold hold = have(one.lock("/guarded"));
        QuorateClient writer = two.client();
        writer.blocking().create("/written", new byte[0]);
        List<Op> write = new ArrayList<>(hold.guard());
        write.add(Op.setData("/written", new byte[] {1}));
        assertThat(writer.blocking().multi(write)).hasSize(write.size());
        hold.close();
        Hold next = have(two.lock("/guarded"));
        assertThatThrownBy(() -> writer.blocking().multi(write))
                .isInstanceOf(QuorateException.MultiFailed.class)
                .hasMessageContaining("no node");
        assertThat(next.isHeld()).isTrue();
    }

    @Test
    void aTryLeavesNothingBehind() throws Exception {
        Hold hold = have(one.lock("/tried"));
        assertThat(two.lock("/tried").acquire(Duration.ZERO)).isEmpty();
        assertThat(two.lock("/tried").acquire(Duration.ofMillis(100))).isEmpty();
        hold.close();
        try (Hold again = two.lock("/tried").acquire(PATIENCE).orElseThrow()) {
            assertThat(nodes("/tried")).hasSize(1);
        }
        assertThat(two.lock("/tried").acquire(Duration.ZERO)).isPresent();
    }

    @Test
    void aHoldEndsWithItsSessionAndIsNotBegunAgain() throws Exception {
        Hold hold = have(one.lock("/expired"));
        CompletableFuture<Optional<Hold>> next = two.lock("/expired").acquireAsync(PATIENCE);
        server.expire(one.client().sessionId());
        assertThat(hold.lost().get(30, TimeUnit.SECONDS)).isEqualTo(Loss.SESSION_ENDED);
        assertThat(next.get(30, TimeUnit.SECONDS).orElseThrow().isHeld()).isTrue();
        assertThat(hold.isHeld()).isFalse();
        assertThat(nodes("/expired")).hasSize(1);
        hold.close();
    }

    @Test
    void aDeletedNodeIsALoss() throws Exception {
        Hold hold = have(one.lock("/deleted"));
        two.client().blocking().delete("/deleted/" + nodes("/deleted").get(0));
        assertThat(hold.lost().get(30, TimeUnit.SECONDS)).isEqualTo(Loss.NODE_LOST);
    }

    @Test
    void aThreadHasAReentrantLockAgain() throws Exception {
        ReentrantLock lock = one.reentrantLock("/again");
        Hold outer = lock.acquire(PATIENCE).orElseThrow();
        Hold inner = lock.acquire(Duration.ZERO).orElseThrow();
        assertThat(inner.fencingToken()).isEqualTo(outer.fencingToken());
        assertThat(lock.depth()).isEqualTo(2);
        outer.close();
        outer.close();
        assertThat(inner.isHeld()).isTrue();
        assertThat(two.lock("/again").acquire(Duration.ZERO)).isEmpty();
        inner.close();
        assertThat(lock.depth()).isZero();
        have(two.lock("/again")).close();
    }

    @Test
    void readersShareAndWritersDoNot() throws Exception {
        ReadWriteLock mine = one.readWriteLock("/both");
        ReadWriteLock yours = two.readWriteLock("/both");
        Hold reader = have(mine.reading());
        Hold other = have(yours.reading());
        CompletableFuture<Optional<Hold>> writer = yours.writing().acquireAsync(PATIENCE);
        waitingFor("/both", 3);
        CompletableFuture<Optional<Hold>> late = mine.reading().acquireAsync(PATIENCE);
        waitingFor("/both", 4);
        reader.close();
        assertThatThrownBy(() -> writer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        other.close();
        Hold writing = writer.get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(late).isNotDone();
        writing.close();
        assertThat(late.get(30, TimeUnit.SECONDS)).isPresent();
    }

    @Test
    void aSemaphoreHasSoManyPermits() throws Exception {
        Hold first = have(one.semaphore("/permits", 2));
        Hold second = have(two.semaphore("/permits", 2));
        assertThat(one.semaphore("/permits", 2).acquire(Duration.ZERO)).isEmpty();
        CompletableFuture<Optional<Hold>> third = one.semaphore("/permits", 2).acquireAsync(PATIENCE);
        waitingFor("/permits/leases", 3);
        second.close();
        assertThat(third.get(30, TimeUnit.SECONDS)).isPresent();
        assertThat(first.isHeld()).isTrue();
    }

    @Test
    void severalLocksAreHadTogether() throws Exception {
        DistributedLock both = Locks.allOf(List.of(one.lock("/m2"), one.lock("/m1")));
        Hold single = have(two.lock("/m2"));
        assertThat(both.acquire(Duration.ofMillis(200))).isEmpty();
        have(two.lock("/m1")).close();
        CompletableFuture<Optional<Hold>> waiting = both.acquireAsync(PATIENCE);
        single.close();
        Hold hold = waiting.get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(hold.guard()).hasSize(2);
        assertThat(two.lock("/m1").acquire(Duration.ZERO)).isEmpty();
        hold.close();
        assertThat(two.lock("/m1").acquire(PATIENCE)).isPresent();
    }

    @Test
    void closingTheSessionEndsWhatItHolds() throws Exception {
        Hold hold = have(one.lock("/closing"));
        one.close();
        assertThat(hold.isHeld()).isFalse();
        assertThat(hold.lost().get(30, TimeUnit.SECONDS)).isEqualTo(Loss.CLOSED);
        assertThat(two.lock("/closing").acquire(PATIENCE)).isPresent();
        assertThatThrownBy(() -> one.lock("/closing").acquire(Duration.ZERO)).hasMessageContaining("is closed");
    }

    @Test
    void whatCannotBeHadIsToldAtOnce() throws Exception {
        two.client().blocking().create("/an-ephemeral", new byte[0], io.quorate.protocol.CreateMode.EPHEMERAL);
        assertThatThrownBy(() -> one.lock("/an-ephemeral").acquire(PATIENCE)).isInstanceOf(QuorateException.class);
        assertThatThrownBy(() -> one.lock("bad").acquire(PATIENCE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBarrierHoldsUntilItIsRemoved() throws Exception {
        Barrier barrier = new Barrier(one.client(), "/barriers/one");
        barrier.set().get(30, TimeUnit.SECONDS);
        Barrier other = new Barrier(two.client(), "/barriers/one");
        assertThat(other.await(Duration.ofMillis(50))).isFalse();
        assertNoWatchIsLeft("/barriers/one");
        CompletableFuture<Boolean> waiting = inThread(() -> other.await(PATIENCE));
        barrier.remove().get(30, TimeUnit.SECONDS);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertNoWatchIsLeft("/barriers/one");
    }

    private void assertNoWatchIsLeft(String path) throws Exception {
        assertThat(two.client().checkWatches(path, WatcherType.ANY).get(30, TimeUnit.SECONDS))
                .isFalse();
    }

    @Test
    void aLatchOpensWithTheLastCount() throws Exception {
        Latch latch = new Latch(one.client(), "/latches/two", 2);
        CompletableFuture<Boolean> waiting = inThread(() -> new Latch(two.client(), "/latches/two", 2).await(PATIENCE));
        latch.countDown("step").get(30, TimeUnit.SECONDS);
        latch.countDown("step").get(30, TimeUnit.SECONDS);
        assertThat(latch.missing().get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(waiting).isNotDone();
        latch.countDown().get(30, TimeUnit.SECONDS);
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(latch.await(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aDoubleBarrierBeginsAndEndsTogether() throws Exception {
        DoubleBarrier a = new DoubleBarrier(one.client(), "/double", 2);
        DoubleBarrier b = new DoubleBarrier(two.client(), "/double", 2);
        assertThat(a.enter(Duration.ofMillis(50))).isFalse();
        CompletableFuture<Boolean> entered = inThread(() -> a.enter(PATIENCE));
        assertThat(b.enter(PATIENCE)).isTrue();
        assertThat(entered.get(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> left = inThread(() -> a.leave(PATIENCE));
        assertThat(b.leave(PATIENCE)).isTrue();
        assertThat(left.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(nodes("/double")).isEmpty();
    }

    private interface Waiting {
        boolean run() throws InterruptedException;
    }

    private static CompletableFuture<Boolean> inThread(Waiting waiting) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return waiting.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task, "waiting").start());
    }
}
