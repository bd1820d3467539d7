package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.QuorateClient;
import io.quorate.client.WatchEvent;
import io.quorate.client.session.ConnectionState;
import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.Srvr;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.TreeDump;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three servers that nothing happens to but clients, and the death of one under a session. */
@Timeout(120)
class EnsembleIT {
    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void threeServersElectOneLeaderAndEachAnswersSrvr() {
        Ensemble ensemble = servers.three();

        List<Srvr> answers = ensemble.servers().stream()
                .map(server -> server.srvr().orElseThrow())
                .toList();

        assertThat(answers).extracting(Srvr::mode).containsExactlyInAnyOrder("leader", "follower", "follower");
        assertThat(answers).allSatisfy(answer -> {
            // Many tools parse these two lines (protocol: config §4).
            assertThat(answer.version()).matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(answer.nodeCount()).as("node count of an empty server").isEqualTo(5);
        });
        assertThat(ensemble.leader().srvr().orElseThrow().zxid())
                .as("the leader shows its new epoch at once")
                .isEqualTo(1L << 32);
        assertThat(ensemble.leader().fourLetterWord("ruok")).contains("imok");
    }

    @Test
    void bothClientsReadWhatEitherWroteOnAnyServer() throws Exception {
        Ensemble ensemble = servers.three();
        List<AnyClient> clients = new ArrayList<>();
        for (ServerProcess server : ensemble.servers()) {
            clients.add(AnyClient.of(servers.client(server)));
            clients.add(AnyClient.of(servers.closing(QuorateClient.connect(server.address()))));
        }

        for (int writer = 0; writer < clients.size(); writer++) {
            String path = "/written-by-" + writer;
            clients.get(writer).create(path, "first");
            clients.get(writer).set(path, "second by " + writer);
            for (AnyClient reader : clients) {
                reader.sync();
                assertThat(reader.get(path)).isEqualTo("second by " + writer);
            }
        }

        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(tree.nodes()).containsKeys("/written-by-0", "/written-by-5");
    }

    /** What the stock client and ours have in common. */
    private interface AnyClient {
        void create(String path, String data) throws Exception;

        void set(String path, String data) throws Exception;

        String get(String path) throws Exception;

        void sync() throws Exception;

        static AnyClient of(StockClient client) {
            return new AnyClient() {
                @Override
                public void create(String path, String data) throws Exception {
                    client.create(path, data);
                }

                @Override
                public void set(String path, String data) throws Exception {
                    client.set(path, data);
                }

                @Override
                public String get(String path) throws Exception {
                    return client.get(path);
                }

                @Override
                public void sync() throws Exception {
                    client.sync();
                }
            };
        }

        static AnyClient of(QuorateClient client) {
            BlockingQuorate blocking = client.blocking();
            return new AnyClient() {
                @Override
                public void create(String path, String data) throws Exception {
                    blocking.create(path, StockClient.bytes(data));
                }

                @Override
                public void set(String path, String data) throws Exception {
                    blocking.setData(path, StockClient.bytes(data));
                }

                @Override
                public String get(String path) throws Exception {
                    return blocking.getData(path).text();
                }

                @Override
                public void sync() throws Exception {
                    blocking.sync("/");
                }
            };
        }
    }

    @Test
    void aStockSessionMovesFromAKilledServerWithItsEphemeralsAndWatches() throws Exception {
        Ensemble ensemble = servers.three();
        StockClient other = servers.client(ensemble.leader());
        StockClient moving = servers.closing(StockClient.connect(ensemble.connectString()));
        long session = moving.zooKeeper().getSessionId();
        BlockingQueue<WatchedEvent> events = new LinkedBlockingQueue<>();
        other.create("/data", "0");
        other.create("/parent", "");
        moving.sync();
        moving.create("/ephemeral", "mine", CreateMode.EPHEMERAL);
        moving.zooKeeper().getData("/data", events::add, null);
        moving.zooKeeper().exists("/not-yet", events::add);
        moving.zooKeeper().getChildren("/parent", events::add);
        ServerProcess home = serverOf(ensemble, moving);
        // The writer must not be the one whose server dies.
        StockClient writer = servers.client(anyOther(ensemble, home));

        home.kill9();
        moving.awaitState(KeeperState.Disconnected, Duration.ofSeconds(20));
        moving.awaitState(KeeperState.SyncConnected, Duration.ofSeconds(30));

        assertThat(moving.zooKeeper().getSessionId()).isEqualTo(session);
        assertThat(serverOf(ensemble, moving)).isNotEqualTo(home);
        assertThat(moving.zooKeeper().exists("/ephemeral", false).getEphemeralOwner())
                .isEqualTo(session);
        assertThat(drainNodeEvents(events)).as("nothing changed yet").isEmpty();

        Await.until("the other client to be connected again", Duration.ofSeconds(30), () -> writer.exists("/data"));
        writer.set("/data", "1");
        writer.create("/not-yet", "");
        writer.create("/parent/child", "");
        for (EventType expected :
                List.of(EventType.NodeDataChanged, EventType.NodeCreated, EventType.NodeChildrenChanged)) {
            assertThat(nextNodeEvent(events).getType()).isEqualTo(expected);
        }
    }

