package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.session.ConnectionState;
import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server without a leader shows its last state to clients that are content with it (client-protocol.md §13). */
@Timeout(180)
class ReadOnlyIT {
    @RegisterExtension
    final Servers servers = new Servers();

    /** The reference proves the scenario in a full run. */
    static Stream<Kind> kinds() {
        return Kind.isFullRun() ? Stream.of(Kind.values()) : Stream.of(Kind.underTest());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aServerThatFindsNoLeaderServesReadOnlyClientsUntilOneIsThere(Kind kind) throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(kind, kind, kind)
                        .property("readonlymode.enabled", "true")
                        .config("localSessionsEnabled", "true")
                        .config("localSessionsUpgradingEnabled", "true"))
                .start()
                .awaitServing();
        try (StockClient writer = StockClient.connect(ensemble.connectString())) {
            writer.create("/a", "before");
            writer.sync();
        }
        ServerProcess alone = ensemble.leader();
        ensemble.servers().stream().filter(server -> server != alone).forEach(ServerProcess::kill9);
        Await.until(
                "read-only mode of " + alone,
                Duration.ofSeconds(40),
                () -> alone.fourLetterWord("isro").filter("ro"::equals).isPresent());
        assertThat(alone.fourLetterWord("srvr").orElseThrow()).contains("Mode: read-only");

        BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
        ZooKeeper reader =
                servers.closing(new ZooKeeper(alone.address(), 10_000, event -> states.add(event.getState()), true));
        await(states, KeeperState.ConnectedReadOnly);
        assertThat(reader.getData("/a", false, null)).isEqualTo("before".getBytes(StandardCharsets.UTF_8));
        assertThat(reader.getChildren("/", event -> {})).contains("a");
        assertThatThrownBy(() -> reader.setData("/a", new byte[0], -1))
                .isInstanceOf(KeeperException.NotReadOnlyException.class);
        assertThatThrownBy(() -> reader.delete("/a", -1)).isInstanceOf(KeeperException.NotReadOnlyException.class);
        try (ZooKeeper strict =
                new ZooKeeper(alone.address(), 3_000, event -> states.add(KeeperState.Disconnected), false)) {
            assertThatThrownBy(() -> strict.exists("/a", false))
                    .isInstanceOf(KeeperException.ConnectionLossException.class);
        }

        List<ConnectionState> ours = new CopyOnWriteArrayList<>();
        QuorateClient ourReader = servers.closing(QuorateClient.builder(ensemble.connectString())
                .sessionTimeout(Duration.ofSeconds(20))
                .canBeReadOnly(true)
                .listener((state, reason) -> ours.add(state))
                .connect());
        assertThat(ourReader.blocking().getData("/a").text()).isEqualTo("before");
        assertThatThrownBy(() -> ourReader.blocking().setData("/a", new byte[0]))
                .isInstanceOfSatisfying(
                        QuorateException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_READ_ONLY));
        long onlyThere = ourReader.sessionId();

        ensemble.start();
        Await.until(
                "a leader",
                Duration.ofSeconds(40),
                () -> alone.mode().filter(mode -> !mode.equals("read-only")).isPresent());
        await(states, KeeperState.SyncConnected);
        Await.until("a server with a quorum", Duration.ofSeconds(40), () -> ours.contains(ConnectionState.CONNECTED));
        assertThat(ours)
                .startsWith(ConnectionState.CONNECTED_READ_ONLY, ConnectionState.SUSPENDED)
                .doesNotContain(ConnectionState.LOST, ConnectionState.EXPIRED);
        assertThat(ourReader.sessionId()).isNotEqualTo(onlyThere);
        ourReader.blocking().setData("/a", "ours".getBytes(StandardCharsets.UTF_8));
        reader.setData("/a", "after".getBytes(StandardCharsets.UTF_8), -1);
        assertThat(reader.getData("/a", false, null)).isEqualTo("after".getBytes(StandardCharsets.UTF_8));
    }

    private static void await(BlockingQueue<KeeperState> states, KeeperState wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        KeeperState state = null;
        while (state != wanted) {
            state = states.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(state).as("%s within 40 s", wanted).isNotNull();
        }
    }
}
