package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Phase 3: proposals, acknowledgements, commits; pings, syncs, revalidation; who is too late, too slow or gone. */
class BroadcastTest {
    private static final long TICK_MS = 2000;

    private static ZabTestCluster established(int voters, int observers) {
        ZabTestCluster cluster = ZabTestCluster.of(voters, observers);
        cluster.server(1).lead();
        for (long sid = 2; sid <= voters + observers; sid++) {
            cluster.server(sid).follow(1);
        }
        cluster.settle();
        return cluster;
    }

    private static void deliver(ZabTestCluster cluster, long from, long to) {
        while (cluster.pipe(from, to).isDeliverable()) {
            cluster.pipe(from, to).deliver();
        }
    }

    // ---- commits
    // ---------------------------------------------------------------------------------------------------------------------

    @Test
    void commitsAreInOrderAndWaitForAQuorum() {
        ZabTestCluster cluster = established(5, 0);
        cluster.server(1).propose("a");
        cluster.server(1).propose("b");
        cluster.server(1).propose("c");
        cluster.deliverAll();
        cluster.force(1);
        cluster.server(2).disk.complete(2);
        cluster.deliverAll();
        assertThat(cluster.tree(1)).isEmpty();
        cluster.server(3).disk.complete(1);
        cluster.deliverAll();
        assertThat(cluster.tree(1)).containsExactly("0x100000001 a");
        cluster.force(4);
        cluster.deliverAll();
        assertThat(cluster.tree(1)).containsExactly("0x100000001 a", "0x100000002 b");
        cluster.settle();
        assertThat(cluster.tree(5)).hasSize(3);
    }

