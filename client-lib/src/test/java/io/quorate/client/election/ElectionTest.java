package io.quorate.client.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ClientBuilder;
import io.quorate.client.Events;
import io.quorate.client.Op;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.apache.ApacheServer;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import io.quorate.protocol.CreateMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three ways to elect, against a real Apache ZooKeeper server. */
@Timeout(60)
class ElectionTest {
    private static ApacheServer server;

    private final Events<String> told = new Events<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        server = new ApacheServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static ClientBuilder clients() {
        return QuorateClient.builder(server.address()).sessionTimeout(Duration.ofSeconds(4));
    }

    private static Election.Builder election(ElectionWay way, String path, String id) {
        return switch (way) {
            case NODE -> Election.byNode(clients(), path, id);
            case SEQUENCE -> Election.bySequence(clients(), path, id);
            case SESSION -> Election.bySession(clients(), path, id);
        };
    }

    private Leadership run(Election.Builder builder, String id) {
        Leadership leadership = builder.data("about " + id)
                .listener(new LeadershipListener() {
                    @Override
                    public void elected(Hold term) {
                        told.add(id + " elected");
                    }

                    @Override
                    public void revoked(Hold term, Loss why) {
                        told.add(id + " revoked " + why);
                    }

                    @Override
                    public void leaderChanged(Optional<Worker> leader) {
                        told.add(id + " sees " + leader.map(Worker::id).orElse("nobody"));
                    }
                })
                .start();
        open.add(leadership);
        return leadership;
    }

    @ParameterizedTest
    @EnumSource
    void aLeaderThatResignsIsFollowedAndItsLateWriteIsRefused(ElectionWay way) throws Exception {
        String path = "/resigns/" + way;
        Leadership a = run(election(way, path, "a"), "a");
        told.until("a elected");
        Leadership b = run(election(way, path, "b"), "b");
        awaitParticipants(a, 2);
        assertThat(a.leader().get(30, TimeUnit.SECONDS).map(Worker::text)).contains("about a");
        Hold first = a.term().orElseThrow();
        QuorateClient writer = a.client();
        String data = "/data-" + way;
        writer.blocking().create(data, new byte[0]);
        List<Op> write = new ArrayList<>(first.guard());
        write.add(Op.setData(data, new byte[] {1}));
        assertThat(writer.blocking().multi(write)).hasSize(write.size());

        a.resign().get(30, TimeUnit.SECONDS);
        told.until("a revoked RESIGNED");
        told.until("b elected");
        assertThat(first.isHeld()).isFalse();
        assertThat(b.fencingToken().orElseThrow()).isGreaterThan(first.fencingToken());
        assertThatThrownBy(() -> writer.blocking().multi(write)).isInstanceOf(QuorateException.MultiFailed.class);

        b.close();
        told.until("a elected");
        assertThat(a.fencingToken().orElseThrow()).isGreaterThan(first.fencingToken());
        assertThatThrownBy(() -> writer.blocking().multi(write)).isInstanceOf(QuorateException.MultiFailed.class);
    }

