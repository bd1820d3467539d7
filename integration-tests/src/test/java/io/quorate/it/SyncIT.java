package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.CraftedDirectory;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Kind.Pair;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.SyncForm;
import io.quorate.it.harness.TreeDump;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each way of bringing a learner to its leader's history (protocol: zab §3), brought about on real servers and seen in
 * their logs; then all trees are equal. Where both kinds take part, each is leader of the other once; a full run has them take
 * part in all.
 */
@Timeout(120)
class SyncIT {
    private static final long EPOCH_1 = 1L << 32;

    /** More than the window of committed proposals holds (500 in both kinds). */
    private static final int BEYOND_THE_WINDOW = 700;

    /** Long enough that no session expires, and so no transaction happens, between a kill and the end of the test. */
    private static final Duration OUTLIVES_THE_TEST = Duration.ofSeconds(60);

    @RegisterExtension
    final Servers servers = new Servers();

    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aFollowerThatMissedAFewWritesGetsDiff(Pair pair) throws Exception {
        Ensemble ensemble = learnerFirst(pair);
        ServerProcess learner = ensemble.server(1);
        StockClient client = servers.client(ensemble.leader());
        createMany(client, "/before-", 10);
        learner.kill9();
        createMany(client, "/while-away-", 20);

        restartAndSee(SyncForm.DIFF, ensemble, learner);

        assertThat(ensemble.assertEqualTrees().nodes()).containsKeys("/before-9", "/while-away-19");
    }

