package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Phases 1 and 2 where they do not go well. */
class DiscoveryTest {
    private static final long TICK_MS = 2000;

    @Test
    void theNewEpochIsAboveAllThatAnybodyWhoIsThereHasPromised() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1);
        cluster.past(1, 3, 1, ZabTestCluster.txns(1, 1));
        cluster.past(2, 5, 1, ZabTestCluster.txns(1, 1));
        cluster.past(4, 9, 1, ZabTestCluster.txns(1, 1));
        cluster.server(4).follow(1);
        cluster.server(1).lead();
        cluster.settle();
        cluster.pass(100);
        cluster.server(2).follow(1);
        cluster.settle();

        assertThat(cluster.leader(1).epoch()).isEqualTo(10);
        assertThat(cluster.server(2).disk.acceptedEpoch).isEqualTo(10);
    }

    /**
     * A voter that promised a later epoch to somebody can never follow this leader. It would try for ever, so the leader makes room for one
     * whose epoch is above both (found by the simulator, seed 839364341129).
     */
    @Test
    void aVoterThatPromisedALaterEpochEndsTheTerm() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        cluster.past(3, 7, 0);
        cluster.server(3).follow(1);
        cluster.settle();

        assertThat(cluster.heard(3, 1))
                .contains("FOLLOWERINFO 0x700000000")
                .noneMatch(each -> each.contains("ACKEPOCH"));
        assertThat(cluster.lines)
                .anyMatch(each -> each.contains("voter 3 has promised epoch 7, above this leader's 1"));
        assertThat(cluster.server(1).serving).isFalse();

        cluster.elect(1, 2);
        assertThat(cluster.leader(1).epoch())
                .as("once is enough, also if the voter is not there when the next epoch is chosen")
                .isEqualTo(8);
        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.server(3).serving).isTrue();
    }

    @Test
    void whoHasPromisedThisVeryEpochIsNeitherComparedNorCounted() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 1));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 1));
        cluster.past(3, 2, 1, ZabTestCluster.txns(1, 5));
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        cluster.deliverAll();
        cluster.force(1);
        cluster.server(3).follow(1);
        cluster.deliverAll();

        assertThat(cluster.heard(3, 1)).endsWith("ACKEPOCH 0x100000005 of epoch -1");
        assertThat(cluster.server(1).disk.waiting())
                .as("its promise is not one to this leader")
                .isZero();
        cluster.settle();
        assertThat(cluster.tree(3)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLearnerWithMoreHistoryThanTheLeaderIsSentAwayDuringDiscovery(boolean byEpoch) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 2, 1, ZabTestCluster.txns(1, 3));
        cluster.past(2, 2, byEpoch ? 2 : 1, ZabTestCluster.txns(1, byEpoch ? 2 : 4));
        cluster.past(3, 2, 1, ZabTestCluster.txns(1, 3));
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        cluster.settle();
        assertThat(cluster.server(2).learner).isNull();
        assertThat(cluster.lines).anyMatch(each -> each.contains("more than this leader"));
        assertThat(cluster.leader(1).state()).isEqualTo(Leader.State.DISCOVERY);

        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.server(1).serving).isTrue();
        cluster.server(2).follow(1);
        cluster.settle();
        assertThat(cluster.tree(2))
                .as("an established leader takes it in, and takes it back")
                .hasSize(3);
    }

    @Test
    void anObserverIsNeverCounted() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 2);
        cluster.server(1).lead();
        cluster.server(4).follow(1);
        cluster.server(5).follow(1);
        cluster.settle();

        assertThat(cluster.leader(1).epoch()).isZero();
    }

    /** Its zoo.cfg says observer, everybody else's says voter: it does not vote. */
    @Test
    void whoOnlyObservesIsNotCountedWhateverTheConfigurationSays() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.observers.add(3L);
        cluster.server(1).lead();
        cluster.server(3).follow(1);
        cluster.settle();
        assertThat(cluster.leader(1).epoch()).isZero();

        cluster.server(2).follow(1);
        cluster.settle();
        cluster.server(2).crash();
        cluster.server(1).propose("a");
        cluster.settle();
        assertThat(cluster.tree(1)).isEmpty();
    }

    @Test
    void aServerThatNobodyKnowsFollowsAndIsNotCounted() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.addServer(9);
        cluster.server(1).lead();
        cluster.server(9).follow(1);
        cluster.settle();
        assertThat(cluster.leader(1).epoch()).isZero();
        cluster.server(2).follow(1);
        cluster.settle();
        cluster.server(1).propose("a");
        cluster.settle();
        assertThat(cluster.tree(9)).hasSize(1);
    }

    @Test
    void alone() {
        ZabTestCluster cluster = ZabTestCluster.of(1, 0);
        cluster.past(1, 4, 4, ZabTestCluster.txns(4, 2));
        cluster.server(1).lead();
        cluster.settle();
        assertThat(cluster.leader(1).epoch()).isEqualTo(5);
        cluster.server(1).propose("a");
        cluster.server(1).sync("s");
        cluster.settle();
        assertThat(cluster.tree(1)).endsWith("0x500000001 a");
        assertThat(cluster.server(1).answers).containsExactly("s");
    }

    /** Two groups of three: two servers of one group are half of the weight of half of the groups, and no quorum. */
    @Test
    void hierarchicalQuorums() {
        Map<String, String> entries = ZabTestCluster.entries(6, 0);
        entries.put("group.1", "1:2:3");
        entries.put("group.2", "4:5:6");
        entries.put("group.3", "7:8:9");
        for (int sid = 7; sid <= 9; sid++) {
            entries.put("server." + sid, "host:2888:3888:participant");
        }
        for (int sid = 1; sid <= 9; sid++) {
            entries.put("weight." + sid, "1");
        }
        ZabTestCluster cluster = new ZabTestCluster(entries, ZabTestCluster.SETTINGS, line -> {});
        cluster.elect(1, 2, 3, 4);
        assertThat(cluster.leader(1).epoch())
                .as("4 of 9, but of one group and a third of another")
                .isZero();
        cluster.server(5).follow(1);
        cluster.settle();
        assertThat(cluster.server(1).serving).as("two of three groups").isTrue();

        cluster.server(4).crash();
        cluster.server(1).propose("a");
        cluster.settle();
        assertThat(cluster.tree(1)).isEmpty();
        cluster.server(6).follow(1);
        cluster.settle();
        assertThat(cluster.tree(1)).containsExactly("0x100000001 a");
    }

    @Test
    void theSameServerConnectsAnew() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        TestServer twin = new TestServer(cluster, 2);
        twin.follow(1);
        for (int i = 0; i < 20 && cluster.server(2).learner != null; i++) {
            cluster.settle();
            if (twin.disk.hasWork()) {
                twin.disk.complete(1);
            }
        }

        assertThat(cluster.server(2).learner)
                .as("there is one connection a server; the newer one counts")
                .isNull();
        assertThat(cluster.leader(1).learners()).hasSize(1);
    }

    @Test
    void aLearnerWithTheLeadersOwnId() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        TestServer twin = new TestServer(cluster, 1);
        twin.follow(1);
        cluster.settle();

        assertThat(twin.learner).isNull();
        assertThat(cluster.lines).anyMatch(each -> each.contains("two servers have the same myid"));
        assertThat(cluster.server(1).serving).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 20})
    void learnersOfOldSayLessOfThemselves(int length) {
        LearnerInfo whole = new LearnerInfo(7, 0x10000, 0x100000001L);
        LearnerInfo read = LearnerInfo.read(java.util.Arrays.copyOf(whole.toBytes(), length));

        assertThat(read.serverId()).isEqualTo(7);
        assertThat(read.protocolVersion()).isEqualTo(0x10000);
        assertThat(read.configVersion()).isEqualTo(length == 20 ? 0x100000001L : 0);
    }

    @Test
    void onlyWhoComparesSaysMoreThanAnApacheLearner() {
        byte[] silent = new LearnerInfo(2, 0x10000, 5).toBytes();
        for (LearnerInfo.Stance each : LearnerInfo.Stance.values()) {
            LearnerInfo info = new LearnerInfo(2, 0x10000, 5, each);
            assertThat(info.toBytes())
                    .hasSize(each == LearnerInfo.Stance.SILENT ? 20 : 24)
                    .startsWith(silent);
            assertThat(LearnerInfo.read(info.toBytes())).isEqualTo(info);
        }
    }

    @Test
    void aLeaderSaysMoreThanAnApacheOneToWhoComparesOnly() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        Map<String, Integer> told = new TreeMap<>();
        cluster.tap = (from, to, packet) -> {
            if (packet.type() == PacketType.LEADER_INFO) {
                told.put("server " + to, packet.data().length);
            }
            return packet;
        };
        cluster.server(2).compares = true;
        cluster.elect(1, 2, 3);

        assertThat(told).containsOnly(Map.entry("server 2", 8), Map.entry("server 3", 4));
        assertThat(cluster.learner(2).isLeaderQuorate()).isTrue();
        assertThat(cluster.learner(3).isLeaderQuorate()).isFalse();
    }

    /** Observed from a 3.9.5 server: {@code zab.md} §1. */
    @Test
    void learnerInfoAsTheReferenceWritesIt() {
        assertThat(new LearnerInfo(2, 0x10000, 0).toBytes())
                .asHexString()
                .isEqualTo("0000000000000002000100000000000000000000");
    }

    @Test
    void refusals() {
        refuse(PacketType.FOLLOWER_INFO, 0, new LearnerInfo(2, 0x0FFFF, 0).toBytes(), "speaks version 65535");
        refuse(PacketType.FOLLOWER_INFO, 0, new LearnerInfo(2, 0x10000, 5).toBytes(), "newer than this leader's");
        refuse(
                PacketType.FOLLOWER_INFO,
                Zxid.of(0x7fffffff, 0),
                new LearnerInfo(2, 0x10000, 0).toBytes(),
                "behind which there is none");
        refuse(PacketType.FOLLOWER_INFO, 0, new byte[7], "malformed");
        refuse(PacketType.ACK_EPOCH, 0, new byte[4], "while CONNECTED");
        refuse(PacketType.PING, 0, new byte[0], "while CONNECTED");
        refuse(PacketType.REVALIDATE, 0, new byte[12], "while CONNECTED");
        refuse(PacketType.REQUEST, 0, new byte[16], "before");
        refuse(PacketType.ACK, Zxid.of(1, 1), new byte[0], "not proposed to it");
    }

    /** What a learner must not say first. */
    private static void refuse(int type, long zxid, byte[] data, String reason) {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(1).lead();
        cluster.tap = (from, to, packet) -> from == 2 ? new QuorumPacket(type, zxid, data, null) : packet;
        cluster.server(2).follow(1);
        cluster.settle();

        assertThat(cluster.lines).anyMatch(each -> each.contains("-> CLOSED") && each.contains(reason));
        assertThat(cluster.server(2).learner).isNull();
        assertThat(cluster.leader(1).learners()).isEmpty();
    }

    /** What a leader must not say at the wrong moment. */
    @Test
    void aLearnerLeavesALeaderThatTalksNonsense() {
        for (int type : new int[] {
            PacketType.PROPOSAL,
            PacketType.COMMIT,
            PacketType.INFORM,
            PacketType.NEW_LEADER,
            PacketType.UP_TO_DATE,
            PacketType.DIFF,
            PacketType.TRUNC,
            PacketType.SNAP
        }) {
            ZabTestCluster cluster = ZabTestCluster.of(3, 0);
            cluster.tap = (from, to, packet) -> from == 1 ? QuorumPacket.of(type, 5, new byte[8]) : packet;
            cluster.elect(1, 2);

            assertThat(cluster.server(2).learner).as(PacketType.name(type)).isNull();
            assertThat(cluster.lines).anyMatch(each -> each.contains(PacketType.name(type)) && each.contains("CLOSED"));
        }
    }

    @Test
    void unknownPacketsOfALeaderAreIgnored() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        cluster.pipe(2, 1).sendUnchecked(QuorumPacket.of(99, 0));
        cluster.settle();

        assertThat(cluster.server(2).serving).isTrue();
    }

    /** It would be guesswork to go on: the histories are not of one ensemble. */
    @Test
    void truncToWhatIsNotThereIsFatal() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(2, 1, 1, ZabTestCluster.txn(1, 1), ZabTestCluster.txn(1, 3));
        cluster.tap = (from, to, packet) -> packet.type() == PacketType.DIFF
                        || packet.type() == PacketType.TRUNC
                        || packet.type() == PacketType.SNAP
                ? QuorumPacket.of(PacketType.TRUNC, Zxid.of(1, 2))
                : packet;
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.elect(1, 2);

        assertThat(cluster.fatal).contains("no such entry");
        assertThat(cluster.server(2).disk.log).hasSize(2);
    }

    @Test
    void truncAboveTheOwnLastIsFatal() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 2));
        cluster.tap = (from, to, packet) ->
                packet.type() == PacketType.DIFF ? QuorumPacket.of(PacketType.TRUNC, Zxid.of(1, 3)) : packet;
        cluster.elect(1, 2);

        assertThat(cluster.fatal).contains("but it ends at 0x100000002");
    }

    @Test
    void aSnapshotWithoutItsSignature() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.elect(1, 2);
        cluster.server(1).propose("a");
        cluster.settle();
        cluster.server(3).follow(1);
        cluster.deliverAll();
        cluster.force(3);
        cluster.tap = (from, to, packet) -> packet.type() == PacketType.SNAP ? null : packet;
        cluster.deliverAll();
        ZabTestCluster.Pipe leaderSide = cluster.pipe(3, 1);
        leaderSide.sendUnchecked(QuorumPacket.of(PacketType.SNAP, 5));
        JuteWriter stream = new JuteWriter(40);
        stream.writeLong(-1).writeString("BenWasNotHere");
        leaderSide.sendRaw(stream.toByteArray(), 0, stream.size());
        cluster.deliverAll();

        assertThat(cluster.server(3).learner).isNull();
        assertThat(cluster.lines).anyMatch(each -> each.contains("BenWasNotHere"));
        assertThat(cluster.server(3).disk.waiting()).isZero();
    }

    // ---- time
    // ------------------------------------------------------------------------------------------------------------------------

    @Test
    void aLeaderGivesUpWithoutAQuorumWithinInitLimit() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1);
        cluster.server(1).lead();
        cluster.server(4).follow(1);
        cluster.pass(10 * TICK_MS - 1);
        assertThat(cluster.server(1).leader).isNotNull();
        cluster.pass(TICK_MS);

        assertThat(cluster.server(1).leader).isNull();
        assertThat(cluster.lines).anyMatch(each -> each.contains("no quorum within initLimit"));
    }

    @Test
    void aLearnerGivesUpOnALeaderThatSaysNothingWithinInitLimit() {
        ZabTestCluster cluster = ZabTestCluster.of(5, 0);
        cluster.server(1).lead();
        cluster.pass(4 * TICK_MS);
        cluster.server(2).follow(1);
        cluster.pass(5 * TICK_MS);
        assertThat(cluster.server(2).learner).isNotNull();
        cluster.pass(20 * TICK_MS, () -> cluster.deliverOne());

        assertThat(cluster.server(2).learner).isNull();
    }

    @Test
    void aLearnerDialsALeaderThatIsNotThereYet() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(2).follow(1);
        cluster.settle();
        assertThat(cluster.server(2).learner).isNotNull();
        cluster.server(1).lead();
        cluster.pass(TICK_MS);

        assertThat(cluster.server(2).serving).isTrue();
    }

    @Test
    void aLearnerStopsDialling() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(2).follow(1);
        cluster.pass(10 * TICK_MS);

        assertThat(cluster.server(2).learner).isNull();
        assertThat(cluster.heard(1, 2)).hasSize(ZabLimits.CONNECT_TRIES);
    }

    /** ZOOKEEPER-1697, 2678: feeding a large tree takes longer than initLimit, and is no reason to give up. */
    @Test
    void aVoterThatGetsOnIsWaitedFor() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0).withWindow(1);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 200));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.server(1).disk.locatable = false;
        cluster.server(1).disk.snapshotPiece = 100;
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        for (int i = 0; i < 80 && !cluster.server(2).serving; i++) {
            cluster.pass(TICK_MS, () -> {
                cluster.deliverAll();
                if (cluster.server(1).disk.hasWork()) {
                    cluster.server(1).disk.complete(1);
                }
                cluster.force(2);
                cluster.deliverAll();
            });
        }

        assertThat(cluster.nowNanos).isGreaterThan(20 * TICK_MS * ZabTestCluster.MS);
        assertThat(cluster.server(2).serving).isTrue();
    }

    /** An observer that gets on keeps nobody from finding a quorum elsewhere. */
    @Test
    void anObserverThatGetsOnIsNotWaitedFor() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1).withWindow(1);
        cluster.past(1, 1, 1, ZabTestCluster.txns(1, 200));
        cluster.past(2, 1, 1, ZabTestCluster.txns(1, 200));
        cluster.past(4, 1, 1, ZabTestCluster.txns(1, 3));
        cluster.server(1).disk.locatable = false;
        cluster.server(1).disk.snapshotPiece = 20;
        cluster.tap = (from, to, packet) -> to == 2 && packet.type() == PacketType.DIFF ? null : packet;
        cluster.server(1).lead();
        cluster.server(2).follow(1);
        cluster.server(4).follow(1);
        cluster.pass(30 * TICK_MS, () -> {
            cluster.deliverAll();
            if (cluster.server(1).disk.hasWork()) {
                cluster.server(1).disk.complete(1);
            }
            cluster.force(2);
            cluster.force(4);
            cluster.deliverAll();
        });

        assertThat(cluster.server(1).leader).isNull();
    }

    // ---- misuse
    // ----------------------------------------------------------------------------------------------------------------------

    @Test
    void aLearnerThatDoesNotServeForwardsNothing() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(2).follow(1);

        assertThatThrownBy(() -> cluster.server(2).write("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cluster.learner(2).revalidate(1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLeaderProposesOnlyTheNextZxid() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 0);
        cluster.server(1).lead();
        assertThatThrownBy(() -> cluster.server(1).propose("too early")).isInstanceOf(IllegalStateException.class);
        cluster.server(2).follow(1);
        cluster.settle();
        Leader leader = cluster.leader(1);

        assertThatThrownBy(() -> leader.propose(ZabTestCluster.txn(1, 2), true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected is 0x100000001");
    }
}
