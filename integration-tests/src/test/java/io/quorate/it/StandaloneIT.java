package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.TreeDump;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One server, with no server lines in its zoo.cfg. */
@Timeout(120)
class StandaloneIT {
    private static final Kind KIND = Kind.underTest();

    /** What a JVM ends with that SIGTERM ended: 128 + 15. */
    private static final int EXIT_BY_SIGTERM = 143;

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void aServerAloneServesAndKeepsWhatItAcknowledgedOverKills() throws Exception {
        ServerProcess server = standalone("100");
        try (StockClient client = StockClient.connect(server.address())) {
            client.create("/kept", "0");
            for (int i = 0; i < 250; i++) {
                client.create("/kept/sequential-", "value " + i, CreateMode.PERSISTENT_SEQUENTIAL);
            }
            client.set("/kept", "1");
            assertThat(server.srvr().orElseThrow().nodeCount())
                    .as("counts the root twice, as ZooKeeper does")
                    .isEqualTo(5 + 1 + 250);
        }
        TreeDump before = TreeDump.of(server);

        for (int i = 0; i < 2; i++) {
            server.kill9();
            server.start();
            server.awaitMode("standalone");
            assertThat(before.differences(TreeDump.of(server))).isEmpty();
        }

        assertThat(server.stop()).as("exit code after SIGTERM").isIn(0, EXIT_BY_SIGTERM);
        assertThat(OfflineTree.load(server).digest()).isEqualTo(before.digest());
    }

    @Test
    void anEphemeralGoesWithItsSession() throws Exception {
        ServerProcess server = standalone("100000");
        StockClient observer = servers.client(server);
        try (StockClient client = StockClient.connect(server.address())) {
            client.create("/ephemeral", "", CreateMode.EPHEMERAL);
            Stat stat = observer.zooKeeper().exists("/ephemeral", false);
            assertThat(stat.getEphemeralOwner()).isEqualTo(client.zooKeeper().getSessionId());
        }
        assertThat(observer.exists("/ephemeral")).isFalse();
    }

    private ServerProcess standalone(String snapCount) {
        Ensemble alone = servers.ensemble(builder -> builder.voters(KIND).config("snapCount", snapCount));
        ServerProcess server = alone.server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }
}