    /** Small logs and a big snapshot: what the window does not hold any more is read from the log on disk. */
    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aFollowerThatMissedMoreThanTheWindowHoldsGetsDiffFromTheLog(Pair pair) throws Exception {
        Ensemble ensemble = learnerFirst(pair, builder -> builder.config("snapCount", "400"));
        try (StockClient client = StockClient.connect(ensemble.leader().address())) {
            for (int i = 0; i < 8; i++) {
                client.zooKeeper()
                        .create("/ballast-" + i, new byte[500_000], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
            createMany(client, "/until-a-snapshot-", 400);
        }

        missMoreThanTheWindowHolds(ensemble, SyncForm.DIFF);
    }

    /** Many logs and a small snapshot. */
    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aFollowerThatMissedMoreThanTheWindowHoldsGetsSnap(Pair pair) throws Exception {
        Ensemble ensemble = learnerFirst(pair, builder -> builder.config("snapCount", "200"));

        missMoreThanTheWindowHolds(ensemble, SyncForm.SNAP);
    }

    private void missMoreThanTheWindowHolds(Ensemble ensemble, SyncForm expected) throws Exception {
        ServerProcess learner = ensemble.server(1);
        StockClient client = servers.client(ensemble.leader());
        createMany(client, "/before-", 10);
        learner.kill9();
        createMany(client, "/while-away-", BEYOND_THE_WINDOW);

        restartAndSee(expected, ensemble, learner);

        assertThat(ensemble.assertEqualTrees().nodes()).containsKey("/while-away-" + (BEYOND_THE_WINDOW - 1));
    }

    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#all")
    void aFollowerThatLostItsDirectoryGetsSnap(Pair pair) throws Exception {
        Ensemble ensemble = learnerFirst(pair);
        ServerProcess learner = ensemble.server(1);
        createMany(servers.client(ensemble.leader()), "/before-", 10);
        learner.kill9();
        try (Stream<Path> files = Files.list(learner.versionDirectory())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        restartAndSee(SyncForm.SNAP, ensemble, learner);

        assertThat(ensemble.assertEqualTrees().nodes()).containsKey("/before-9");
    }

    /**
     * The leader logs a proposal that nobody else gets, and dies; the others go on without it. Scenario of ZOOKEEPER-1154:
     * the server with the highest zxid is absent at the election.
     */
    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aLeaderThatLoggedAloneGetsTrunc(Pair pair) throws Exception {
        Ensemble ensemble = deposeALeaderThatLoggedAlone(pair);

        restartAndSee(SyncForm.TRUNC, ensemble, ensemble.server(3));

        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(tree.nodes()).containsKey("/committed-9").doesNotContainKey("/uncommitted");
    }

    /**
     * As before, and the new epoch has transactions of its own by the time the old leader comes back. Apache sends the whole tree then; a
     * Quorate leader has what it takes to cut and go on.
     */
    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aLeaderThatLoggedAloneAndMissedTheNextEpochIsCutAndBroughtOn(Pair pair) throws Exception {
        Ensemble ensemble = deposeALeaderThatLoggedAlone(pair);
        createMany(servers.client(ensemble.leader()), "/next-epoch-", 10);

        SyncForm expected = pair.leader() == Kind.QUORATE ? SyncForm.TRUNC_AND_DIFF : SyncForm.SNAP;
        restartAndSee(expected, ensemble, ensemble.server(3));

        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(tree.nodes()).containsKeys("/committed-9", "/next-epoch-9").doesNotContainKey("/uncommitted");
    }

    /** Leaves servers 1 and 2 serving in a new epoch, and server 3 stopped with a transaction that only it has. */
    private Ensemble deposeALeaderThatLoggedAlone(Pair pair) throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(pair.leader(), pair.leader(), pair.learner())
                .config("maxSessionTimeout", Long.toString(OUTLIVES_THE_TEST.toMillis())));
        ServerProcess deposed = ensemble.server(3);
        List<ServerProcess> others = List.of(ensemble.server(1), ensemble.server(2));
        deposed.start();
        ensemble.server(1).start();
        ensemble.awaitServing();
        ensemble.start().awaitServing();
        assertThat(ensemble.leader()).isEqualTo(deposed);
        StockClient client = servers.closing(StockClient.connect(deposed.address(), OUTLIVES_THE_TEST));
        createMany(client, "/committed-", 10);

        others.forEach(ServerProcess::pause);
        client.zooKeeper()
                .create(
                        "/uncommitted",
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (rc, path, context, name) -> {},
                        null);
        Await.until(
                "the leader's own log to hold what nobody else has",
                Duration.ofSeconds(3),
                () -> logHolds(deposed, "/uncommitted"));
        deposed.kill9();
        others.forEach(ServerProcess::kill9);
        others.forEach(ServerProcess::start);
        ensemble.awaitServing();
        return ensemble;
    }

    /**
     * Counters have no gaps, so no kill leaves a learner with a zxid that the leader skipped in the same epoch, and the
     * directories are made by hand. Apache cuts the learner back to the last common transaction and goes on from there; Quorate
     * trusts no log that has a hole, and sends the tree. The snapshots are placed so that Apache does not see the hole in what it
     * loads at a start, which it would not survive.
     */
    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void aLearnerWithATransactionThatTheLeaderSkippedIsBroughtBack(Pair pair) {
        Ensemble ensemble = servers.ensemble(pair.leader(), pair.leader(), pair.learner());
        List<ServerProcess> others = List.of(ensemble.server(1), ensemble.server(2));
        ServerProcess learner = ensemble.server(3);
        List<Long> withoutTheEleventh =
                zxids(LongStream.concat(LongStream.rangeClosed(1, 10), LongStream.rangeClosed(12, 20)));
        others.forEach(server -> CraftedDirectory.write(server, withoutTheEleventh, 15));
        CraftedDirectory.write(learner, zxids(LongStream.rangeClosed(1, 11)), 10);
        others.forEach(ServerProcess::start);
        ensemble.awaitServing();

        restartAndSee(pair.leader() == Kind.APACHE ? SyncForm.TRUNC_AND_DIFF : SyncForm.SNAP, ensemble, learner);

        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(tree.nodes())
                .containsKeys(
                        CraftedDirectory.path(EPOCH_1 + 10),
                        CraftedDirectory.path(EPOCH_1 + 12),
                        CraftedDirectory.path(EPOCH_1 + 20))
                .doesNotContainKey(CraftedDirectory.path(EPOCH_1 + 11));
    }

    /** Server 1 cannot lead a fresh ensemble: with equal histories the higher sid of any quorum wins. */
    private Ensemble learnerFirst(Pair pair) {
        return learnerFirst(pair, UnaryOperator.identity());
    }

    private Ensemble learnerFirst(Pair pair, UnaryOperator<Ensemble.Builder> more) {
        Ensemble ensemble =
                servers.ensemble(builder -> more.apply(builder.voters(pair.learner(), pair.leader(), pair.leader())));
        ensemble.start().awaitServing();
        assertThat(ensemble.leader().kind()).isEqualTo(pair.leader());
        return ensemble;
    }

    private static void restartAndSee(SyncForm form, Ensemble ensemble, ServerProcess learner) {
        ServerProcess leader = ensemble.leader();
        long leaderLog = leader.logSize();
        long learnerLog = learner.logSize();

        learner.start();

        leader.awaitLog(form.inLeaderLog(leader.kind(), learner.sid()), leaderLog);
        for (Pattern line : form.inLearnerLog(learner.kind())) {
            learner.awaitLog(line, learnerLog);
        }
        learner.awaitMode("follower");
        for (SyncForm other : SyncForm.values()) {
            if (other != form) {
                assertThat(leader.log(leaderLog))
                        .as("no other sync than the one that was wanted")
                        .doesNotContainPattern(other.inLeaderLog(leader.kind(), learner.sid()));
            }
        }
    }

    private static void createMany(StockClient client, String prefix, int count) throws InterruptedException {
        CountDownLatch created = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            client.zooKeeper()
                    .create(
                            prefix + i,
                            new byte[0],
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT,
                            (rc, path, context, name) -> {
                                if (rc == 0) {
                                    created.countDown();
                                }
                            },
                            null);
        }
        assertThat(created.await(60, TimeUnit.SECONDS))
                .as("%s of %s creates are still to be acknowledged", created.getCount(), count)
                .isTrue();
    }

    private static boolean logHolds(ServerProcess server, String text) throws IOException {
        try (Stream<Path> files = Files.list(server.versionDirectory())) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("log.")
                        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static List<Long> zxids(LongStream counters) {
        return counters.mapToObj(counter -> EPOCH_1 + counter).toList();
    }
}
