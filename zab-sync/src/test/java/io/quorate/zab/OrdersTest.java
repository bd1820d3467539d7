package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The orders that must never break (DESIGN §5, 1 to 4). Each scenario is played twice: as things are, and with the order broken, by a disk
 * that reports what it has not done or does it in another order, or by a peer that leaves a packet out. The second must not pass.
 */
class OrdersTest {
    // ---- 1: acknowledged only when forced
    // --------------------------------------------------------------------------------------------

    @Test
    void order1_aProposalIsAcknowledgedWhenItIsForced() {
        assertThatCode(() -> acknowledgedThenLostPower(FakeDisk.Fault.NONE)).doesNotThrowAnyException();
    }

    @Test
    void order1_broken() {
        assertThatThrownBy(() -> acknowledgedThenLostPower(FakeDisk.Fault.REPORTS_APPENDS_EARLY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server 3 leads epoch 2 with []");
    }

    /** A write is answered to a client, the power fails, and the two who had not forced it elect one of themselves. */
    private static void acknowledgedThenLostPower(FakeDisk.Fault fault) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.checker.watchesAcks = false;
        cluster.elect(1, 2, 3);
        cluster.server(2).disk.fault = fault;

        cluster.server(1).propose("a");
        cluster.deliverAll();
        while (cluster.server(2).hasReports()) {
            cluster.server(2).report();
        }
        cluster.force(1);
        cluster.deliverAll();
        for (long sid = 1; sid <= 3; sid++) {
            cluster.server(sid).crash();
        }
        cluster.server(2).restart();
        cluster.server(3).restart();
        cluster.elect(3, 2);
        assertThat(cluster.server(3).serving).isTrue();
    }

    @Test
    void order1_noAcknowledgementBeforeTheForce() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2, 3);
        cluster.server(1).propose("a");
        cluster.server(1).propose("b");
        cluster.deliverAll();
        assertThat(cluster.heard(2, 1)).doesNotContain("ACK 0x100000001");

