package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Ensembles in which anything can happen at any time, drawn from a seed: messages are delivered, cut into pieces and lost with their
 * connection, disks lag behind, servers crash and come back, leaders are elected by any quorum while older ones still believe in
 * themselves. {@link Checker} looks at every step; in the end everything is repaired, and all must come to the same history.
 *
 * <p>{@code -Dzab.seeds=10000} runs more, {@code -Dzab.seed=42} runs one and prints what happens.
 */
class RandomisedTest {
    private static final int SEEDS = 100;
    private static final int STEPS = 1500;

    @Test
    void committedHistoriesAgreeWhateverHappens() {
        Long one = Long.getLong("zab.seed");
        if (one != null) {
            new Run(one, System.out::println).play();
            return;
        }
        int seeds = Integer.getInteger("zab.seeds", SEEDS);
        Tally tally = new Tally();
        for (long seed = 0; seed < seeds; seed++) {
            try {
                Run run = new Run(seed, tally::see);
                run.play();
                tally.committed += run.cluster.checker.committed().size();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + " (replay with -Dzab.seed=" + seed + "): " + e.getMessage(), e);
            }
        }
        System.out.println("randomised: " + seeds + " seeds, " + tally);
        tally.requireAll();
    }

    /** How often the interesting things happened: a run in which nothing happens proves nothing. */
    private static final class Tally {
        private static final Map<String, String> NAMES = Map.of(
                "sends DIFF", "DIFF",
                "sends TRUNC", "TRUNC",
                "sends SNAP", "SNAP",
                "-> LOCATING", "log on disk",
                "leads epoch", "epochs",
                "INFORM", "INFORM",
                "is answered", "syncs",
                "more than this leader", "learner ahead",
                "loaded anew, last", "reload",
                "-> OPENING_SNAPSHOT, its", "SNAP asked for");

        final Map<String, Integer> seen = new TreeMap<>();
        long committed;

        void see(String line) {
            NAMES.forEach((part, name) -> {
                if (line.contains(part)) {
                    seen.merge(name, 1, Integer::sum);
                }
            });
            if (line.contains("cannot cut") || line.contains("WARN")) {
                seen.merge(line.substring(3), 1, Integer::sum);
            }
        }

        void requireAll() {
            assertThat(seen.keySet()).as("what the runs brought about").containsAll(NAMES.values());
        }

        @Override
        public String toString() {
            return committed + " committed, " + seen;
        }
    }

    /** One seed's ensemble. */
    private static final class Run {
        private final Random random;
        private final ZabTestCluster cluster;
        private final int voters;
        private final List<TestServer> all;
        private int payloads;

        Run(long seed, ZabTestCluster.Listener listener) {
            random = new Random(seed);
            voters = random.nextInt(3) == 0 ? 5 : 3;
            ZabSettings of = ZabTestCluster.SETTINGS;
            ZabSettings settings = new ZabSettings(
                    of.tickNanos(),
                    of.initLimit(),
                    of.syncLimit(),
                    500,
                    random.nextInt(4) == 0 ? -1 : 0.33,
                    random.nextInt(10) == 0,
                    SyncLimits.DEFAULTS);
            cluster = new ZabTestCluster(ZabTestCluster.entries(voters, random.nextInt(2)), settings, listener)
                    .withWindow(1 + random.nextInt(12));
            all = List.copyOf(cluster.servers.values());
            all.forEach(each -> each.disk.locatable = random.nextInt(5) > 0);
            all.forEach(each -> each.disk.snapshotPiece = 1 + random.nextInt(200));
        }

        void play() {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            repair();
        }

        private void step() {
            int what = random.nextInt(1000);
            if (what < 550) {
                deliver();
            } else if (what < 750) {
                complete();
            } else if (what < 830) {
                write();
            } else if (what < 850) {
                sync();
            } else if (what < 880) {
                cluster.pass(1000, () -> {});
            } else if (what < 960) {
                elect();
            } else if (what < 975) {
                restart();
            } else if (what < 982) {
                pick(all).takeSnapshotIfServing(random.nextBoolean());
            } else if (what < 990) {
                capSomething();
            } else if (what < 995) {
                cutSomething();
            } else {
                crash();
            }
        }

        private <T> T pick(List<T> from) {
            return from.get(random.nextInt(from.size()));
        }

        private void deliver() {
            List<ZabTestCluster.Pipe> busy = new ArrayList<>();
            for (ZabTestCluster.Link link : cluster.links) {
                link.pipes().stream().filter(ZabTestCluster.Pipe::isDeliverable).forEach(busy::add);
            }
            if (!busy.isEmpty()) {
                ZabTestCluster.Pipe pipe = pick(busy);
                pipe.pieceBytes = random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 0;
                for (int i = random.nextInt(4); i >= 0 && pipe.isDeliverable(); i--) {
                    pipe.deliver();
                }
            }
        }

        private void complete() {
            List<TestServer> busy =
                    all.stream().filter(each -> each.disk.hasWork()).toList();
            if (!busy.isEmpty()) {
                pick(busy).disk.complete(1 + random.nextInt(5));
            }
        }

        private void write() {
            List<TestServer> serving = all.stream().filter(each -> each.serving).toList();
            if (serving.isEmpty()) {
                return;
            }
            TestServer server = pick(serving);
            if (server.leader == null || server.history.outstanding() < 20) {
                server.write("p" + payloads++);
            }
        }

        private void sync() {
            List<TestServer> serving = all.stream().filter(each -> each.serving).toList();
            if (!serving.isEmpty()) {
                pick(serving).sync("s" + payloads++);
            }
        }

        /** Some quorum of those that look for a leader finds one; or one of them hears of a leader. */
        private void elect() {
            List<TestServer> idle = new ArrayList<>(all.stream()
                    .filter(each -> each.isIdle() && !cluster.observers.contains(each.sid))
                    .toList());
            java.util.Collections.shuffle(idle, random);
            int quorum = voters / 2 + 1;
            if (idle.size() >= quorum && random.nextInt(3) > 0) {
                List<TestServer> electing = idle.subList(0, quorum + random.nextInt(idle.size() - quorum + 1));
                TestServer winner = best(electing);
                winner.lead();
                electing.stream().filter(each -> each != winner).forEach(each -> each.follow(winner.sid));
                return;
            }
            List<TestServer> leaders =
                    all.stream().filter(each -> each.leader != null).toList();
            List<TestServer> joiners =
                    all.stream().filter(each -> each.isIdle()).toList();
            if (!leaders.isEmpty() && !joiners.isEmpty()) {
                pick(joiners).follow(pick(leaders).sid);
            }
        }

        private static TestServer best(List<TestServer> from) {
            return java.util.Collections.max(
                    from,
                    Comparator.comparingLong((TestServer each) -> each.disk.currentEpoch)
                            .thenComparingLong(each -> each.disk.lastZxid())
                            .thenComparingLong(each -> each.sid));
        }

        private void crash() {
            TestServer server = pick(all);
            if (server.up) {
                cluster.listener.line("crash " + server.sid);
                server.crash();
            }
        }

        private void restart() {
            List<TestServer> down = all.stream().filter(each -> !each.up).toList();
            if (!down.isEmpty()) {
                TestServer server = pick(down);
                cluster.listener.line("restart " + server.sid);
                server.restart();
            }
        }

        private void cutSomething() {
            if (!cluster.links.isEmpty()) {
                cluster.listener.line("cut");
                pick(cluster.links).reset();
            }
        }

        private void capSomething() {
            if (!cluster.links.isEmpty()) {
                ZabTestCluster.Pipe pipe = pick(pick(cluster.links).pipes());
                pipe.capBytes = random.nextInt(3) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(300);
            }
        }

        /** No more accidents: the best leads, all others follow, and come to the same. */
        private void repair() {
            cluster.listener.line("repair");
            all.forEach(TestServer::giveUp);
            List.copyOf(cluster.links).forEach(ZabTestCluster.Link::reset);
            cluster.settle();
            all.stream().filter(each -> !each.up).forEach(TestServer::restart);
            assertThat(all).allMatch(TestServer::isIdle);
            TestServer winner = best(all.stream()
                    .filter(each -> !cluster.observers.contains(each.sid))
                    .toList());
            winner.lead();
            for (int round = 0; round < 4; round++) {
                all.stream().filter(TestServer::isIdle).forEach(each -> each.follow(winner.sid));
                cluster.pass(10_000);
            }
            winner.propose("last");
            winner.sync("done");
            cluster.settle();
            assertThat(winner.answers).contains("done");
            for (TestServer each : all) {
                assertThat(each.serving).as("server %s serves", each.sid).isTrue();
                assertThat(each.tree.stream().map(ZabTestCluster::show).toList())
                        .as("the tree of server %s", each.sid)
                        .isEqualTo(cluster.checker.committed().stream()
                                .map(ZabTestCluster::show)
                                .toList());
                assertThat(each.disk.openSnapshots()).isZero();
            }
        }
    }
}
