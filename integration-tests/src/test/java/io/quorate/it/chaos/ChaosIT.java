package io.quorate.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerPlace;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Ensembles on a network of their own, whose hosts and links fail, under clients that set and read: what these saw is linearizable, what was
 * acknowledged stays, and all servers end with one tree.
 *
 * <p>{@code -Dchaos.minutes=N} lets the long ones go on for so long, {@code -Dchaos.seed=S} repeats an order of faults.
 */
@Timeout(240)
class ChaosIT {
    /** What is done to an ensemble, and undone. */
    private enum Fault {
        LEADER_CUT_FROM_SERVERS,
        FOLLOWER_CUT_FROM_SERVERS,
        LEADER_IS_NOT_HEARD,
        LEADER_DOES_NOT_HEAR,
        FOLLOWERS_CUT_FROM_EACH_OTHER,
        LEADER_UNPLUGGED,
        FOLLOWER_UNPLUGGED,
        LEADER_ON_A_SLOW_LINK,
        FOLLOWER_ON_A_SLOW_LINK,
        LEADER_KILLED,
        FOLLOWER_KILLED,
        LEADER_STOPPED,
        FOLLOWER_STOPPED,
        ALL_KILLED,
        LEADER_DISK_FULL,
        FOLLOWER_DISK_FULL
    }

    private static final Set<Fault> QUICK =
            EnumSet.of(Fault.LEADER_IS_NOT_HEARD, Fault.LEADER_STOPPED, Fault.LEADER_DISK_FULL);

    private static final int ANSWERS_BEFORE = 60;
    private static final int ANSWERS_DURING = 80;
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(40);

    @RegisterExtension
    final Servers servers = new Servers();

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final long minutes = Long.getLong("chaos.minutes", 2);
    private final List<SmallDisk> disks = new ArrayList<>();

    @Test
    void threeServersOnceThroughTheWorst() throws Exception {
        play(3, 1, QUICK, 0);
    }

    @Test
    @Tag("full")
    @Timeout(7200)
    void threeServers() throws Exception {
        play(3, Integer.MAX_VALUE, EnumSet.allOf(Fault.class), minutes);
    }

    @Test
    @Tag("full")
    @Timeout(7200)
    void fiveServers() throws Exception {
        play(5, Integer.MAX_VALUE, EnumSet.allOf(Fault.class), minutes);
    }

    /** Until the rounds are played or the time is over, whichever is first; each round has every fault once, in an order of its own. */
    private void play(int size, int rounds, Set<Fault> faults, long forMinutes) throws Exception {
        NetworkLab.obstacle().ifPresent(why -> assumeThat(why).as("skipped").isEmpty());
        Random random = new Random(seed);
        try (NetworkLab lab = NetworkLab.of(size)) {
            Ensemble ensemble = ensemble(lab, size);
            try {
                ensemble.start().awaitServing();
                long deadline =
                        System.nanoTime() + Duration.ofMinutes(forMinutes).toNanos();
                Set<Fault> done = EnumSet.noneOf(Fault.class);
                try (Registers registers = Registers.start(ensemble.connectString(), seed);
                        WriteHistory writes = WriteHistory.start(ensemble)) {
                    for (int i = 0; i < rounds && (i == 0 || System.nanoTime() < deadline); i++) {
                        List<Fault> order = new ArrayList<>(faults);
                        Collections.shuffle(order, random);
                        for (Fault each : order) {
                            registers.awaitMore(ANSWERS_BEFORE);
                            inflict(each, lab, ensemble, registers);
                            done.add(each);
                        }
                    }
                    registers.awaitMore(ANSWERS_BEFORE);
                    registers.stop();
                    writes.stop();
                    TreeDump tree = ensemble.assertEqualTrees();
                    writes.check(tree);
                    String seen = registers.check();
                    System.out.println("chaos of " + size + " servers, seed " + seed + ": " + seen + ", " + writes);
                }
                assertThat(done).isEqualTo(faults);
            } catch (AssertionError e) {
                throw new AssertionError("with -Dchaos.seed=" + seed + ": " + e.getMessage(), e);
            } finally {
                ensemble.kill9All();
                disks.forEach(SmallDisk::close);
            }
        }
    }

