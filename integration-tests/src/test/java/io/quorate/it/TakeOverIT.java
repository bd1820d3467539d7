package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Estate;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A data directory that one kind of server wrote, until {@code kill -9} in the middle of writes and of snapshots, is taken over by the other
 * kind. What it makes of it is compared with what the kind that wrote it makes of a copy.
 */
@Timeout(300)
class TakeOverIT {
    /** Beside the estate, so that snapshots take time and changes meet them. */
    private static final int BALLAST_NODES = 300;

    private static final int BALLAST_NODES_AT_ONCE = 100;
    private static final int BALLAST_BYTES = 4000;

    /** Some four snapshots are begun meanwhile. */
    private static final int WRITES_BEFORE_THE_KILL = 120;

    private static final Pattern SESSION = Pattern.compile("0x[0-9a-f]+");

    @RegisterExtension
    final Servers servers = new Servers();

    private final List<String> abandoned = new ArrayList<>();
    private int legs;

    @Test
    void quorateTakesOverFromApacheAndApacheFromQuorate() throws Exception {
        Ensemble ensemble = alone(Kind.APACHE);
        start(ensemble);
        StockClient holder = holder(ensemble);
        leg(ensemble, holder, Kind.QUORATE);
        leg(ensemble, holder, Kind.APACHE);
    }

    @Test
    @Tag("full")
    void thereAndBackAgainUntilTheSessionsOfTheDeadAreOver() throws Exception {
        Ensemble ensemble = alone(Kind.APACHE);
        start(ensemble);
        StockClient holder = holder(ensemble);
        for (Kind next : List.of(Kind.QUORATE, Kind.APACHE, Kind.QUORATE, Kind.APACHE, Kind.QUORATE)) {
            leg(ensemble, holder, next);
        }
        StockClient client = servers.client(ensemble.server(1));
        for (String path : abandoned) {
            Estate.awaitGone(client.zooKeeper(), path, Duration.ofMillis(2L * Estate.LONG_TIMEOUT_MS));
        }
        assertThat(client.exists("/estate-1/held"))
                .as("of a session that lives")
                .isTrue();
        holder.close();
        client.sync();
        assertThat(client.exists("/estate-1/held")).isFalse();
    }

    @Test
    @Tag("full")
    @Timeout(600)
    void whateverAKillLeavesIsTakenOverWithTheSameTree() throws Exception {
        for (Kind writer : Kind.values()) {
            Ensemble ensemble = alone(writer);
            start(ensemble);
            StockClient holder = holder(ensemble);
            for (int round = 0; round < 6; round++) {
                ServerProcess server = ensemble.server(1);
                leg(ensemble, holder, server.kind());
            }
            ensemble.kill9All();
        }
    }

