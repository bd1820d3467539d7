package io.quorate.client.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Events;
import io.quorate.client.QuorateClient;
import io.quorate.client.apache.ApacheServer;
import io.quorate.protocol.Acl;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A change in a long line wakes the one whose turn it is, and nobody else. */
@Timeout(60)
class HerdTest {
    private static final int CANDIDATES = 200;

    private final AtomicInteger looks = new AtomicInteger();
    private final Events<String> told = new Events<>();

    @Test
    void oneOfTwoHundredWakesWhenTheLeaderGoes() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        try (ApacheServer server = new ApacheServer()) {
            LeaseSession session =
                    new LeaseSession(QuorateClient.builder(server.address()).sessionTimeout(Duration.ofSeconds(30)));
            Contender[] candidates = new Contender[CANDIDATES];
            for (int i = 0; i < CANDIDATES; i++) {
                candidates[i] = candidate(session, i);
                candidates[i].start();
                told.until(i == 0 ? "0 won" : i + " waits"); // so that they stand in line in this order
            }
            looks.set(0);
            for (int leader = 0; leader < 5; leader++) {
                candidates[leader].close().get(30, TimeUnit.SECONDS);
                assertThat(told.next()).isEqualTo((leader + 1) + " won");
                assertThat(looks).hasValue(leader + 1);
            }
            // Who leaves from the middle wakes the one behind, which finds another to wait for.
            candidates[100].close().get(30, TimeUnit.SECONDS);
            assertThat(told.next()).isEqualTo("101 waits");
            assertThat(looks).hasValue(6);
            session.closeAsync().get(30, TimeUnit.SECONDS);
        }
    }

    private Contender candidate(LeaseSession session, int number) {
        Contest contest =
                new Counted(new SequenceContest("/herd", SequenceRule.first("latch-"), new byte[0], Acl.OPEN), looks);
        return new Contender("candidate " + number, session, contest, false, new Contender.Events() {
            @Override
            public void won(Hold hold) {
                told.add(number + " won");
            }

            @Override
            public void waiting() {
                told.add(number + " waits");
            }
        });
    }

    /** Counts how often a contender is woken to look how it stands. */
    private record Counted(Contest contest, AtomicInteger looks) implements Contest {
        @Override
        public CompletableFuture<Standing> inspect(QuorateClient in, Watches watches) {
            looks.incrementAndGet();
            return contest.inspect(in, watches);
        }

        @Override
        public CompletableFuture<Optional<Title>> claim(QuorateClient in) {
            return contest.claim(in);
        }

        @Override
        public CompletableFuture<Title> begin(QuorateClient in) {
            return contest.begin(in);
        }

        @Override
        public CompletableFuture<Boolean> watch(QuorateClient in, Watches watches) {
            return contest.watch(in, watches);
        }

        @Override
        public CompletableFuture<Void> release(QuorateClient in) {
            return contest.release(in);
        }

        @Override
        public void sessionEnded() {
            contest.sessionEnded();
        }

        @Override
        public boolean isRenewable() {
            return contest.isRenewable();
        }
    }
}
