package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

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
    void whatIsWrittenOnOneServerIsReadOnEveryOther() throws Exception {
        Ensemble ensemble = servers.three();
        List<StockClient> clients =
                ensemble.servers().stream().map(servers::client).toList();

        for (int writer = 0; writer < clients.size(); writer++) {
            String path = "/written-on-" + writer;
            clients.get(writer).create(path, "first");
            clients.get(writer).set(path, "second");
            for (StockClient reader : clients) {
                reader.sync();
                assertThat(reader.get(path)).isEqualTo("second");
            }
        }

        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(tree.nodes()).containsKeys("/written-on-0", "/written-on-1", "/written-on-2");
    }

    @Test
    void aSessionMovesFromAKilledServerWithItsEphemeralsAndWatches() throws Exception {
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
        StockClient writer = servers.client(ensemble.servers().stream()
                .filter(server -> server != home)
                .findFirst()
                .orElseThrow());

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
