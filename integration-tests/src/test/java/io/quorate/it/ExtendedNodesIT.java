package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.StatsTrack;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.cli.DelQuotaCommand;
import org.apache.zookeeper.cli.SetQuotaCommand;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers and nodes with a time to live go by themselves; quotas count and refuse. Each with the reference as well. */
@Timeout(180)
class ExtendedNodesIT {
    private static final int TTL_MS = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final Servers servers = new Servers();

    private Ensemble ensemble(Kind... kinds) {
        return servers.ensemble(builder -> builder.voters(kinds)
                .property("znode.container.checkIntervalMs", "300")
                .config("extendedTypesEnabled", "true")
                .config("enforceQuota", "true"));
    }

    private ServerProcess alone(Kind kind) {
        ServerProcess server = ensemble(kind).server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }

    // ---- nodes that go by themselves

    @ParameterizedTest
    @EnumSource
    void containersAndNodesWithATimeToLiveGoByThemselves(Kind kind) throws Exception {
        StockClient client = servers.client(alone(kind));
        client.create("/never-used", "", CreateMode.CONTAINER);
        client.create("/used", "", CreateMode.CONTAINER);
        client.create("/used/child", "");
        client.create("/left", "", CreateMode.CONTAINER);
        client.create("/left/child", "");
        createTtl(client, "/ttl");
        createTtl(client, "/ttl-with-child");
        client.create("/ttl-with-child/x", "");
        client.zooKeeper().delete("/left/child", -1);

        awaitGone(client, "/left", "/ttl");
        assertThat(client.children("/")).containsExactly("never-used", "ttl-with-child", "used", "zookeeper");
        client.zooKeeper().delete("/ttl-with-child/x", -1);
        awaitGone(client, "/ttl-with-child");
        client.zooKeeper().delete("/used/child", -1);
        awaitGone(client, "/used");
        assertThat(client.children("/")).containsExactly("never-used", "zookeeper");
    }

    @Test
    void aNewLeaderGoesOnRemovingThemAndAllServersAgree() throws Exception {
        Kind kind = Kind.underTest();
        Ensemble ensemble = ensemble(kind, kind, kind).start().awaitServing();
        StockClient client = servers.closing(StockClient.connect(ensemble.connectString()));
        client.create("/container", "", CreateMode.CONTAINER);
        client.create("/container/child", "");
        createTtl(client, "/ttl");
        client.create("/ttl/child", "");
        ensemble.leader().kill9();
        ensemble.leader();
        StockClient after = servers.closing(StockClient.connect(ensemble.connectString()));
        after.zooKeeper().delete("/container/child", -1);
        after.zooKeeper().delete("/ttl/child", -1);
        awaitGone(after, "/container", "/ttl");
        ensemble.start().awaitServing();
        ensemble.assertEqualTrees();
    }

    private static void createTtl(StockClient client, String path) throws Exception {
        client.zooKeeper()
                .create(
                        path,
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT_WITH_TTL,
                        new Stat(),
                        TTL_MS);
    }

    private static void awaitGone(StockClient client, String... paths) {
        for (String path : paths) {
            Await.until(path + " to go by itself", PATIENCE, () -> {
                try {
                    return !client.exists(path);
                } catch (KeeperException | InterruptedException e) {
                    return false;
                }
            });
        }
    }

    // ---- quotas

    @Test
    void quotasCountAndRefuseAsTheReferenceDoes() throws Exception {
        List<String> reference = quotaTranscript(alone(Kind.APACHE));
        List<String> ours = quotaTranscript(alone(Kind.QUORATE));
        assertThat(ours).isEqualTo(reference);
        assertThat(reference).as("something was refused").anyMatch(line -> line.contains("QUOTAEXCEEDED"));
    }

    @Test
    void quotasOfAMixedEnsembleStayEqual() throws Exception {
        Ensemble ensemble =
                ensemble(Kind.QUORATE, Kind.APACHE, Kind.QUORATE).start().awaitServing();
        StockClient client = servers.closing(StockClient.connect(ensemble.connectString()));
        playQuotas(client.zooKeeper(), new ArrayList<>());
        for (ServerProcess server : ensemble.servers()) {
            StockClient own = servers.client(server);
            own.sync();
        }
        ensemble.assertEqualTrees();
        for (ServerProcess server : ensemble.servers()) {
            assertThat(server.log(0)).as("log of %s", server).doesNotContainIgnoringCase("digest mismatch");
        }
    }

