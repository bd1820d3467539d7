package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Zxid;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How others got it wrong: what model checking of the protocol, and years of Apache ZooKeeper's production, have found. */
class KnownBugsTest {
    private static ZabTestCluster withPasts(int first, int second, int third) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, first));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, second));
        cluster.past(3, 1, 1, ZabTestCluster.txns(1, third));
        return cluster;
    }

    private static void deliver(ZabTestCluster cluster, long from, long to) {
        while (cluster.pipe(from, to).isDeliverable()) {
            cluster.pipe(from, to).deliver();
        }
    }

    /** Brings a learner to where it has everything up to NEWLEADER, and has stored nothing. */
    private static void untilNewLeader(ZabTestCluster cluster, long leader, long learner) {
        cluster.server(learner).follow(leader);
        for (int i = 0; i < 30 && cluster.learner(learner).state() != Learner.State.STORING_EPOCH; i++) {
            cluster.deliverAll();
            cluster.force(leader);
            if (cluster.learner(learner).state() == Learner.State.DISCOVERY) {
                cluster.force(learner);
            }
        }
        assertThat(cluster.learner(learner).state()).isEqualTo(Learner.State.STORING_EPOCH);
    }

    private static void commit(ZabTestCluster cluster, String payload, long... withVoters) {
        cluster.server(1).propose(payload);
        cluster.force(1);
        for (long each : withVoters) {
            deliver(cluster, 1, each);
            cluster.force(each);
            deliver(cluster, each, 1);
        }
        assertThat(cluster.tree(1)).last().asString().endsWith(payload);
    }

    // ---- the protocol's own ambiguities
    // ----------------------------------------------------------------------------------------------

    @Test
    void ambiguityA_whatCommitsBetweenNewLeaderAndUpToDateReachesTheJoiner() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        commit(cluster, "meanwhile", 2);
        cluster.server(1).propose("outstanding");
        cluster.settle();

        assertThat(cluster.tree(3))
                .isEqualTo(cluster.tree(1))
                .endsWith("0x200000001 meanwhile", "0x200000002 outstanding");
    }

    /** The same when the channel takes nothing between NEWLEADER and its acknowledgement. */
    @Test
    void ambiguityA_alsoWhenTheChannelIsFull() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        cluster.pipe(1, 3).capBytes = 1;
        commit(cluster, "sent", 2);
        commit(cluster, "waits", 2);
        cluster.server(1).propose("outstanding");
        cluster.force(3);
        deliver(cluster, 3, 1);
        cluster.settle();

        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1)).hasSize(6);
    }

    @Test
    void ambiguityB_whatTheSynchronizedHistoryHeldAlreadyIsNotLoggedTwice() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        for (int i = 0; i < 20 && cluster.heard(1, 3).stream().noneMatch(each -> each.contains("t100000003")); i++) {
            cluster.deliverAll();
            cluster.force(3);
        }
        ZabTestCluster.Pipe leaderSide = cluster.pipe(3, 1);
        for (long counter = 2; counter <= 3; counter++) {
            Proposal again = ZabTestCluster.txn(1, counter);
            leaderSide.sendUnchecked(QuorumPacket.of(PacketType.PROPOSAL, again.zxid(), again.bytes()));
            leaderSide.sendUnchecked(QuorumPacket.of(PacketType.COMMIT, again.zxid()));
        }
        cluster.settle();

        assertThat(cluster.server(3).serving).isTrue();
        assertThat(cluster.server(3).disk.log).hasSize(3);
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
    }

    @Test
    void ambiguityC_everyCommitUpToTheLeadersLastPrecedesUpToDate() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        commit(cluster, "one", 2);
        commit(cluster, "two", 2);
        cluster.settle();

        List<String> heard = cluster.heard(1, 3);
        assertThat(heard.indexOf("UPTODATE")).isGreaterThan(heard.indexOf("COMMIT 0x200000002"));
    }

    // ---- sync and recovery
    // -----------------------------------------------------------------------------------------------------------

    /** The server with the highest zxid is absent at the election; it is cut back to what is common, no less and no more. */
    @Test
    void zookeeper1154_zookeeper1156_theHighestIsAbsentAtTheElection() {
        ZabTestCluster cluster = withPasts(7, 5, 5);
        cluster.elect(2, 3);
        cluster.server(1).follow(2);
        cluster.settle();

        assertThat(cluster.heard(2, 1)).contains("TRUNC 0x100000005");
        assertThat(cluster.tree(1)).hasSize(5).isEqualTo(cluster.tree(2));
        assertThat(cluster.server(1).disk.lastZxid()).isEqualTo(Zxid.of(1, 5));
    }

    /** An old leader that comes back after the others went on gets rid of what it alone had. */
    @Test
    void zookeeper1154_theHighestComesBackWhenOthersWentOn() {
        ZabTestCluster cluster = withPasts(7, 5, 5);
        cluster.elect(2, 3);
        cluster.server(2).propose("new");
        cluster.settle();
        cluster.server(1).follow(2);
        cluster.settle();
        cluster.server(1).crash();
        cluster.server(1).restart();

        assertThat(cluster.tree(1)).isEqualTo(cluster.tree(2));
    }

    /**
     * A leader that never was established sends its snapshot with what nobody else has. The one who took it cannot cut its log there, and must
     * not go on as if it could: it comes back for the whole tree.
     */
    @Test
    void zookeeper1549_aSnapshotWithUncommittedStateDoesNotSurviveTrunc() {
        ZabTestCluster cluster = ZabTestCluster.of(5, 0);
        for (long sid = 1; sid <= 5; sid++) {
            cluster.past(sid, 1, 1, ZabTestCluster.txns(1, sid == 1 ? 6 : sid == 2 ? 0 : 5));
        }
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        cluster.server(3).follow(1);
        cluster.tap = (from, to, packet) -> to == 3 && packet.type() == PacketType.DIFF ? null : packet;
        cluster.settle();
        assertThat(cluster.server(2).disk.newestSnapshot().zxid()).isEqualTo(Zxid.of(1, 6));
        assertThat(cluster.server(1).serving).isFalse();
        cluster.server(1).crash();
        cluster.tap = (from, to, packet) -> packet;
        cluster.settle();
        cluster.elect(4, 3, 5);

        cluster.server(2).follow(4);
        cluster.settle();
        assertThat(cluster.heard(4, 2)).contains("TRUNC 0x100000005");
        assertThat(cluster.server(2).serving).isFalse();
        cluster.server(2).follow(4);
        cluster.settle();

        assertThat(cluster.heard(4, 2)).contains("SNAP 0x100000005");
        assertThat(cluster.tree(2)).isEqualTo(cluster.tree(4)).hasSize(5);
        cluster.server(2).crash();
        cluster.server(2).restart();
        assertThat(cluster.tree(2)).isEqualTo(cluster.tree(4));
    }

    /** What was served from the log on disk is as good as what came from the window. */
    @Test
    void zookeeper2846_diffFromTheLogOnDisk() {
        ZabTestCluster cluster = withPasts(12, 12, 2).withWindow(3);
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.settle();

        assertThat(cluster.lines).anyMatch(each -> each.contains("EPOCH_ACCEPTED -> LOCATING"));
        assertThat(cluster.heard(1, 3)).contains("DIFF 0x10000000c").doesNotContain("SNAP 0x10000000c");
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1)).hasSize(12);
        cluster.server(3).crash();
        cluster.server(3).restart();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
    }

    /** While a snapshot is under way, or not forced yet, the learner is what it was. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void zookeeper2872_aSnapshotThatIsInterrupted(int messages) {
        ZabTestCluster cluster = withPasts(12, 12, 2).withWindow(3);
        cluster.server(1).disk.locatable = false;
        cluster.server(1).disk.snapshotPiece = 60;
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.force(3);
        cluster.deliverAll();
        cluster.force(1);
        for (int i = 0; i < messages && cluster.pipe(1, 3).isDeliverable(); i++) {
            cluster.pipe(1, 3).deliver();
            cluster.force(1);
        }
        cluster.server(3).crash();
        cluster.server(3).restart();
        assertThat(cluster.tree(3)).hasSize(2);
        assertThat(cluster.server(3).disk.currentEpoch).isEqualTo(1);

        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
        assertThat(cluster.server(1).disk.openSnapshots()).isZero();
    }

    /** DIFF: log, then epoch, then the acknowledgement. */
    @Test
    void zookeeper3023_diffIsLoggedBeforeNewLeaderIsAcknowledged() {
        ZabTestCluster cluster = withPasts(9, 9, 2);
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        assertThat(cluster.heard(3, 1)).doesNotContain("ACK 0x200000000");
        assertThat(cluster.server(3).disk.waiting()).isEqualTo(8);

        for (int i = 0; i < 7; i++) {
            cluster.server(3).disk.complete(1);
            cluster.deliverAll();
            assertThat(cluster.heard(3, 1)).doesNotContain("ACK 0x200000000");
        }
        cluster.server(3).disk.complete(1);
        cluster.deliverAll();
        assertThat(cluster.heard(3, 1)).contains("ACK 0x200000000");
    }

    /** Commits that fall between the snapshot and NEWLEADER, and between NEWLEADER and the acknowledgement, all arrive. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void zookeeper3104_zookeeper3589_commitsWhileASnapshotIsUnderWay(int messages) {
        ZabTestCluster cluster = withPasts(12, 12, 2).withWindow(3);
        cluster.server(1).disk.locatable = false;
        cluster.server(1).disk.snapshotPiece = 100;
        cluster.elect(1, 2);
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.force(3);
        cluster.deliverAll();
        for (int i = 0; i < messages; i++) {
            commit(cluster, "m" + i, 2);
            if (cluster.pipe(1, 3).isDeliverable()) {
                cluster.pipe(1, 3).deliver();
            }
        }
        cluster.settle();

        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1)).hasSize(12 + messages);
        cluster.server(3).crash();
        cluster.server(3).restart();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
    }

    /** The leader dies right after it has sent its snapshot: what was installed must not have a hole when a DIFF follows. */
    @Test
    void zookeeper3642_theLeaderDiesRightAfterTheSnapshot() {
        ZabTestCluster cluster = withPasts(12, 12, 2).withWindow(3);
        cluster.server(1).disk.locatable = false;
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        cluster.server(1).crash();
        cluster.settle();
        cluster.elect(2, 3);
        cluster.server(2).propose("later");
        cluster.settle();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(2));

        cluster.server(3).crash();
        cluster.server(3).restart();
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(2)).hasSize(13);
    }

    /** What only the leader had is committed by the acknowledgement of NEWLEADER: it must be on the other's disk by then. */
    @Test
    void zookeeper3911_zookeeper4646_acknowledgedHistorySurvivesThePowerCut() {
        powerCutBehindNewLeader(FakeDisk.Fault.NONE);
    }

    @Test
    void zookeeper3911_zookeeper4646_broken() {
        assertThatThrownBy(() -> powerCutBehindNewLeader(FakeDisk.Fault.REPORTS_CURRENT_EPOCH_EARLY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server 3 leads epoch");
    }

    private static void powerCutBehindNewLeader(FakeDisk.Fault fault) {
        ZabTestCluster cluster = withPasts(5, 3, 3);
        cluster.checker.watchesAcks = false;
        cluster.server(3).disk.fault = fault;
        cluster.server(1).lead();
        cluster.server(3).follow(1);
        for (int i = 0; i < 30 && !cluster.server(1).serving; i++) {
            cluster.deliverAll();
            if (cluster.server(1).disk.hasWork()) {
                cluster.server(1).disk.complete(1);
            }
            cluster.deliverAll();
            while (cluster.server(3).hasReports()) {
                cluster.server(3).report();
                cluster.deliverAll();
            }
            if (!cluster.server(1).serving && cluster.server(3).disk.hasWork()) {
                cluster.server(3).disk.complete(1);
            }
        }
        assertThat(cluster.server(1).serving).isTrue();
        assertThat(cluster.tree(1)).hasSize(5);
        cluster.server(1).crash();
        cluster.server(3).crash();
        cluster.server(3).restart();
        cluster.elect(3, 2);

        assertThat(cluster.tree(2)).hasSize(5);
    }

    /** After DIFF, proposals of any learner are a prefix of the leader's; a joiner with half of the data is not let in by a DIFF. */
    @Test
    void zookeeper4352_whoHasNothingGetsTheTree() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        cluster.server(1).propose("a");
        cluster.settle();
        cluster.server(3).follow(1);
        cluster.settle();

        assertThat(cluster.heard(1, 3)).contains("SNAP 0x100000001").doesNotContain("DIFF 0x100000001");
        assertThat(cluster.tree(3)).hasSize(1);
    }

    /** COMMIT behind NEWLEADER, of a proposal that came before it: here from a leader as Apache's, which sends outstanding ones early. */
    @Test
    void zookeeper4394_commitBehindNewLeaderOfAProposalBeforeIt() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        cluster.tap = (from, to, packet) -> to == 3 && packet.type() == PacketType.NEW_LEADER ? null : packet;
        cluster.server(3).follow(1);
        cluster.settle();
        ZabTestCluster.Pipe leaderSide = cluster.pipe(3, 1);
        Proposal early = ZabTestCluster.txn(2, 1);
        leaderSide.sendUnchecked(QuorumPacket.of(PacketType.PROPOSAL, early.zxid(), early.bytes()));
        leaderSide.sendUnchecked(QuorumPacket.of(PacketType.NEW_LEADER, Zxid.of(2, 0)));
        leaderSide.sendUnchecked(QuorumPacket.of(PacketType.COMMIT, early.zxid()));
        cluster.settle();
        leaderSide.sendUnchecked(QuorumPacket.of(PacketType.UP_TO_DATE, -1));
        cluster.deliverAll();

        assertThat(cluster.tree(3)).endsWith("0x200000001 t200000001");
        assertThat(cluster.heard(3, 1)).contains("ACK 0x200000000");
    }

    /** Crash after any piece of the disk's work: the epoch is never ahead of the history, so that a short log wins no election. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void zookeeper4643_zookeeper4785_crashInTheMiddleOfDiff(int piecesOfWork) {
        crashInTheMiddleOfDiff(piecesOfWork, FakeDisk.Fault.NONE);
    }

    @Test
    void zookeeper4643_broken_theEpochBeforeTheHistory() {
        assertThatThrownBy(() -> crashInTheMiddleOfDiff(1, FakeDisk.Fault.STORES_CURRENT_EPOCH_BEFORE_THE_HISTORY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("server 3 leads epoch 4");
    }

    private static void crashInTheMiddleOfDiff(int piecesOfWork, FakeDisk.Fault fault) {
        ZabTestCluster cluster = withPasts(5, 5, 1);
        cluster.checker.watchesAcks = false;
        cluster.elect(1, 2);
        cluster.server(1).crash();
        cluster.server(2).crash();
        cluster.server(1).restart();
        cluster.server(1).lead();
        cluster.server(3).disk.fault = fault;
        untilNewLeader(cluster, 1, 3);
        for (int i = 0; i < piecesOfWork; i++) {
            cluster.server(3).disk.complete(1);
        }
        cluster.server(3).crash();
        cluster.server(1).crash();
        cluster.server(2).restart();
        cluster.server(3).restart();
        FakeDisk two = cluster.server(2).disk;
        FakeDisk three = cluster.server(3).disk;
        boolean threeWins = three.currentEpoch > two.currentEpoch
                || (three.currentEpoch == two.currentEpoch && three.lastZxid() >= two.lastZxid());
        cluster.elect(threeWins ? 3 : 2, threeWins ? 2 : 3);

        assertThat(cluster.tree(2)).hasSize(5);
        assertThat(cluster.tree(3)).hasSize(5);
    }

    /** Our learner: no acknowledgement of a proposal precedes that of NEWLEADER, whatever is forced when. */
    @Test
    void zookeeper4685_noAcknowledgementOvertakesThatOfNewLeader() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        untilNewLeader(cluster, 1, 3);
        cluster.server(1).propose("x");
        cluster.settle();

        List<String> heard = cluster.heard(3, 1);
        assertThat(heard.indexOf("ACK 0x200000001")).isGreaterThan(heard.indexOf("ACK 0x200000000"));
    }

    /** Our leader: one that does so nevertheless, as an Apache follower may, is neither closed nor forgotten. */
    @Test
    void zookeeper4685_anAcknowledgementThatOvertakesCounts() {
        ZabTestCluster cluster = withPasts(3, 3, 1);
        cluster.elect(1, 2);
        cluster.server(2).crash();
        untilNewLeader(cluster, 1, 3);
        cluster.server(1).propose("x");
        cluster.force(1);
        deliver(cluster, 1, 3);
        cluster.tap = (from, to, packet) -> from == 3 && packet.zxid() == Zxid.of(2, 1) ? null : packet;
        cluster.pipe(1, 3).sendUnchecked(QuorumPacket.of(PacketType.ACK, Zxid.of(2, 1)));
        deliver(cluster, 3, 1);
        assertThat(cluster.tree(1)).hasSize(3);
        cluster.settle();

        assertThat(cluster.tree(1)).endsWith("0x200000001 x");
    }

    /** A joiner of a leader whose log has a hole gets a snapshot, not the hole. */
    @Test
    void zookeeper4925_aHoleInTheLogIsNotPassedOn() {
        ZabTestCluster cluster = withPasts(12, 12, 2).withWindow(3);
        cluster.elect(1, 2);
        cluster.server(1).disk.log.removeIf(each -> each.zxid() == Zxid.of(1, 6));
        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.server(3).serving).isFalse();
        assertThat(cluster.lines).anyMatch(each -> each.contains("WARN") && each.contains("it jumps from 0x100000005"));

        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.heard(1, 3)).contains("SNAP 0x10000000c");
        assertThat(cluster.tree(3)).isEqualTo(cluster.tree(1));
    }

    /** The same on the other side: a learner takes no proposal behind a gap. */
    @Test
    void zookeeper4925_aLearnerTakesNoHole() {
        ZabTestCluster cluster = withPasts(8, 8, 2);
        cluster.elect(1, 2);
        cluster.tap = (from, to, packet) -> to == 3 && packet.zxid() == Zxid.of(1, 5) ? null : packet;
        cluster.server(3).follow(1);
        cluster.settle();

        assertThat(cluster.server(3).serving).isFalse();
        assertThat(cluster.server(3).disk.lastZxid()).isEqualTo(Zxid.of(1, 4));
    }

    // ---- liveness
    // --------------------------------------------------------------------------------------------------------------------

    @Test
    void zookeeper1277_theCounterRunsOut() {
        assertThat(Leader.successor(Zxid.of(1, 0))).isEqualTo(Zxid.of(1, 1));
        assertThat(Leader.successor(Zxid.of(1, 0xfffffffdL))).isEqualTo(Zxid.of(1, 0xfffffffeL));
        assertThat(Leader.successor(Zxid.of(1, 0xfffffffeL))).isEqualTo(Zxid.NONE);
    }
}