        cluster.server(2).disk.complete(1);
        cluster.deliverAll();
        assertThat(cluster.heard(2, 1)).endsWith("ACK 0x100000001");
        assertThat(cluster.server(1).tree)
                .as("the leader's own disk has no voice yet")
                .isEmpty();
    }

    // ---- 2: the epoch files
    // ----------------------------------------------------------------------------------------------------------

    @Test
    void order2_thePromiseIsOnDiskBeforeItIsGiven() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        cluster.deliverAll();
        assertThat(cluster.heard(1, 2))
                .as("nor does the leader offer what it has not stored")
                .isEmpty();
        cluster.force(1);
        cluster.deliverAll();
        assertThat(cluster.heard(1, 2)).containsExactly("LEADERINFO 0x100000000");
        assertThat(cluster.heard(2, 1)).containsExactly("FOLLOWERINFO 0x0");

        cluster.force(2);
        cluster.deliverAll();
        assertThat(cluster.server(2).disk.acceptedEpoch).isEqualTo(1);
        assertThat(cluster.heard(2, 1)).containsExactly("FOLLOWERINFO 0x0", "ACKEPOCH 0x0 of epoch 0");
        assertThat(cluster.heard(1, 2))
                .as("the leader's current epoch is not stored yet")
                .hasSize(1);
    }

    @Test
    void order2_thePromiseBroken() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(2).disk.fault = FakeDisk.Fault.REPORTS_ACCEPTED_EPOCH_EARLY;

        assertThatThrownBy(() -> cluster.elect(1, 2))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server 2 acknowledges epoch 1, on disk is 0");
    }

    /** ZOOKEEPER-4643 in short: {@link KnownBugsTest} tells the story. */
    @ParameterizedTest
    @EnumSource(
            value = FakeDisk.Fault.class,
            names = {"REPORTS_CURRENT_EPOCH_EARLY", "STORES_CURRENT_EPOCH_BEFORE_THE_HISTORY", "REPORTS_APPENDS_EARLY"})
    void order2_theEpochOfAHistoryThatIsNotThereBroken(FakeDisk.Fault fault) {
        assertThatThrownBy(() -> joinWithTenEntries(fault))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server 3 acknowledges");
    }

    @Test
    void order2_theEpochOfAHistoryIsStoredBehindIt() {
        assertThatCode(() -> joinWithTenEntries(FakeDisk.Fault.NONE)).doesNotThrowAnyException();
    }

    private static void joinWithTenEntries(FakeDisk.Fault fault) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 10));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 10));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, 1));
        cluster.elect(1, 2);
        cluster.server(3).disk.fault = fault;
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.server(3).disk.complete(1);
        cluster.deliverAll();
        while (cluster.server(3).hasReports() || cluster.server(3).disk.hasWork()) {
            if (cluster.server(3).hasReports()) {
                cluster.server(3).report();
            } else {
                cluster.server(3).disk.complete(1);
            }
            cluster.deliverAll();
        }
        cluster.server(1).propose("a");
        cluster.deliverAll();
        while (cluster.server(3).hasReports()) {
            cluster.server(3).report();
        }
        cluster.settle();
        assertThat(cluster.tree(3)).hasSize(11);
    }

    // ---- 3: durable, committed, applied
    // ----------------------------------------------------------------------------------------------

    @Test
    void order3_aLeaderAppliesWhatItsOwnDiskHas() {
        assertThatCode(() -> committedByTheOthers(FakeDisk.Fault.NONE)).doesNotThrowAnyException();
    }

    @Test
    void order3_aLeaderAppliesBroken() {
        assertThatThrownBy(() -> committedByTheOthers(FakeDisk.Fault.REPORTS_APPENDS_EARLY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the leader's tree");
    }

    private static void committedByTheOthers(FakeDisk.Fault fault) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2, 3);
        TestServer leader = cluster.server(1);
        leader.disk.fault = fault;

        leader.propose("a");
        while (leader.hasReports()) {
            leader.report();
        }
        cluster.deliverAll();
        cluster.force(2);
        cluster.force(3);
        cluster.deliverAll();

        assertThat(cluster.tree(2)).containsExactly("0x100000001 a");
        assertThat(leader.tree).as("the leader's tree").isEmpty();
        leader.disk.fault = FakeDisk.Fault.NONE;
        cluster.settle();
        if (fault == FakeDisk.Fault.NONE) {
            assertThat(leader.tree).hasSize(1);
        }
    }

    @Test
    void order3_aFollowerAppliesWhatItsOwnDiskHas() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1);
        cluster.elect(1, 2, 3, 4);
        cluster.server(1).propose("a");
        cluster.deliverAll();
        cluster.force(1);
        cluster.force(2);
        cluster.deliverAll();
        assertThat(cluster.heard(1, 3)).endsWith("COMMIT 0x100000001");
        assertThat(cluster.heard(1, 4)).endsWith("INFORM 0x100000001 a");
        assertThat(cluster.tree(3)).isEmpty();
        assertThat(cluster.tree(4)).isEmpty();

        cluster.settle();
        assertThat(cluster.tree(3)).hasSize(1);
        assertThat(cluster.tree(4)).hasSize(1);
    }

    /** What a follower had logged and not applied is in its tree before it proposes anything as a leader. */
    @Test
    void order3_aNewLeaderAppliesItsTailFirst() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2, 3);
        cluster.server(1).propose("a");
        cluster.server(1).propose("b");
        cluster.deliverAll();
        cluster.force(2);
        cluster.force(3);
        assertThat(cluster.tree(2)).isEmpty();
        cluster.server(1).crash();
        cluster.settle();
        cluster.elect(2, 3);

        assertThat(cluster.server(2).serving).isTrue();
        assertThat(cluster.tree(2)).containsExactly("0x100000001 a", "0x100000002 b");
        assertThat(cluster.tree(3)).containsExactly("0x100000001 a", "0x100000002 b");
        cluster.server(2).propose("c");
        cluster.settle();
        assertThat(cluster.tree(3)).endsWith("0x200000001 c");
    }

    /** Before a learner is synchronized, it may have applied what turns out never to have been committed. */
    @Test
    void order3_truncBelowWhatIsAppliedLoadsTheTreeAnew() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.server(2).disk.takeSnapshot(false);
        cluster.elect(2, 3);
        cluster.server(2).propose("x");
        cluster.settle();
        cluster.server(1).follow(2);
        cluster.settle();

        assertThat(cluster.tree(1)).containsExactlyElementsOf(cluster.tree(2));
        assertThat(cluster.server(1).disk.log).extracting(Proposal::zxid).doesNotContain(0x100000003L);
    }

    /** A snapshot that holds what TRUNC takes away goes with it (ZOOKEEPER-1549, 4837). */
    @Test
    void order3_truncRemovesNewerSnapshots() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.server(1).disk.takeSnapshot(false);
        cluster.elect(2, 3);
        cluster.server(1).follow(2);
        cluster.settle();
        assertThat(cluster.heard(2, 1)).contains("TRUNC 0x100000002");
        cluster.server(1).crash();
        cluster.server(1).restart();

        assertThat(cluster.tree(1)).containsExactlyElementsOf(cluster.tree(2));
    }

    // ---- 4: a joiner misses nothing, and gets nothing twice
    // --------------------------------------------------------------------------

    /** At every point of the conversation, something is proposed, and something is committed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void order4_aJoinerGetsEverythingOnceAndInOrder(boolean observer) {
        long joiner = observer ? 4 : 3;
        for (int moment = 0; moment < 14; moment++) {
            for (String past : List.of("DIFF", "TRUNC", "SNAP", "LOG")) {
                ZabTestCluster cluster = established(joiner, past);
                join(cluster, joiner, moment);
                verifyJoiner(cluster, joiner, past + " with traffic at step " + moment);
            }
        }
    }

    /** The formal specification's ambiguity A, brought about: proposals go only to those that have acknowledged NEWLEADER. */
    @Test
    void order4_broken_proposalsOnlyForWhoHasAcknowledged() {
        assertThatThrownBy(() -> {
                    for (int moment = 0; moment < 14; moment++) {
                        ZabTestCluster cluster = established(3, "DIFF");
                        cluster.tap = (from, to, packet) -> to == 3
                                        && packet.zxid() >= 0x200000002L
                                        && (packet.type() == PacketType.PROPOSAL || packet.type() == PacketType.COMMIT)
                                        && !cluster.heard(3, 1).contains("ACK 0x200000000")
                                ? null
                                : packet;
                        join(cluster, 3, moment);
                        verifyJoiner(cluster, 3, "broken at " + moment);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("broken at");
    }

    /** Ambiguity C, brought about: UPTODATE before the commits that belong before it. */
    @Test
    void order4_broken_upToDateTooEarly() {
        assertThatThrownBy(() -> {
                    for (int moment = 0; moment < 14; moment++) {
                        ZabTestCluster cluster = established(3, "DIFF");
                        List<QuorumPacket> held = new ArrayList<>();
                        cluster.tap = (from, to, packet) -> {
                            boolean late =
                                    to == 3 && packet.type() == PacketType.COMMIT && packet.zxid() >= 0x200000002L;
                            if (late) {
                                held.add(packet);
                            }
                            return late ? null : packet;
                        };
                        join(cluster, 3, moment);
                        held.forEach(cluster.pipe(3, 1)::sendUnchecked);
                        cluster.settle();
                        verifyJoiner(cluster, 3, "broken at " + moment);
                    }
                })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("broken at");
    }

    private static ZabTestCluster established(long joiner, String past) {
        ZabTestCluster cluster =
                ZabTestCluster.of(3, 1).withWindow(past.equals("LOG") || past.equals("SNAP") ? 2 : 500);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 8));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 8));
        cluster.past(joiner, 1, 1, ZabTestCluster.txns(1, past.equals("TRUNC") ? 9 : 3));
        cluster.server(1).disk.locatable = past.equals("LOG");
        cluster.server(1).disk.snapshotPiece = 50;
        cluster.elect(1, 2);
        if (!past.equals("TRUNC")) {
            cluster.server(1).propose("first");
        }
        cluster.settle();
        return cluster;
    }

    private static void join(ZabTestCluster cluster, long joiner, int moment) {
        cluster.server(joiner).follow(1);
        for (int step = 0; step < 60; step++) {
            if (step == moment) {
                cluster.server(1).propose("committed-" + step);
                cluster.force(1);
                deliver(cluster, 1, 2);
                cluster.force(2);
                deliver(cluster, 2, 1);
                cluster.server(1).propose("outstanding-" + step);
            }
            if (step % 3 == 0) {
                cluster.force(1);
            } else if (step % 3 == 1) {
                cluster.force(joiner);
            }
            for (ZabTestCluster.Link link : List.copyOf(cluster.links)) {
                if (link.isBetween(1, joiner)) {
                    link.pipes().stream()
                            .filter(ZabTestCluster.Pipe::isDeliverable)
                            .forEach(ZabTestCluster.Pipe::deliver);
                }
            }
        }
        cluster.settle();
    }

    private static void deliver(ZabTestCluster cluster, long from, long to) {
        while (cluster.pipe(from, to).isDeliverable()) {
            cluster.pipe(from, to).deliver();
        }
    }

    private static void verifyJoiner(ZabTestCluster cluster, long joiner, String what) {
        assertThat(cluster.server(joiner).serving).as(what).isTrue();
        assertThat(cluster.tree(joiner)).as(what).isEqualTo(cluster.tree(1));
        List<String> heard = cluster.heard(1, joiner);
        for (String kind : List.of("PROPOSAL", "COMMIT", "INFORM")) {
            List<String> ofKind =
                    heard.stream().filter(each -> each.startsWith(kind)).toList();
            assertThat(ofKind).as(what).doesNotHaveDuplicates().isSorted();
        }
        int upToDate = heard.indexOf("UPTODATE");
        String committedBefore = heard.subList(0, upToDate).stream()
                .filter(each -> each.startsWith("COMMIT") || each.startsWith("INFORM"))
                .reduce("", (first, second) -> second);
        String firstLine = cluster.lines.stream()
                .filter(each -> each.contains("SYNCED -> BROADCAST, sent UPTODATE behind"))
                .reduce("", (first, second) -> second);
        assertThat(committedBefore.isEmpty() || committedBefore.contains(lastWord(firstLine)))
                .as(what + ": every commit up to the leader's last, " + lastWord(firstLine) + ", precedes UPTODATE in "
                        + heard)
                .isTrue();
    }

    private static String lastWord(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }
}