    private List<String> quotaTranscript(ServerProcess server) throws Exception {
        List<String> lines = new ArrayList<>();
        playQuotas(servers.client(server).zooKeeper(), lines);
        server.fourLetterWord("mntr")
                .orElseThrow()
                .lines()
                .filter(line -> line.contains("_quota_") && !line.contains("exceeded"))
                .sorted()
                .forEach(lines::add);
        return lines;
    }

    private static void playQuotas(ZooKeeper zooKeeper, List<String> lines) throws Exception {
        for (String path : List.of("/q", "/q/a", "/q/a/b", "/r")) {
            create(zooKeeper, path, 3, lines);
        }
        quota(zooKeeper, "/q/a", "count=3,bytes=20", lines);
        quota(zooKeeper, "/r", "count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=4", lines);
        for (int i = 0; i < 5; i++) {
            create(zooKeeper, "/q/a/b/" + i, 7, lines);
            create(zooKeeper, "/r/" + i, 5, lines);
            stats(zooKeeper, lines);
        }
        set(zooKeeper, "/r/0", 6, lines);
        set(zooKeeper, "/r/0", 1, lines);
        set(zooKeeper, "/r/1", 40, lines);
        set(zooKeeper, "/q/a/b/0", 100, lines);
        stats(zooKeeper, lines);
        delete(zooKeeper, "/r/1", lines);
        create(zooKeeper, "/r/again", 1, lines);
        stats(zooKeeper, lines);
        lines.add("delquota "
                + DelQuotaCommand.delQuota(zooKeeper, "/r", new StatsTrack("countHardLimit=1,byteHardLimit=1")));
        create(zooKeeper, "/r/free", 50, lines);
        stats(zooKeeper, lines);
        quota(zooKeeper, "/q/a/b", "count=100,bytes=-1", lines);
        create(zooKeeper, "/q/a/b/nearest", 2, lines);
        create(zooKeeper, "/q/a/other", 2, lines);
        stats(zooKeeper, lines);
    }

    private static void quota(ZooKeeper zooKeeper, String path, String limits, List<String> lines) throws Exception {
        String outcome;
        try {
            outcome = String.valueOf(SetQuotaCommand.createQuota(zooKeeper, path, new StatsTrack(limits)));
        } catch (IllegalArgumentException e) {
            outcome = e.getMessage();
        }
        lines.add("setquota " + path + " " + limits + ": " + outcome);
    }

    private static void create(ZooKeeper zooKeeper, String path, int bytes, List<String> lines) throws Exception {
        attempt(
                "create " + path,
                lines,
                () -> zooKeeper.create(path, data(bytes), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
    }

    private static void set(ZooKeeper zooKeeper, String path, int bytes, List<String> lines) throws Exception {
        attempt("set " + path + " " + bytes, lines, () -> zooKeeper.setData(path, data(bytes), -1));
    }

    private static void delete(ZooKeeper zooKeeper, String path, List<String> lines) throws Exception {
        attempt("delete " + path, lines, () -> {
            zooKeeper.delete(path, -1);
            return "";
        });
    }

    private interface Write {
        Object write() throws KeeperException, InterruptedException;
    }

    private static void attempt(String what, List<String> lines, Write write) throws InterruptedException {
        try {
            write.write();
            lines.add(what + ": OK");
        } catch (KeeperException e) {
            lines.add(what + ": " + e.code());
        }
    }

    private static byte[] data(int bytes) {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) 'x');
        return data;
    }

    private static void stats(ZooKeeper zooKeeper, List<String> lines) throws Exception {
        for (String path : List.of("/q/a", "/q/a/b", "/r")) {
            for (String name : List.of("zookeeper_limits", "zookeeper_stats")) {
                String node = "/zookeeper/quota" + path + "/" + name;
                Stat stat = new Stat();
                try {
                    String text =
                            new String(zooKeeper.getData(node, false, stat), java.nio.charset.StandardCharsets.UTF_8);
                    lines.add(node + ": " + text + " version " + stat.getVersion() + " length " + stat.getDataLength());
                } catch (KeeperException e) {
                    lines.add(node + ": " + e.code());
                }
            }
        }
    }
}