    @Test
    void ourSessionMovesFromAKilledServerWithItsEphemeralsAndWatches() throws Exception {
        Ensemble ensemble = servers.three();
        BlockingQueue<ConnectionState> states = new LinkedBlockingQueue<>();
        BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
        QuorateClient moving = servers.closing(QuorateClient.builder(ensemble.connectString())
                .listener((state, reason) -> states.add(state))
                .connect());
        BlockingQuorate blocking = moving.blocking();
        blocking.create("/data", StockClient.bytes("0"));
        blocking.create("/parent", StockClient.bytes(""));
        blocking.create("/ephemeral", StockClient.bytes("mine"), io.quorate.protocol.CreateMode.EPHEMERAL);
        blocking.getData("/data", events::add);
        blocking.exists("/not-yet", events::add);
        blocking.getChildren("/parent", events::add);
        long session = moving.sessionId();
        ServerProcess home = ensemble.servers().stream()
                .filter(server -> moving.server().endsWith(":" + server.ports().client()))
                .findFirst()
                .orElseThrow();
        StockClient writer = servers.client(anyOther(ensemble, home));
        assertThat(states.poll()).isEqualTo(ConnectionState.CONNECTED);

        home.kill9();
        assertThat(states.poll(20, TimeUnit.SECONDS)).isEqualTo(ConnectionState.SUSPENDED);
        assertThat(states.poll(30, TimeUnit.SECONDS)).isEqualTo(ConnectionState.CONNECTED);

        assertThat(moving.sessionId()).isEqualTo(session);
        assertThat(moving.server()).doesNotEndWith(":" + home.ports().client());
        assertThat(moving.owns(blocking.exists("/ephemeral").orElseThrow())).isTrue();
        assertThat(events).as("nothing changed yet").isEmpty();

        Await.until("the other client to be connected again", Duration.ofSeconds(30), () -> writer.exists("/data"));
        writer.set("/data", "1");
        writer.create("/not-yet", "");
        writer.create("/parent/child", "");
        for (io.quorate.protocol.EventType expected : List.of(
                io.quorate.protocol.EventType.NODE_DATA_CHANGED,
                io.quorate.protocol.EventType.NODE_CREATED,
                io.quorate.protocol.EventType.NODE_CHILDREN_CHANGED)) {
            WatchEvent event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("a watch that was left on the dead server").isNotNull();
            assertThat(event.type()).isEqualTo(expected);
        }
    }

    private static ServerProcess anyOther(Ensemble ensemble, ServerProcess than) {
        return ensemble.servers().stream()
                .filter(server -> server != than)
                .findFirst()
                .orElseThrow();
    }

    private static ServerProcess serverOf(Ensemble ensemble, StockClient client) {
        int port = client.connectedPort().orElseThrow();
        return ensemble.servers().stream()
                .filter(server -> server.ports().client() == port)
                .findFirst()
                .orElseThrow();
    }

    private static List<WatchedEvent> drainNodeEvents(BlockingQueue<WatchedEvent> events) {
        List<WatchedEvent> drained = new ArrayList<>();
        events.drainTo(drained);
        drained.removeIf(event -> event.getType() == EventType.None);
        return drained;
    }

    private static WatchedEvent nextNodeEvent(BlockingQueue<WatchedEvent> events) throws InterruptedException {
        while (true) {
            WatchedEvent event = events.poll(20, TimeUnit.SECONDS);
            assertThat(event).as("a watch that was left on the dead server").isNotNull();
            if (event.getType() != EventType.None) {
                return event;
            }
        }
    }
}