    private Ensemble ensemble(NetworkLab lab, int size) {
        Kind[] kinds = new Kind[size];
        Arrays.fill(kinds, Kind.underTest());
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(kinds)
                .places(lab::place)
                .config("tickTime", "250")
                .config("syncLimit", "6")
                .config("snapCount", "20000"));
        for (ServerProcess each : ensemble.servers()) {
            disks.add(SmallDisk.over(each.versionDirectory()));
        }
        return ensemble;
    }

    private void inflict(Fault fault, NetworkLab lab, Ensemble ensemble, Registers registers) {
        ServerProcess leader = ensemble.leader();
        ServerProcess follower = ensemble.followers().get(0);
        switch (fault) {
            case LEADER_CUT_FROM_SERVERS -> lab.cutFromHosts(leader.sid());
            case FOLLOWER_CUT_FROM_SERVERS -> lab.cutFromHosts(follower.sid());
            case LEADER_IS_NOT_HEARD ->
                others(ensemble, leader).forEach(each -> lab.cutOneWay(leader.sid(), each.sid()));
            case LEADER_DOES_NOT_HEAR ->
                others(ensemble, leader).forEach(each -> lab.cutOneWay(each.sid(), leader.sid()));
            case FOLLOWERS_CUT_FROM_EACH_OTHER ->
                lab.cut(follower.sid(), ensemble.followers().get(1).sid());
            case LEADER_UNPLUGGED -> lab.unplug(leader.sid());
            case FOLLOWER_UNPLUGGED -> lab.unplug(follower.sid());
            case LEADER_ON_A_SLOW_LINK -> slow(lab, leader);
            case FOLLOWER_ON_A_SLOW_LINK -> slow(lab, follower);
            case LEADER_KILLED -> leader.kill9();
            case FOLLOWER_KILLED -> follower.kill9();
            case LEADER_STOPPED -> leader.pause();
            case FOLLOWER_STOPPED -> follower.pause();
            case ALL_KILLED -> {
                ensemble.kill9All();
                ensemble.start();
            }
            case LEADER_DISK_FULL -> disk(leader).fill();
            case FOLLOWER_DISK_FULL -> disk(follower).fill();
        }
        if (takesLeadership(fault)) {
            awaitAnotherLeader(ensemble, leader);
        }
        registers.awaitMore(ANSWERS_DURING);
        switch (fault) {
            case LEADER_KILLED -> leader.start();
            case FOLLOWER_KILLED -> follower.start();
            case LEADER_STOPPED -> leader.resume();
            case FOLLOWER_STOPPED -> follower.resume();
            case LEADER_DISK_FULL -> disk(leader).free();
            case FOLLOWER_DISK_FULL -> disk(follower).free();
            default -> lab.heal();
        }
        ensemble.awaitServing();
    }

    private static boolean takesLeadership(Fault fault) {
        return switch (fault) {
            case LEADER_CUT_FROM_SERVERS,
                    LEADER_IS_NOT_HEARD,
                    LEADER_DOES_NOT_HEAR,
                    LEADER_UNPLUGGED,
                    LEADER_KILLED,
                    LEADER_STOPPED,
                    LEADER_DISK_FULL -> true;
            default -> false;
        };
    }

    private static List<ServerProcess> others(Ensemble ensemble, ServerProcess one) {
        return ensemble.servers().stream().filter(each -> each != one).toList();
    }

    private void awaitAnotherLeader(Ensemble ensemble, ServerProcess deposed) {
        Await.until(
                "another leader than " + deposed,
                ELECTION_TIMEOUT,
                () -> others(ensemble, deposed).stream()
                        .anyMatch(each -> each.mode().filter("leader"::equals).isPresent()));
    }

    private static void slow(NetworkLab lab, ServerProcess server) {
        if (!lab.slow(server.sid())) {
            System.out.println("chaos: no slow links, this kernel has neither netem nor tbf");
        }
    }

    private SmallDisk disk(ServerProcess server) {
        return disks.get(server.sid() - 1);
    }

    /** A server whose monotonic clock stands elsewhere than the machine's, as after a move of a virtual machine. */
    @Test
    @Tag("full")
    void aServerWhoseClockStandsElsewhereIsAMemberLikeAnyOther() {
        Commands.Result probe = Commands.tryRun("unshare", "--time", "--monotonic", "100000", "--fork", "true");
        assumeThat(probe.exitCode())
                .as("`unshare --time` (util-linux): " + probe.said())
                .isZero();
        List<String> elsewhere =
                List.of("unshare", "--time", "--monotonic", "100000", "--boottime", "100000", "--fork", "--kill-child");
        Ensemble ensemble =
                servers.ensemble(builder -> builder.voters(Kind.underTest(), Kind.underTest(), Kind.underTest())
                        .places(sid -> new ServerPlace("127.0.0.1", sid == 2 ? elsewhere : List.of())));
        ensemble.start().awaitServing();
        try (WriteHistory writes = WriteHistory.start(ensemble)) {
            writes.awaitMore(ANSWERS_BEFORE);
            ServerProcess leader = ensemble.leader();
            leader.kill9();
            writes.awaitMore(ANSWERS_DURING);
            leader.start();
            ensemble.awaitServing();
            writes.stop();
            writes.check(ensemble.assertEqualTrees());
        }
    }
}
