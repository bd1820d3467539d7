package io.quorate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long writes take while a snapshot of many nodes is written, and while none is: an Apache and a Quorate server by turns, each alone, with
 * the same tree, the same load and the same settings. Writes are sent at fixed times, whatever became of those before, and count from then.
 */
@Tag("full")
@Timeout(1800)
class SnapshotLatencyIT {
    private static final int NODES = Integer.getInteger("quorate.bench.nodes", 1_000_000);
    private static final int ROUNDS = Integer.getInteger("quorate.bench.rounds", 2);
    private static final int SECONDS = Integer.getInteger("quorate.bench.seconds", 60);
    private static final int WRITES_A_SECOND = Integer.getInteger("quorate.bench.rate", 500);

    /** A snapshot is due three to six seconds after the one before: there is about as much time with one as without. */
    private static final int SNAP_COUNT = 6 * WRITES_A_SECOND;

    private static final int WARM_UP_SECONDS = 10;
    private static final byte[] DATA = new byte[100];

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    private Path root;

    @Test
    void writesWhileSnapshotsOfAMillionNodesAreWritten() throws Exception {
        Path tree = Files.createDirectory(root.resolve("tree"));
        LoadBenchmark.writeTree(tree, NODES);
        for (int round = 1; round <= ROUNDS; round++) {
            for (Kind kind : Kind.values()) {
                WriteLatencies latencies = measure(kind, tree);
                System.out.printf(Locale.ROOT, "%d nodes, round %d, %s: %s%n", NODES, round, kind, latencies);
                assertThat(latencies.enough()).as(latencies.toString()).isTrue();
            }
        }
    }

    private WriteLatencies measure(Kind kind, Path tree) throws Exception {
        ServerProcess server = servers.ensemble(builder -> builder.voters(kind)
                        .config("snapCount", Integer.toString(SNAP_COUNT))
                        .config("preAllocSize", "65536")
                        .flags("-Xmx3g", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=4"))
                .server(1);
        copy(tree, server);
        server.start();
        server.awaitMode("standalone");
        try (StockClient client = StockClient.connect(server.address());
                SnapshotTimes times = new SnapshotTimes(server)) {
            write(client.zooKeeper(), WARM_UP_SECONDS, new WriteLatencies(times));
            WriteLatencies measured = new WriteLatencies(times);
            write(client.zooKeeper(), SECONDS, measured);
            return measured;
        } finally {
            server.kill9();
        }
    }

    private static void write(ZooKeeper zooKeeper, int seconds, WriteLatencies latencies) throws Exception {
        long interval = TimeUnit.SECONDS.toNanos(1) / WRITES_A_SECOND;
        long start = System.nanoTime();
        int count = seconds * WRITES_A_SECOND;
        for (int i = 0; i < count; i++) {
            long due = start + i * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            // All over the tree, so that a snapshot meets changes of what it has not come to yet.
            int node = (int) (i * 7919L % NODES);
            zooKeeper.setData(
                    LoadBenchmark.path(node),
                    DATA,
                    -1,
                    (rc, path, context, stat) -> latencies.answered(due, System.nanoTime(), requireOk(rc, path)),
                    null);
        }
        latencies.await(count, Duration.ofMinutes(2));
    }

    private static boolean requireOk(int rc, String path) {
        if (rc != KeeperException.Code.OK.intValue()) {
            throw new AssertionError(path + ": " + KeeperException.Code.get(rc));
        }
        return true;
    }

    private static void copy(Path tree, ServerProcess server) throws Exception {
        Path from = tree.resolve("version-2");
        Files.createDirectories(server.versionDirectory());
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, server.versionDirectory().resolve(file.getFileName()));
            }
        }
    }
}
