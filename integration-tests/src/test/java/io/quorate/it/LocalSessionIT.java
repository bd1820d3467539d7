package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that only their server knows (zab.md §7), among servers of one kind and of both. */
@Timeout(180)
class LocalSessionIT {
    private static final int SHORT_TIMEOUT_MS = 2 * Ensemble.TICK_MS;

    @RegisterExtension
    final Servers servers = new Servers();

    private Ensemble ensemble(boolean upgrading, Kind... kinds) {
        return servers.ensemble(builder -> builder.voters(kinds)
                        .config("localSessionsEnabled", "true")
                        .config("localSessionsUpgradingEnabled", Boolean.toString(upgrading)))
                .start()
                .awaitServing();
    }

    @Test
    void aLocalSessionWritesWithoutATransactionOfItsOwnAndBecomesGlobalWithItsFirstEphemeral() throws Exception {
        // Whoever leads, a Quorate server and an Apache server each have local sessions, one of them as a learner.
        Ensemble ensemble = ensemble(true, Kind.QUORATE, Kind.QUORATE, Kind.APACHE);
        StockClient reader = servers.client(ensemble.leader());
        for (ServerProcess server : ensemble.servers()) {
            String path = "/" + server.sid();
            long before = global(ensemble.leader());
            StockClient client = StockClient.connect(server.address());
            client.create(path, "written by a local session");
            assertThat(client.get(path)).isEqualTo("written by a local session");
            assertThat(global(ensemble.leader()))
                    .as("global sessions at %s", server)
                    .isEqualTo(before);
            assertThat(local(server)).as("local sessions of %s", server).isPositive();

            client.create(path + "/ephemeral", "", CreateMode.EPHEMERAL);
            assertThat(global(ensemble.leader())).as("upgraded at %s", server).isEqualTo(before + 1);
            reader.sync();
            assertThat(reader.zooKeeper().exists(path + "/ephemeral", false).getEphemeralOwner())
                    .isEqualTo(client.zooKeeper().getSessionId());
            client.close();
            reader.sync();
            assertThat(reader.exists(path + "/ephemeral")).isFalse();
            assertThat(global(ensemble.leader())).isEqualTo(before);
        }
        ensemble.assertEqualTrees();
    }

    @Test
    void withoutUpgradingAnEphemeralIsRefusedAloneAndInAMulti() throws Exception {
        Kind kind = Kind.underTest();
        Ensemble ensemble = ensemble(false, kind, kind, kind);
        for (ServerProcess server :
                List.of(ensemble.leader(), ensemble.followers().get(0))) {
            StockClient client = servers.client(server);
            assertThatThrownBy(() -> client.create("/e", "", CreateMode.EPHEMERAL))
                    .isInstanceOf(KeeperException.EphemeralOnLocalSessionException.class);
            assertThatThrownBy(() -> client.zooKeeper()
                            .multi(List.of(
                                    Op.create("/p", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                                    Op.create("/e", new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL))))
                    .isInstanceOf(KeeperException.EphemeralOnLocalSessionException.class);
            assertThat(client.exists("/p")).isFalse();
            assertThat(client.exists("/e")).isFalse();
            client.create("/persistent-" + server.sid(), "", CreateMode.PERSISTENT_SEQUENTIAL);
        }
    }

    @Test
    void aLocalSessionComesBackToItsServerOnlyAndExpiresThere() throws Exception {
        Kind kind = Kind.underTest();
        Ensemble ensemble = ensemble(true, kind, kind, kind);
        ServerProcess own = ensemble.followers().get(0);
        ServerProcess other = ensemble.followers().get(1);
        StockClient client = servers.client(own);
        long id = client.zooKeeper().getSessionId();
        byte[] password = client.zooKeeper().getSessionPasswd();

        assertThat(renewedId(other, id, password)).as("at another server").isNotEqualTo(id);
        assertThat(renewedId(own, id, password)).as("at its own").isEqualTo(id);

        int before = local(own);
        connectAndVanish(own);
        assertThat(local(own)).isEqualTo(before + 1);
        Await.until("the session to expire at its own server", Duration.ofSeconds(30), () -> local(own) <= before);
    }

    /** Opens a session by hand, and is gone without a word once it is there (client-protocol.md §1). */
    private static void connectAndVanish(ServerProcess server) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.ports().client())) {
            ByteBuffer request = ByteBuffer.allocate(4 + 45);
            request.putInt(45)
                    .putInt(0)
                    .putLong(0)
                    .putInt(SHORT_TIMEOUT_MS)
                    .putLong(0)
                    .putInt(16);
            socket.getOutputStream().write(request.array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(in.readInt()).as("length of the answer").isEqualTo(37);
            in.readFully(new byte[37]);
        }
    }

    /** The id of the session that the server grants to who asks for that one: 0 for none. */
    private static long renewedId(ServerProcess server, long id, byte[] password) throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        boolean[] alive = new boolean[1];
        ZooKeeper again = new ZooKeeper(
                server.address(),
                10_000,
                event -> {
                    switch (event.getState()) {
                        case SyncConnected -> {
                            alive[0] = true;
                            answered.countDown();
                        }
                        case Expired -> answered.countDown();
                        default -> {
                            // It goes on trying.
                        }
                    }
                },
                id,
                password);
        try {
            assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
            return alive[0] ? again.getSessionId() : 0;
        } finally {
            again.close();
        }
    }

    private static int local(ServerProcess server) {
        return number(server, "zk_local_sessions");
    }

    private static int global(ServerProcess server) {
        return number(server, "zk_global_sessions");
    }

    private static int number(ServerProcess server, String name) {
        return server.fourLetterWord("mntr")
                .orElseThrow()
                .lines()
                .filter(line -> line.startsWith(name + "\t"))
                .mapToInt(line -> Integer.parseInt(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