    /** An Apache leader keeps a list of every proposal, and waits for each to be acknowledged by name. */
    @Test
    void aLearnerAcknowledgesEachProposalAlsoThoseThatLeftItsWindow() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0).withWindow(2);
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.deliverAll();
        for (int i = 0; i < 6 && !cluster.heard(3, 1).contains("ACK 0x100000000"); i++) {
            cluster.force(3);
            cluster.deliverAll();
        }
        for (int i = 1; i <= 20; i++) {
            cluster.server(1).propose("p" + i);
        }
        cluster.force(1);
        deliver(cluster, 1, 2);
        cluster.force(2);
        deliver(cluster, 2, 1);
        cluster.deliverAll();
        cluster.settle();

        List<String> acks = cluster.heard(3, 1).stream()
                .filter(each -> each.startsWith("ACK 0x1000000") && !each.equals("ACK 0x100000000"))
                .toList();
        assertThat(acks)
                .hasSize(20)
                .doesNotHaveDuplicates()
                .isSorted()
                .startsWith("ACK 0x100000001")
                .endsWith("ACK 0x100000014");
    }

    @Test
    void anObserverAcknowledgesNothingAndHearsOfNothingUncommitted() {
        ZabTestCluster cluster = established(3, 1);
        cluster.server(1).propose("a");
        cluster.deliverAll();
        cluster.force(4);
        assertThat(cluster.heard(1, 4)).doesNotContain("PROPOSAL 0x100000001 a");
        cluster.settle();

        assertThat(cluster.heard(1, 4)).contains("INFORM 0x100000001 a").doesNotContain("COMMIT 0x100000001");
        assertThat(cluster.heard(4, 1)).doesNotContain("ACK 0x100000001");
        assertThat(cluster.tree(4)).hasSize(1);
    }

    /** During synchronization it gets pairs like anybody (observed with 3.9.5), afterwards what is committed. */
    @Test
    void anObserverThatJoins() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.past(4, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.elect(1, 2);
        cluster.server(4).follow(1);
        cluster.settle();
        cluster.server(1).propose("a");
        cluster.settle();

        assertThat(cluster.heard(1, 4))
                .containsSubsequence(
                        "DIFF 0x100000003",
                        "PROPOSAL 0x100000003 t100000003",
                        "COMMIT 0x100000003",
                        "NEWLEADER 0x200000000",
                        "UPTODATE",
                        "INFORM 0x200000001 a");
    }

    /** A configuration that an Apache leader activates is a transaction like any other, for who cannot activate it. */
    @Test
    void commitAndActivateIsACommit() {
        ZabTestCluster cluster = established(3, 1);
        cluster.tap = (from, to, packet) -> switch (packet.type()) {
            case PacketType.COMMIT -> QuorumPacket.of(PacketType.COMMIT_AND_ACTIVATE, packet.zxid(), new byte[8]);
            case PacketType.INFORM -> {
                byte[] data = java.util.Objects.requireNonNull(packet.data());
                byte[] longer = new byte[8 + data.length];
                System.arraycopy(data, 0, longer, 8, data.length);
                yield QuorumPacket.of(PacketType.INFORM_AND_ACTIVATE, packet.zxid(), longer);
            }
            default -> packet;
        };
        cluster.server(1).propose("config");
        cluster.settle();

        assertThat(cluster.tree(2)).containsExactly("0x100000001 config");
        assertThat(cluster.tree(4)).containsExactly("0x100000001 config");
        assertThat(cluster.lines).anyMatch(each -> each.contains("WARN") && each.contains("new configuration"));
    }

    // ---- slow channels
    // ---------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(longs = {3, 4})
    void aSlowLearnerFallsBackToItsCursorAndToTheLogOnDisk(long slow) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1).withWindow(5);
        cluster.elect(1, 2, 3, 4);
        cluster.pipe(1, slow).capBytes = 60;
        for (int i = 0; i < 50; i++) {
            cluster.server(1).propose("p" + i);
            cluster.force(1);
            deliver(cluster, 1, 2);
            cluster.force(2);
            deliver(cluster, 2, 1);
        }
        assertThat(cluster.pipe(1, slow).queue)
                .as("nothing is queued beyond the cap")
                .hasSizeLessThan(4);
        assertThat(cluster.tree(1)).hasSize(50);
        cluster.settle();

        assertThat(cluster.lines).anyMatch(each -> each.startsWith("1: disk: read ["));
        assertThat(cluster.tree(slow)).isEqualTo(cluster.tree(1));
        assertThat(cluster.leader(1).logNeededAfter())
                .isEqualTo(cluster.server(1).history.baseZxid());
    }

    @Test
    void theLogIsNeededWhileALearnerReadsIt() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0).withWindow(3);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 20));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 20));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, 4));
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.force(3);
        cluster.deliverAll();
        assertThat(cluster.leader(1).logNeededAfter()).isEqualTo(Zxid.of(1, 4));
        cluster.server(1).disk.complete(1);
        cluster.server(1).disk.complete(1);
        assertThat(cluster.leader(1).logNeededAfter()).isEqualTo(Zxid.of(1, 6));
        cluster.settle();
        assertThat(cluster.leader(1).logNeededAfter()).isEqualTo(Zxid.of(1, 17));
    }

    /** What is read was purged meanwhile: better a new beginning than a hole. */
    @Test
    void theLogIsPurgedWhileALearnerReadsIt() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0).withWindow(3);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 20));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 20));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, 4));
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.force(3);
        cluster.deliverAll();
        cluster.server(1).disk.complete(1);
        cluster.server(1).disk.takeSnapshot(true);
        cluster.settle();
        assertThat(cluster.server(3).serving).isFalse();

        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
    }

    // ---- pings and the quorum
    // --------------------------------------------------------------------------------------------------------

    @Test
    void pingsEveryHalfTickWithTheLastProposedZxid() {
        ZabTestCluster cluster = established(3, 0);
        cluster.server(1).propose("a");
        cluster.pass(2 * TICK_MS);

        assertThat(cluster.lines.stream().filter(each -> each.equals("1 > 2  PING 0x100000001")))
                .hasSize(4);
        assertThat(cluster.lines.stream().filter(each -> each.equals("2 > 1  PING 0x100000001")))
                .hasSize(4);
        assertThat(cluster.lines).contains("1: session 77 was heard of at server 2");
    }

    /** Fatal to an Apache follower before the synchronization's first packet; and an Apache leader wants no echo before the ACK. */
    @Test
    void noPingBeforeNewLeaderAndNoEchoBeforeUpToDate() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0).withWindow(2);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 10));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 10));
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        for (int i = 0; i < 12; i++) {
            cluster.pass(TICK_MS / 2, () -> {
                cluster.deliverAll();
                cluster.force(2);
                if (cluster.server(1).disk.hasWork()) {
                    cluster.server(1).disk.complete(1);
                }
            });
            if (i == 2) {
                cluster.server(3).disk.complete(1);
            }
        }
        List<String> heard = cluster.lines.stream()
                .filter(each -> each.startsWith("1 > 3"))
                .map(each -> each.substring(7, each.indexOf(' ', 7)))
                .toList();
        assertThat(heard).contains("PING");
        assertThat(heard.subList(0, heard.indexOf("PING"))).contains("SNAP", "NEWLEADER");
        assertThat(cluster.lines).noneMatch(each -> each.startsWith("3 > 1  PING"));
        assertThat(cluster.server(3).learner)
                .as("pings keep it waiting for its own disk")
                .isNotNull();
        cluster.settle();
        cluster.pass(TICK_MS);
        assertThat(cluster.lines).anyMatch(each -> each.startsWith("3 > 1  PING"));
    }

    @Test
    void aLeaderWithoutAQuorumStopsWithinATick() {
        ZabTestCluster cluster = established(3, 1);
        cluster.server(2).crash();
        cluster.pass(TICK_MS);
        assertThat(cluster.server(1).serving).isTrue();
        cluster.server(3).crash();
        cluster.pass(TICK_MS);

        assertThat(cluster.server(1).serving).isFalse();
        assertThat(cluster.server(4).serving).as("its learners are sent away").isFalse();
    }

    @Test
    void aSilentLearnerIsGoneAfterSyncLimit() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> from == 3 ? null : packet;
        cluster.pass(5 * TICK_MS - 1);
        assertThat(cluster.leader(1).learners()).hasSize(2);
        cluster.pass(2 * TICK_MS);

        assertThat(cluster.leader(1).learners()).hasSize(1);
        assertThat(cluster.lines).anyMatch(each -> each.contains("was silent for too long while BROADCAST"));
    }

    @Test
    void aSilentLeaderIsLeftAfterSyncLimit() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> from == 1 ? null : packet;
        cluster.pass(5 * TICK_MS - 1);
        assertThat(cluster.server(2).serving).isTrue();
        cluster.pass(2 * TICK_MS);

        assertThat(cluster.server(2).serving).isFalse();
        assertThat(cluster.server(1).serving).isFalse();
    }

    /** It answers pings, and its disk hangs. */
    @Test
    void whoIsLateWithAnAcknowledgementIsSentAway() {
        ZabTestCluster cluster = established(3, 0);
        cluster.server(1).propose("a");
        cluster.pass(5 * TICK_MS, () -> {
            cluster.deliverAll();
            cluster.force(1);
            cluster.force(2);
        });
        assertThat(cluster.server(3).learner).isNotNull();
        cluster.pass(2 * TICK_MS, () -> {
            cluster.deliverAll();
            cluster.force(1);
            cluster.force(2);
        });

        assertThat(cluster.server(3).learner).isNull();
        assertThat(cluster.lines).anyMatch(each -> each.contains("has not acknowledged 0x100000001 within 5 ticks"));
        assertThat(cluster.server(1).serving).isTrue();
    }

    /** Its tree would stand still with its disk, however much the others acknowledge. */
    @Test
    void aLeaderWhoseOwnDiskStandsStillGivesUp() {
        ZabTestCluster cluster = established(3, 0);
        cluster.server(1).propose("a");
        Runnable othersWork = () -> {
            cluster.deliverAll();
            cluster.force(2);
            cluster.force(3);
        };
        cluster.pass(5 * TICK_MS, othersWork);
        assertThat(cluster.tree(2)).containsExactly("0x100000001 a");
        assertThat(cluster.tree(1)).isEmpty();
        assertThat(cluster.server(1).leader).isNotNull();
        cluster.pass(2 * TICK_MS, othersWork);
        assertThat(cluster.server(1).leader).isNull();
        assertThat(cluster.lines)
                .anyMatch(each -> each.contains("its own disk has not forced 0x100000001 within 5 ticks"));
    }

    @Test
    void whoAcknowledgesSlowlyButSteadilyStays() {
        ZabTestCluster cluster = established(3, 0);
        for (int i = 0; i < 20; i++) {
            cluster.server(1).propose("p" + i);
            cluster.pass(TICK_MS, () -> {
                cluster.deliverAll();
                cluster.force(1);
                cluster.force(2);
            });
            if (cluster.server(3).disk.waiting() > 3) {
                cluster.server(3).disk.complete(1);
            }
        }

        assertThat(cluster.server(3).serving).isTrue();
    }

    // ---- sync
    // ------------------------------------------------------------------------------------------------------------------------

    @Test
    void zookeeper1675_syncIsNotAnsweredWithoutAnEcho() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> to == 1 && packet.type() == PacketType.PING ? null : packet;
        cluster.server(1).sync("of the leader's own");
        cluster.server(2).sync("of a learner");
        cluster.settle();
        assertThat(cluster.server(1).answers).isEmpty();
        assertThat(cluster.server(2).answers).isEmpty();

        cluster.tap = (from, to, packet) -> packet;
        cluster.pass(TICK_MS);
        assertThat(cluster.server(1).answers).containsExactly("of the leader's own");
        assertThat(cluster.server(2).answers).containsExactly("of a learner");
    }

    /** A round that is under way already proves nothing to who came later. */
    @Test
    void anEchoOfAnEarlierPingProvesNothing() {
        ZabTestCluster cluster = established(3, 0);
        cluster.nowNanos += TICK_MS * ZabTestCluster.MS;
        cluster.server(1).tick();
        deliver(cluster, 1, 2);
        deliver(cluster, 1, 3);
        cluster.tap = (from, to, packet) -> from == 1 && packet.type() == PacketType.PING ? null : packet;
        cluster.server(1).sync("s");
        cluster.settle();

        assertThat(cluster.heard(2, 1)).isNotEmpty();
        assertThat(cluster.server(1).answers).isEmpty();
    }

    @Test
    void syncIsAnsweredByALaterProposalThatCommits() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> packet.type() == PacketType.PING ? null : packet;
        cluster.server(2).sync("s");
        cluster.settle();
        assertThat(cluster.server(2).answers).isEmpty();
        cluster.server(1).propose("later");
        cluster.settle();

        assertThat(cluster.server(2).answers).containsExactly("s");
    }

    @Test
    void anEarlierProposalThatCommitsIsNoAnswer() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> packet.type() == PacketType.PING ? null : packet;
        cluster.server(1).propose("earlier");
        cluster.server(1).sync("s");
        cluster.settle();

        assertThat(cluster.tree(1)).hasSize(1);
        assertThat(cluster.server(1).answers).isEmpty();
    }

    /** The packet has no number: it must come behind the commits that it stands for, and before later ones do not matter. */
    @Test
    void syncFollowsTheCommitsBeforeIt() {
        ZabTestCluster cluster = established(3, 1);
        cluster.server(1).propose("before");
        cluster.server(3).sync("s3");
        cluster.server(4).sync("s4");
        cluster.settle();

        assertThat(cluster.heard(1, 3)).containsSubsequence("COMMIT 0x100000001", "SYNC");
        assertThat(cluster.heard(1, 4)).containsSubsequence("INFORM 0x100000001 before", "SYNC");
        assertThat(cluster.server(3).answers).containsExactly("s3");
        assertThat(cluster.server(4).answers).containsExactly("s4");
    }

    /** The learner has heard of everything; its tree has not, while its disk is slow. */
    @Test
    void syncWaitsForTheLearnersOwnDisk() {
        ZabTestCluster cluster = established(3, 0);
        cluster.server(1).propose("before");
        cluster.deliverAll();
        cluster.force(1);
        cluster.force(2);
        cluster.deliverAll();
        cluster.server(3).sync("s");
        cluster.deliverAll();
        assertThat(cluster.heard(1, 3)).endsWith("SYNC");
        assertThat(cluster.server(3).answers).isEmpty();
        cluster.settle();

        assertThat(cluster.server(3).answers).containsExactly("s");
    }

    @Test
    void syncsAreAnsweredInOrder() {
        ZabTestCluster cluster = established(3, 0);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            names.add("s" + i);
            cluster.server(2).sync("s" + i);
            if (i % 4 == 0) {
                cluster.server(2).write("w" + i);
            }
            if (i % 7 == 0) {
                cluster.deliverOne();
            }
        }
        cluster.settle();

        assertThat(cluster.server(2).answers).isEqualTo(names);
    }

    @Test
    void aDeposedLeaderAnswersNoSync() {
        ZabTestCluster cluster = established(3, 0);
        cluster.tap = (from, to, packet) -> from == 1 || to == 1 ? null : packet;
        cluster.server(2).giveUp();
        cluster.server(3).giveUp();
        cluster.links.forEach(each -> each.pipes().forEach(pipe -> pipe.queue.clear()));
        cluster.elect(2, 3);
        cluster.server(2).propose("new");
        cluster.settle();
        cluster.server(1).sync("stale");
        cluster.settle();
        assertThat(cluster.server(1).serving).isTrue();
        assertThat(cluster.server(1).answers).isEmpty();
        cluster.pass(7 * TICK_MS);

        assertThat(cluster.server(1).leader).isNull();
        assertThat(cluster.server(1).answers).isEmpty();
    }

    /** An Apache follower echoes no ping that came before UPTODATE: such pings must not be waited for. */
    @Test
    void pingsBeforeUpToDateAreNotCounted() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        for (int i = 0; i < 6; i++) {
            cluster.deliverAll();
            cluster.force(1);
            if (cluster.learner(3).state() == Learner.State.DISCOVERY) {
                cluster.force(3);
            }
        }
        cluster.pass(2 * TICK_MS, () -> {
            cluster.deliverAll();
            cluster.force(2);
        });
        assertThat(cluster.lines).anyMatch(each -> each.startsWith("1 > 3  PING"));
        cluster.settle();
        cluster.server(2).crash();
        cluster.server(1).sync("s");
        cluster.settle();

        assertThat(cluster.server(1).answers).containsExactly("s");
    }

    // ---- sessions and requests
    // -------------------------------------------------------------------------------------------------------

    @Test
    void revalidation() {
        ZabTestCluster cluster = established(3, 0);
        cluster.learner(2).revalidate(0x77, 30_000);
        cluster.learner(3).revalidate(0x78, 30_000);
        cluster.settle();

        assertThat(cluster.lines).contains("2: session 77 is alive", "3: session 78 is gone");
    }

    @Test
    void aForwardedRequestBecomesATransaction() {
        ZabTestCluster cluster = established(3, 1);
        cluster.server(4).write("from an observer");
        cluster.settle();

        assertThat(cluster.tree(3)).containsExactly("0x100000001 from an observer");
    }

    /** An acknowledgement of what was never proposed shows that the two do not talk about the same history. */
    @Test
    void anAcknowledgementOfTheFuture() {
        ZabTestCluster cluster = established(3, 0);
        cluster.pipe(1, 2).sendUnchecked(QuorumPacket.of(PacketType.ACK, Zxid.of(1, 7)));
        cluster.settle();

        assertThat(cluster.leader(1).learners()).hasSize(1);
        assertThat(cluster.lines).anyMatch(each -> each.contains("acknowledged 0x100000007, which was not proposed"));
    }

    @Test
    void aLearnerLeavesALeaderThatCommitsWhatItDidNotPropose() {
        ZabTestCluster cluster = established(3, 0);
        cluster.pipe(2, 1).sendUnchecked(QuorumPacket.of(PacketType.COMMIT, Zxid.of(1, 7)));
        cluster.settle();

        assertThat(cluster.server(2).learner).isNull();
    }

    @Test
    void aLearnerLeavesALeaderThatProposesTwice() {
        ZabTestCluster cluster = established(3, 0);
        cluster.server(1).propose("a");
        cluster.settle();
        cluster.pipe(2, 1)
                .sendUnchecked(
                        QuorumPacket.of(PacketType.PROPOSAL, Zxid.of(1, 1), "a".getBytes(StandardCharsets.UTF_8)));
        cluster.settle();

        assertThat(cluster.server(2).learner).isNull();
        assertThat(cluster.server(2).disk.log).hasSize(1);
    }
}