    private static void awaitParticipants(Leadership leadership, int count) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (leadership.participants().get(30, TimeUnit.SECONDS).size() != count) {
            assertThat(System.nanoTime() - untilNanos).isNegative();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anObserverSeesWhoLeads(ElectionWay way) throws Exception {
        String path = "/observed/" + way;
        QuorateClient client = clients().connect();
        open.add(client);
        Events<String> seen = new Events<>();
        LeaderObserver observer = LeaderObserver.start(
                client, way, path, leader -> seen.add(leader.map(Worker::id).orElse("nobody")));
        open.add(0, observer);
        seen.until("nobody");
        Leadership a = run(election(way, path, "a"), "a");
        seen.until("a");
        Leadership b = run(election(way, path, "b"), "b");
        awaitParticipants(a, 2);
        a.close();
        assertThat(observer.await(leader ->
                                leader.filter(each -> each.id().equals("b")).isPresent())
                        .get(30, TimeUnit.SECONDS)
                        .map(Worker::text))
                .contains("about b");
        b.close();
        seen.until("b");
        seen.until("nobody");
    }

    @Test
    void aLeaderThatIsBackWithinTheGraceLeadsAgainAndTheOthersAreNotTold() throws Exception {
        Leadership a = run(Election.byNode(clients(), "/flap", "a").grace(Duration.ofSeconds(50)), "a");
        told.until("a elected");
        Leadership b = run(Election.byNode(clients(), "/flap", "b").grace(Duration.ofSeconds(50)), "b");
        told.until("b sees a");
        long token = a.fencingToken().orElseThrow();
        server.expire(a.client().sessionId());
        List<String> between = new ArrayList<>();
        told.until(event -> {
            between.add(event);
            return event.equals("a elected");
        });
        assertThat(between).contains("a revoked SESSION_ENDED").noneMatch(event -> event.startsWith("b "));
        assertThat(a.fencingToken().orElseThrow()).isGreaterThan(token);
        assertThat(b.isLeader()).isFalse();
    }

    /** A leader of which nothing is left but its record: its session has ended without giving anything back. */
    private static void leaveBehind(ElectionWay way, String path, TermRecord record) throws InterruptedException {
        try (QuorateClient ghost = clients().connect()) {
            ghost.blocking().create(way.recordPath(path), record.toBytes());
            ghost.blocking()
                    .create(
                            way.holderPath(path),
                            new Worker("ghost", new byte[0]).toMasterNode(),
                            CreateMode.EPHEMERAL);
        }
    }

    @Test
    void theOthersCompeteWhenTheGraceIsOver() throws Exception {
        long beganNanos = System.nanoTime();
        leaveBehind(
                ElectionWay.NODE,
                "/graced",
                TermRecords.returning(new Worker("ghost", new byte[0]), Duration.ofMillis(700)));
        Leadership b = run(Election.byNode(clients(), "/graced", "b"), "b");
        told.until("b elected");
        assertThat(System.nanoTime() - beganNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(700));
        assertThat(b.isLeader()).isTrue();
        b.close();
        // A clean end: the next one does not wait for b, though b would have been granted it.
        run(Election.byNode(clients(), "/graced", "c").grace(Duration.ofMinutes(5)), "c");
        told.until("c elected");
    }

    @Test
    void nobodyHasAKeyDuringItsLockDelayNotEvenItsLastHolder() throws Exception {
        long beganNanos = System.nanoTime();
        leaveBehind(
                ElectionWay.SESSION,
                "/delayed",
                TermRecords.key(new Worker("ghost", new byte[0]), Duration.ofMillis(700), KeyBehaviour.RELEASE));
        Leadership ghost = run(Election.bySession(clients(), "/delayed", "ghost"), "ghost");
        told.until("ghost elected");
        assertThat(System.nanoTime() - beganNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(700));
        ghost.close();
    }

    @ParameterizedTest
    @EnumSource
    void aKeysValueStaysOrGoesWithItsHolder(KeyBehaviour behaviour) throws Exception {
        String path = "/key-" + behaviour;
        QuorateClient client = clients().connect();
        open.add(client);
        TermRecord record = TermRecords.key(new Worker("ghost", new byte[] {7}), Duration.ofSeconds(1), behaviour);
        leaveBehind(ElectionWay.SESSION, path, record);
        SessionKey key = SessionKey.read(client, path).get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(key.holder()).isEmpty();
        assertThat(key.value()).hasSize(behaviour == KeyBehaviour.RELEASE ? 1 : 0);
        Leadership a = run(Election.bySession(clients(), path, "a"), "a");
        told.until("a elected");
        SessionKey held =
                SessionKey.read(client, path).get(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(held.holder().map(Worker::id)).contains("a");
        assertThat(new String(held.value(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("about a");
        a.close();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> Election.bySequence(clients(), "/x", "a").grace(Duration.ZERO))
                .hasMessageContaining("a grace is for elections by NODE");
        assertThatThrownBy(() -> Election.byNode(clients(), "/", "a")).hasMessageContaining("root");
        assertThatThrownBy(() -> Election.byNode(clients(), "/x", "a/b")).hasMessageContaining("slash");
        assertThatThrownBy(() -> Election.byNode(clients(), "/x", "a")
                        .grace(Duration.ofDays(1))
                        .start())
                .hasMessageContaining("grace");
    }
}