    /** Local sessions, some of which have become global ones, and directories of servers that followed and of one that led. */
    @Test
    @Tag("full")
    @Timeout(600)
    void ensemblesTakeOverFromEachOther() throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> configure(builder)
                .voters(Kind.APACHE, Kind.APACHE, Kind.APACHE)
                .config("localSessionsEnabled", "true")
                .config("localSessionsUpgradingEnabled", "true"));
        ensemble.start().awaitServing();
        for (Kind next : List.of(Kind.QUORATE, Kind.APACHE, Kind.QUORATE)) {
            StockClient holder = holder(ensemble);
            String root = "/estate-" + ++legs;
            Estate estate = Estate.write(holder, root);
            estate.abandon(ensemble.leader());
            WriteHistory history = underLoad(ensemble, holder, root);
            ensemble.kill9All();
            history.stop();
            for (ServerProcess server : ensemble.servers()) {
                compareBothKindsOn(server, root, estate);
            }
            ensemble.servers().forEach(server -> server.switchTo(next));
            ensemble.start().awaitServing();
            holder.awaitState(KeeperState.SyncConnected, Duration.ofSeconds(40));
            TreeDump tree = ensemble.assertEqualTrees();
            history.check(tree);
            assertThat(tree.nodes()).containsKeys(root + "/held", root + "/abandoned");
            holder.close();
        }
    }

    // ---- one leg

    /** Writes, kills, and has the next kind take over, while the other is asked about a copy. */
    private void leg(Ensemble ensemble, StockClient holder, Kind next) throws Exception {
        ServerProcess server = ensemble.server(1);
        Kind writer = server.kind();
        String root = "/estate-" + ++legs;
        Estate estate = Estate.write(holder, root);
        abandoned.add(estate.abandon(server));
        WriteHistory history = underLoad(ensemble, holder, root);
        server.kill9();
        history.stop();

        ServerProcess twin =
                alone(next == Kind.QUORATE ? Kind.APACHE : Kind.QUORATE).server(1);
        copy(server, twin);
        OfflineTree stored = OfflineTree.load(server);
        server.switchTo(next);
        server.start();
        twin.start();
        TreeDump tree = compare(stored, writer, server, twin);
        history.check(tree);
        holder.awaitState(KeeperState.SyncConnected, Duration.ofSeconds(40));
        compareSessions(server, twin, root + "/abandoned", root + "/held");
        compareFutures(server, twin, estate);
        twin.kill9();
    }

    /** Two servers alone, one of each kind, on copies of a directory. */
    private void compareBothKindsOn(ServerProcess server, String root, Estate estate) throws Exception {
        ServerProcess ours = alone(Kind.QUORATE).server(1);
        ServerProcess theirs = alone(Kind.APACHE).server(1);
        copy(server, ours);
        copy(server, theirs);
        OfflineTree stored = OfflineTree.load(server);
        ours.start();
        theirs.start();
        compare(stored, server.kind(), ours, theirs);
        compareSessions(ours, theirs, root + "/abandoned", root + "/held");
        compareFutures(ours, theirs, estate);
        ours.kill9();
        theirs.kill9();
    }

    private static WriteHistory underLoad(Ensemble ensemble, StockClient holder, String root) throws Exception {
        String ballast = root + "/ballast";
        holder.create(ballast, "");
        for (int done = 0; done < BALLAST_NODES; done += BALLAST_NODES_AT_ONCE) {
            holder.zooKeeper().multi(creates(ballast, done));
        }
        WriteHistory history = WriteHistory.start(ensemble, root + "/history");
        history.awaitMore(WRITES_BEFORE_THE_KILL);
        return history;
    }

    private static List<Op> creates(String parent, int first) {
        return IntStream.range(first, first + BALLAST_NODES_AT_ONCE)
                .mapToObj(i -> Op.create(
                        parent + "/" + i, new byte[BALLAST_BYTES], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                .toList();
    }

    private static TreeDump compare(OfflineTree stored, Kind writer, ServerProcess one, ServerProcess other) {
        one.awaitMode("standalone");
        other.awaitMode("standalone");
        TreeDump tree = TreeDump.of(one);
        assertThat(tree.differences(TreeDump.of(other)))
                .as("what %s and %s make of what %s wrote", one, other, writer)
                .isEmpty();
        // Every transaction has the writer's digest of the tree after it, and both compare it while they load.
        if (stored.mismatches().isEmpty()) {
            for (ServerProcess each : List.of(one, other)) {
                assertThat(each.fourLetterWord("mntr").orElseThrow())
                        .as("what %s says of the tree that %s wrote", each, writer)
                        .containsPattern("zk_digest_mismatches_count\\s+0\n");
            }
        }
        if (writer == Kind.QUORATE) {
            assertThat(stored.mismatches()).isEmpty();
        }
        return tree;
    }

    /** The sessions of this leg, one of them of a client that is dead, are known to both, with what they own. */
    private static void compareSessions(ServerProcess one, ServerProcess other, String dead, String held)
            throws Exception {
        String ours = one.fourLetterWord("dump").orElseThrow();
        String theirs = other.fourLetterWord("dump").orElseThrow();
        assertThat(owners(ours)).isEqualTo(owners(theirs));
        assertThat(ours).contains(held + "\n").contains(dead + "\n");
        Set<String> known = sessions(ours);
        assertThat(sessions(theirs))
                .containsAll(owners(ours).stream()
                        .filter(line -> SESSION.matcher(line).matches())
                        .toList());
        assertThat(known)
                .containsAll(owners(theirs).stream()
                        .filter(line -> SESSION.matcher(line).matches())
                        .toList());
    }

    /** What {@code dump} says behind its title of ephemerals: owners and paths, sorted. */
    private static Set<String> owners(String dump) {
        String part = dump.substring(dump.indexOf("Sessions with Ephemerals"), dump.indexOf("Connections dump"));
        Set<String> lines = new TreeSet<>();
        part.lines().skip(1).forEach(line -> lines.add(line.strip().replace(":", "")));
        return lines;
    }

    private static Set<String> sessions(String dump) {
        String part = dump.substring(0, dump.indexOf("Sessions with Ephemerals"));
        return new TreeSet<>(
                SESSION.matcher(part).results().map(MatchResult::group).toList());
    }

    private void compareFutures(ServerProcess one, ServerProcess other, Estate estate) throws Exception {
        List<String> ours = estate.goOn(servers.client(one).zooKeeper());
        assertThat(ours).isEqualTo(estate.goOn(servers.client(other).zooKeeper()));
    }

    // ---- servers and files

    private static Ensemble.Builder configure(Ensemble.Builder builder) {
        return Estate.configure(builder).config("snapCount", "30");
    }

    private Ensemble alone(Kind kind) {
        return servers.ensemble(builder -> configure(builder).voters(kind));
    }

    private static void start(Ensemble ensemble) {
        ensemble.server(1).start();
        ensemble.server(1).awaitMode("standalone");
    }

    private StockClient holder(Ensemble ensemble) {
        return servers.closing(
                StockClient.connect(ensemble.connectString(), Duration.ofMillis(Estate.LONG_TIMEOUT_MS)));
    }

    private static void copy(ServerProcess from, ServerProcess to) throws IOException {
        try (Stream<Path> files = Files.list(from.versionDirectory())) {
            Files.createDirectories(to.versionDirectory());
            for (Path file : files.toList()) {
                Files.copy(file, to.versionDirectory().resolve(file.getFileName()));
            }
        }
    }
}
