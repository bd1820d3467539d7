package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The words that show all there is, beside those of Apache servers that hold the like: dump, wchs, wchc, wchp, hash. */
@Timeout(180)
class DumpWordsIT {
    private static final List<String> WORDS = List.of("dump", "wchs", "wchc", "wchp");

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void serversAloneShowTheSame() throws Exception {
        ServerProcess ours = alone(Kind.QUORATE);
        ServerProcess theirs = alone(Kind.APACHE);
        populate(servers.client(ours), "/a");
        populate(servers.client(theirs), "/a");
        assertSameWords(ours, theirs);
        assertThat(ours.fourLetterWord("dump").orElseThrow())
                .contains("\nSession Sets (")
                .contains("\t/a/e\n");
    }

    @Test
    void followersShowTheSameAndAllHaveTheSameDigests() throws Exception {
        var ensemble = servers.ensemble(builder -> builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.APACHE, Kind.APACHE)
                        .config("localSessionsEnabled", "true")
                        .config("localSessionsUpgradingEnabled", "true"))
                .start()
                .awaitServing();
        ServerProcess ours = follower(ensemble.followers(), Kind.QUORATE);
        ServerProcess theirs = follower(ensemble.followers(), Kind.APACHE);
        StockClient client = servers.client(ours);
        populate(client, "/a");
        populate(servers.client(theirs), "/b");
        StockClient last = servers.client(ensemble.leader());
        for (int i = 0; i < 300; i++) {
            last.set("/a/e", "" + i);
        }
        assertSameWords(ours, theirs);
        assertThat(ours.fourLetterWord("dump").orElseThrow())
                .contains("\nLocal Session Sets (")
                .contains("\nGlobal Sessions(2):\n");
        for (ServerProcess each : ensemble.servers()) {
            Await.until(
                    "the digests of " + each,
                    Duration.ofSeconds(30),
                    () -> hash(each).equals(hash(ensemble.leader())));
        }
        assertThat(hash(ours).lines())
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(line -> line.matches("[0-9a-f]+: -?\\d+"));
    }

    private static String hash(ServerProcess server) {
        return server.fourLetterWord("hash").orElse("no answer");
    }

    private static ServerProcess follower(List<ServerProcess> followers, Kind kind) {
        return followers.stream()
                .filter(each -> each.kind() == kind)
                .findFirst()
                .orElseThrow();
    }

    private ServerProcess alone(Kind kind) {
        ServerProcess server = servers.ensemble(kind).server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }

    /** An ephemeral, and every kind of watch. */
    private static void populate(StockClient client, String path) throws Exception {
        client.create(path, "");
        client.create(path + "/e", "", CreateMode.EPHEMERAL);
        client.zooKeeper().getData(path, event -> {}, null);
        client.zooKeeper().exists("/none", event -> {});
        client.zooKeeper().getChildren("/", event -> {});
        client.zooKeeper().addWatch(path + "/p", event -> {}, AddWatchMode.PERSISTENT);
        client.zooKeeper().addWatch(path + "/r", event -> {}, AddWatchMode.PERSISTENT_RECURSIVE);
    }

    private static void assertSameWords(ServerProcess ours, ServerProcess theirs) {
        for (String word : WORDS) {
            Set<String> expected = shape(theirs.fourLetterWord(word).orElseThrow());
            assertThat(expected).as("%s of an Apache server", word).isNotEmpty();
            assertThat(shape(ours.fourLetterWord(word).orElseThrow())).as(word).isEqualTo(expected);
        }
        assertThat(ours.fourLetterWord("wchs")).isEqualTo(theirs.fourLetterWord("wchs"));
    }

    /** The lines that there are, without what differs from server to server: ids, times, and which sessions expire together. */
    private static Set<String> shape(String answer) {
        Set<String> lines = new TreeSet<>();
        answer.replaceAll("0x[0-9a-f]+", "ID")
                .replaceAll(
                        "\\d+ expire at \\w{3} \\w{3} \\d\\d \\d\\d:\\d\\d:\\d\\d \\w+ \\d{4}:", "N expire at TIME:")
                .replaceAll("Sets \\(\\d+\\)/\\(\\d+\\):", "Sets (N)/(N):")
                .replaceAll("ip: /[0-9.:]+ ", "ip: ADDRESS ")
                .replaceAll("/[ab]\\b", "/X")
                .lines()
                .forEach(lines::add);
        return lines;
    }
}
