package io.quorate.client.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Events;
import io.quorate.client.QuorateClient;
import io.quorate.client.apache.ApacheServer;
import io.quorate.client.lease.Loss;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers against a real Apache ZooKeeper server. */
@Timeout(60)
class MasterElectionTest {
    private final Events<String> told = new Events<>();
    private final AtomicInteger masters = new AtomicInteger();
    private final List<MasterElection> started = new ArrayList<>();
    private ApacheServer server;

    @BeforeEach
    void start() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        server = new ApacheServer();
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(MasterElection::close);
        server.close();
    }

    private MasterElection worker(String id) {
        MasterElection election = MasterElection.builder(
                        QuorateClient.builder(server.address()).sessionTimeout(Duration.ofSeconds(3)), id)
                .data("data of " + id)
                .listener(new Told(id))
                .start();
        started.add(election);
        return election;
    }

    private final class Told implements MasterListener {
        private final String id;

        Told(String id) {
            this.id = id;
        }

        @Override
        public void elected(long term) {
            assertThat(masters.incrementAndGet())
                    .describedAs("masters at a time")
                    .isEqualTo(1);
            told.add(id + " elected");
        }

        @Override
        public void revoked(long term, Loss why) {
            masters.decrementAndGet();
            told.add(id + " revoked " + why);
        }

        @Override
        public void masterChanged(Optional<Worker> master) {
            told.add(id + " sees " + master.map(Worker::id).orElse("nobody"));
        }

        @Override
        public void serversChanged(List<Worker> servers) {
            told.add(id + " lists " + servers);
        }
    }

    @Test
    void oneOfThreeIsMasterAndTheNextTakesOverAtOnceWhenItCloses() throws Exception {
        MasterElection a = worker("a");
        told.until("a elected");
        MasterElection b = worker("b");
        told.has("b sees a");
        MasterElection c = worker("c");
        told.has("c sees a");
        told.has("a lists [a, b, c]");
        assertThat(a.isMaster()).isTrue();
        assertThat(b.isMaster()).isFalse();
        assertThat(b.master().map(Worker::text)).contains("data of a");
        long term = a.term().orElseThrow();
        long began = System.nanoTime();
        a.close();
        String next = told.until(event -> event.endsWith(" elected"));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(2000);
        assertThat(a.isMaster()).isFalse();
        MasterElection nextMaster = next.startsWith("b") ? b : c;
        assertThat(nextMaster.term().orElseThrow()).isGreaterThan(term);
        told.has(event -> event.endsWith(" lists [b, c]"));
    }

    @Test
    void anExpiredMasterIsRevokedAndCompetesAgainInANewSession() throws Exception {
        MasterElection a = worker("a");
        told.until("a elected");
        long session = a.client().sessionId();
        server.expire(session);
        told.until("a revoked SESSION_ENDED");
        told.until("a elected");
        assertThat(a.client().sessionId()).isNotEqualTo(session);
        told.has("a lists [a]");
        assertThat(new String(
                        a.client().blocking().getData("/servers/a").data(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("data of a");
    }

    @Test
    void aMasterThatIsCutOffIsRevokedByItsOwnClock() throws Exception {
        MasterElection a = worker("a");
        told.until("a elected");
        server.stop();
        told.until("a revoked LEASE_ENDED");
        assertThat(a.isMaster()).isFalse();
        server = server.restarted();
        told.until("a elected");
    }

    @Test
    void aShortDisconnectionIsNotFeltByTheMaster() throws Exception {
        MasterElection a = worker("a");
        told.until("a elected");
        told.has("a lists [a]");
        CountDownLatch back = new CountDownLatch(1);
        a.client().addListener((state, reason) -> {
            if (state == io.quorate.client.session.ConnectionState.CONNECTED) {
                back.countDown();
            }
        });
        server.dropConnections();
        assertThat(back.await(30, TimeUnit.SECONDS)).isTrue();
        // A renewal after the reconnect proves that the mastership goes on.
        long term = a.term().orElseThrow();
        a.client().blocking().setData("/servers/a", new byte[] {1});
        assertThat(a.term()).hasValue(term);
        assertThat(told.isEmpty() || told.next().equals("a lists [a]")).isTrue();
    }

    @Test
    void aDeletedMasterNodeRevokes() throws Exception {
        worker("a");
        told.until("a elected");
        try (QuorateClient operator = QuorateClient.connect(server.address())) {
            operator.blocking().delete("/master");
        }
        told.until("a revoked NODE_LOST");
        told.until("a elected");
    }

    @Test
    void closingInsideACallbackRevokesFirst() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch revoked = new CountDownLatch(1);
        MasterElection[] election = new MasterElection[1];
        CountDownLatch made = new CountDownLatch(1);
        election[0] = MasterElection.builder(
                        QuorateClient.builder(server.address()).sessionTimeout(Duration.ofSeconds(3)), "self")
                .masterPath("/deep/below/master")
                .serversPath("/deep/servers")
                .listener(new MasterListener() {
                    @Override
                    public void elected(long term) {
                        order.add("elected");
                        try {
                            made.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        election[0].close();
                        order.add("closing");
                    }

                    @Override
                    public void revoked(long term, Loss why) {
                        order.add("revoked " + why);
                        revoked.countDown();
                    }
                })
                .start();
        made.countDown();
        assertThat(revoked.await(30, TimeUnit.SECONDS)).isTrue();
        election[0].close();
        assertThat(order).containsExactly("elected", "closing", "revoked CLOSED");
    }
}
