package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Elections under random delays, losses, crashes and partitions. Always: whom a server elects is the best of a quorum. Once the faults
 * have stopped: all agree on one leader. A failure names its seed; {@code -Delection.seed=N} plays that one alone.
 */
class ConvergenceTest {
    private static final int SEEDS = 400;
    private static final int FAULTY_STEPS = 600;

    /** More messages than these at one moment are a loop. */
    private static final int MAX_DELIVERIES = 5_000;

    private static final long MS = 1_000_000;

    /** How long a server bears with a leader that it cannot reach, or with too few followers. */
    private static final long PATIENCE_NANOS = 2_000 * MS;

    private static final long CALM_LIMIT_NANOS = 10 * 60_000 * MS;

    @Test
    void electsTheBestOfAQuorumAndConvergesWhenFaultsStop() {
        Optional<Long> only = Optional.ofNullable(Long.getLong("election.seed"));
        for (long seed = only.orElse(0L); seed < only.map(s -> s + 1).orElse((long) SEEDS); seed++) {
            Run run = new Run(seed);
            try {
                run.play();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ", " + run.config.text() + "\n" + String.join("\n", run.lastLines), e);
            }
        }
    }

    private static final class Run implements Cluster.Listener {
        private static final int KEPT_LINES = 200;

        private final Random random;
        private final Cluster cluster = new Cluster(ElectionSettings.DEFAULT, this);
        private final EnsembleConfig config;
        /** What each server has on disk; never changes, so that "best" has a meaning. */
        private final Map<Long, Vote> histories = new TreeMap<>();
        /** Since when a settled server has had nobody to work with. */
        private final Map<Long, Long> lonelySince = new HashMap<>();

        private final Deque<String> lastLines = new ArrayDeque<>();
        private long reigns;

        private Run(long seed) {
            random = new Random(seed);
            config = randomConfig();
            for (ServerSpec server : config.servers()) {
                long epoch = random.nextInt(3);
                boolean untrusted = random.nextInt(20) == 0;
                long zxid = untrusted ? Vote.UNTRUSTED_ZXID : (epoch << 32) + random.nextInt(3);
                histories.put(server.id(), new Vote(server.id(), zxid, 0, epoch));
            }
            keepAQuorumOfDatabases();
        }

        private EnsembleConfig randomConfig() {
            Map<String, String> entries = new TreeMap<>();
            boolean hierarchical = random.nextInt(4) == 0;
            int voters = hierarchical ? 6 : 1 + random.nextInt(7);
            int observers = random.nextInt(3);
            for (int sid = 1; sid <= voters + observers; sid++) {
                entries.put("server." + sid, "host" + sid + ":1:2:" + (sid <= voters ? "participant" : "observer"));
            }
            if (hierarchical) {
                entries.put("group.1", "1:2:3");
                entries.put("group.2", "4:5:6");
                entries.put("weight.6", "0");
            }
            return EnsembleConfig.of(entries);
        }

        /** With too many databases lost, nobody may ever lead. */
        private void keepAQuorumOfDatabases() {
            Set<Long> trusted = new HashSet<>();
            histories.forEach((sid, history) -> {
                if (history.zxid() != Vote.UNTRUSTED_ZXID) {
                    trusted.add(sid);
                }
            });
            if (!config.quorum().containsQuorum(trusted)) {
                histories.replaceAll((sid, history) -> new Vote(sid, 0, 0, history.peerEpoch()));
            }
        }

        private void play() {
            for (int step = 0; step < FAULTY_STEPS; step++) {
                faultyStep();
            }
            line("--- the faults stop");
            cluster.healAll();
            histories.keySet().stream().filter(sid -> !cluster.isRunning(sid)).forEach(this::look);
            long calmSince = cluster.nowNanos();
            while (disagreement() != null) {
                if (cluster.nowNanos() - calmSince > CALM_LIMIT_NANOS) {
                    throw new AssertionError("not converged: " + disagreement());
                }
                calmStep();
            }
        }

        private void faultyStep() {
            int dice = random.nextInt(100);
            if (dice < 60) {
                pick(cluster.deliverable()).ifPresent(cluster::deliver);
            } else if (dice < 66) {
                pick(cluster.deliverable()).ifPresent(cluster::drop);
            } else if (dice < 86) {
                cluster.advance(random.nextLong(300) * MS);
                superviseAll();
            } else if (dice < 89) {
                pick(List.copyOf(cluster.running())).ifPresent(this::crash);
            } else if (dice < 95) {
                pick(List.copyOf(histories.keySet()))
                        .filter(sid -> !cluster.isRunning(sid))
                        .ifPresent(this::look);
            } else {
                long a = pick(List.copyOf(histories.keySet())).orElseThrow();
                long b = pick(List.copyOf(histories.keySet())).orElseThrow();
                if (dice < 97) {
                    cluster.cut(a, b);
                } else {
                    cluster.heal(a, b);
                }
            }
        }

        private void calmStep() {
            for (int i = 0; !cluster.deliverable().isEmpty(); i++) {
                if (i == MAX_DELIVERIES) {
                    throw new AssertionError("the machines never stop talking");
                }
                cluster.deliver(pick(cluster.deliverable()).orElseThrow());
            }
            cluster.advance(Math.min(100 * MS, cluster.untilNextDeadline().orElse(Long.MAX_VALUE)));
            superviseAll();
        }

        private <T> Optional<T> pick(List<T> list) {
            return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
        }

        private void look(long sid) {
            Vote history = history(sid);
            lonelySince.remove(sid);
            cluster.look(sid, config, history.zxid(), history.peerEpoch());
        }

        private void crash(long sid) {
            line(sid + ": crashes");
            lonelySince.remove(sid);
            cluster.crash(sid);
        }

        private Vote history(long sid) {
            return Optional.ofNullable(histories.get(sid)).orElseThrow();
        }

        // --- what synchronization does with the result of an election

        private void superviseAll() {
            for (long sid : cluster.running()) {
                FastLeaderElection machine = cluster.machine(sid);
                boolean works = switch (machine.state()) {
                    case LOOKING -> true;
                    case LEADING -> reigns(sid);
                    case FOLLOWING, OBSERVING -> follows(sid, machine.vote().leader());
                };
                if (works) {
                    lonelySince.remove(sid);
                } else if (cluster.nowNanos() - lonelySince.computeIfAbsent(sid, s -> cluster.nowNanos())
                        > PATIENCE_NANOS) {
                    look(sid);
                }
            }
        }

        private boolean reigns(long leader) {
            Set<Long> court = new HashSet<>(Set.of(leader));
            cluster.running().stream().filter(sid -> follows(sid, leader)).forEach(court::add);
            if (!config.quorum().containsQuorum(court)) {
                return false;
            }
            if (random.nextInt(4) == 0) {
                long epoch = 10 + ++reigns;
                court.forEach(sid -> cluster.machine(sid).settled(epoch));
            }
            return true;
        }

        private boolean follows(long sid, long leader) {
            return sid != leader
                    && cluster.isRunning(leader)
                    && cluster.isUp(new Cluster.Link(sid, leader))
                    && cluster.machine(leader).state() == PeerState.LEADING
                    && cluster.machine(sid).state() != PeerState.LOOKING
                    && cluster.machine(sid).vote().leader() == leader;
        }

        // --- what must hold

        @Override
        public void elected(long sid, PeerState role, Vote vote) {
            long leader = vote.leader();
            Set<Long> notBetter = new HashSet<>();
            histories.forEach((voter, history) -> {
                if (history.zxid() == Vote.UNTRUSTED_ZXID || !history.beats(history(leader))) {
                    notBetter.add(voter);
                }
            });
            assertThat(config.quorum().containsQuorum(notBetter))
                    .as("server %s elects %s, the best of the quorum among %s", sid, leader, notBetter)
                    .isTrue();
            assertThat(config.quorum().weight(leader))
                    .as("weight of leader %s", leader)
                    .isPositive();
            assertThat(history(leader).zxid()).as("zxid of leader %s", leader).isNotEqualTo(Vote.UNTRUSTED_ZXID);
            assertThat(role == PeerState.LEADING).isEqualTo(leader == sid);
            assertThat(role == PeerState.OBSERVING).isEqualTo(!config.isVoter(sid));
        }

        /** @return null if all have settled on one leader */
        private @Nullable String disagreement() {
            Set<Long> leaders = new HashSet<>();
            for (long sid : histories.keySet()) {
                FastLeaderElection machine = cluster.machine(sid);
                if (machine.state() == PeerState.LOOKING) {
                    return sid + " looks in round " + machine.round();
                }
                leaders.add(machine.vote().leader());
            }
            if (leaders.size() != 1) {
                return "leaders " + leaders;
            }
            long leader = leaders.iterator().next();
            return cluster.machine(leader).state() == PeerState.LEADING ? null : leader + " does not lead";
        }

        @Override
        public void line(String line) {
            if (lastLines.size() == KEPT_LINES) {
                lastLines.removeFirst();
            }
            lastLines.addLast(cluster.nowMs() + " " + line);
        }
    }
}
