package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions come, write, watch and go; nothing of them stays: no descriptor, no thread, no connection, watch or session. */
@Timeout(180)
class LeakIT {
    private static final int SESSIONS = 200;
    private static final int AT_A_TIME = 20;

    /** Of every ten clients, how many are gone without a word. */
    private static final int RUDE_OF_TEN = 2;

    /** The log and the snapshot being written: files that come and go without a leak. */
    private static final int FILES_THAT_COME_AND_GO = 4;

    /** A pool that has not seen its full size when it is first counted. */
    private static final int THREADS_THAT_MAY_STILL_COME = 4;

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    @Tag("full")
    void twoHundredSessionsLeaveNothingBehind() throws Exception {
        comeAndGo(Duration.ofSeconds(8));
    }

    @Test
    @Tag("full")
    @Timeout(300)
    void twoHundredSessionsLeaveNothingBehindForAMinute() throws Exception {
        comeAndGo(Duration.ofMinutes(1));
    }

    private void comeAndGo(Duration duration) throws Exception {
        Ensemble ensemble = servers.three();
        StockClient keeper = servers.client(ensemble.leader());
        keeper.create("/shared", "");
        keeper.create("/here", "");
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        try {
            wave(ensemble, pool); // pools, buffers and classes are there from now on
            awaitQuiet(ensemble);
            Map<ServerProcess, Count> before = count(ensemble);
            long end = System.nanoTime() + duration.toNanos();
            int waves = 0;
            do {
                wave(ensemble, pool);
                waves++;
            } while (System.nanoTime() < end);
            awaitQuiet(ensemble);
            assertThatNothingGrew(ensemble, before, waves);
        } finally {
            pool.shutdownNow();
        }
        ensemble.assertEqualTrees();
    }

    private record Count(int fileDescriptors, int threads) {}

    private static Map<ServerProcess, Count> count(Ensemble ensemble) {
        Map<ServerProcess, Count> counts = new LinkedHashMap<>();
        ensemble.servers()
                .forEach(server -> counts.put(
                        server,
                        new Count(
                                server.process().fileDescriptors(),
                                server.process().threads())));
        return counts;
    }

    private static void assertThatNothingGrew(Ensemble ensemble, Map<ServerProcess, Count> before, int waves) {
        Await.until(
                "descriptors and threads of " + before + " to come back after " + waves + " waves of " + SESSIONS
                        + " sessions",
                Duration.ofSeconds(20),
                () -> count(ensemble).entrySet().stream().allMatch(entry -> {
                    Count then = before.get(entry.getKey());
                    Count now = entry.getValue();
                    return now.fileDescriptors() <= then.fileDescriptors() + FILES_THAT_COME_AND_GO
                            && now.threads() <= then.threads() + THREADS_THAT_MAY_STILL_COME;
                }));
    }

    /** Only the keeper's session is left, on whichever server; and the servers say so themselves. */
    private static void awaitQuiet(Ensemble ensemble) {
        for (ServerProcess server : ensemble.servers()) {
            Await.until("no session but one, no watch and no ephemeral on " + server, Duration.ofSeconds(30), () -> {
                Map<String, String> mntr = mntr(server);
                return number(mntr, "zk_global_sessions") <= 1
                        && number(mntr, "zk_watch_count") == 0
                        && number(mntr, "zk_ephemerals_count") == 0
                        && number(mntr, "zk_outstanding_requests") == 0
                        // The keeper's, and the one that asks.
                        && number(mntr, "zk_num_alive_connections") <= 2;
            });
        }
    }

    private static Map<String, String> mntr(ServerProcess server) {
        Map<String, String> values = new LinkedHashMap<>();
        server.fourLetterWord("mntr").orElseThrow().lines().forEach(line -> {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                values.put(line.substring(0, tab), line.substring(tab + 1));
            }
        });
        return values;
    }

    private static int number(Map<String, String> mntr, String name) {
        return Integer.parseInt(mntr.get(name));
    }

    private static void wave(Ensemble ensemble, ExecutorService pool) throws Exception {
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            int number = i;
            ServerProcess server = ensemble.servers().get(i % ensemble.servers().size());
            clients.add(pool.submit(() -> {
                if (number % 10 < RUDE_OF_TEN) {
                    rudeClient(server.ports().client(), number);
                } else {
                    politeClient(server, number);
                }
                return number;
            }));
        }
        for (Future<?> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
    }

    private static void politeClient(ServerProcess server, int number) throws Exception {
        try (StockClient client = StockClient.connect(server.address(), SESSION_TIMEOUT)) {
            CountDownLatch changed = new CountDownLatch(1);
            client.zooKeeper().getData("/shared", event -> changed.countDown(), null);
            client.zooKeeper().getChildren("/here", event -> {});
            client.zooKeeper().exists("/never", event -> {});
            client.create("/here/client-", "", CreateMode.EPHEMERAL_SEQUENTIAL);
            client.set("/shared", Integer.toString(number));
            assertThat(changed.await(20, TimeUnit.SECONDS))
                    .as("a watch on what this session itself has set")
                    .isTrue();
        }
    }

    /** Opens a session by hand, asks for something, and is gone: before the answer, in the middle of a frame, or before it began. */
    private static void rudeClient(int port, int number) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            switch (number % 4) {
                case 0 -> out.write(connectRequest());
                case 1 -> out.write(connectRequest(), 0, 17);
                case 2 ->
                    out.write(ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).array());
                default -> {
                    // Not a byte.
                }
            }
            out.flush();
        }
    }

    /** A new session's (client protocol §1): length, protocol version, last zxid, timeout, session, password, read-only. */
    private static byte[] connectRequest() {
        int length = 4 + 8 + 4 + 8 + 4 + 16 + 1;
        return ByteBuffer.allocate(4 + length)
                .putInt(length)
                .putInt(0)
                .putLong(0)
                .putInt(Math.toIntExact(SESSION_TIMEOUT.toMillis()))
                .putLong(0)
                .putInt(16)
                .array();
    }
}
