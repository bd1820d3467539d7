package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whose tree is in doubt may have the leader's, as long as most voters agree with the leader. */
class DivergenceTest {
    private final ZabTestCluster three = clusterOf(3);
    private final ZabTestCluster five = clusterOf(5);

    private static ZabTestCluster clusterOf(int voters) {
        ZabTestCluster cluster = ZabTestCluster.of(voters, 0);
        for (long sid = 1; sid <= voters; sid++) {
            cluster.past(sid, 1, 1, ZabTestCluster.txns(1, 3));
        }
        return cluster;
    }

    private static boolean isSnap(String packet) {
        return packet.startsWith("SNAP ");
    }

    private static void doubts(ZabTestCluster cluster, long sid, boolean takesOffer) {
        cluster.server(sid).treeInDoubt = true;
        cluster.server(sid).takesOffer = takesOffer;
    }

    private static void comesBack(ZabTestCluster cluster, long sid) {
        cluster.server(sid).giveUp();
        cluster.settle();
        cluster.server(sid).follow(1);
        cluster.settle();
    }

    @Test
    void whoDiffersAloneGetsTheTree() {
        doubts(three, 3, true);
        three.elect(1, 2, 3);
        assertThat(three.heard(1, 2)).noneMatch(DivergenceTest::isSnap);
        assertThat(three.heard(1, 3)).anyMatch(DivergenceTest::isSnap);
        assertThat(three.server(3).serving).isTrue();

        doubts(three, 2, true);
        comesBack(three, 2);
        assertThat(three.heard(1, 2)).as("3 does not differ any more").anyMatch(DivergenceTest::isSnap);
    }

    @Test
    void whoHelpsToEstablishALeaderTakesNothing() {
        doubts(three, 3, false);
        three.elect(1, 2, 3);
        assertThat(three.heard(1, 3)).noneMatch(DivergenceTest::isSnap);
        assertThat(three.server(3).serving).isTrue();
    }

    /** It was offered the tree before the other one came, and is sent away when it asks. */
    @Test
    void ifMostDifferNobodyGetsIt() {
        doubts(three, 2, true);
        doubts(three, 3, true);
        three.elect(1, 2);
        three.server(3).follow(1);
        three.settle();
        assertThat(three.heard(1, 2)).noneMatch(DivergenceTest::isSnap);
        assertThat(three.heard(1, 3)).noneMatch(DivergenceTest::isSnap);
        assertThat(three.lines).anyMatch(each -> each.contains("with which too many voters do not agree"));
        assertThat(three.server(1).serving).isTrue();
        assertThat(three.server(3).serving).isTrue();
        assertThat(three.server(2).serving).isFalse();

        three.server(2).takesOffer = false;
        three.server(2).follow(1);
        three.settle();
        assertThat(three.server(2).serving).isTrue();
    }

    @Test
    void whoDiffersIsRememberedWhileItIsAway() {
        doubts(five, 2, false);
        doubts(five, 3, false);
        five.elect(1, 2, 3, 4, 5);
        five.server(3).crash();
        five.settle();
        doubts(five, 5, true);
        comesBack(five, 5);
        assertThat(five.heard(1, 5)).noneMatch(DivergenceTest::isSnap);

        five.server(3).restart();
        five.server(3).treeInDoubt = false;
        five.server(3).follow(1);
        five.settle();
        comesBack(five, 5);
        assertThat(five.heard(1, 5)).as("3 has come back without a doubt").anyMatch(DivergenceTest::isSnap);
    }

    @Test
    void aLeaderInDoubtOffersNothing() {
        doubts(five, 1, false);
        doubts(five, 5, true);
        five.elect(1, 2, 3, 4, 5);
        assertThat(five.heard(1, 5)).noneMatch(DivergenceTest::isSnap);
        assertThat(five.server(5).serving).isTrue();
    }

    @Test
    void anObserverIsNotCounted() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 2);
        for (long sid = 1; sid <= 5; sid++) {
            cluster.past(sid, 1, 1, ZabTestCluster.txns(1, 3));
        }
        doubts(cluster, 4, true);
        doubts(cluster, 5, true);
        cluster.elect(1, 2, 3, 4, 5);
        assertThat(cluster.heard(1, 4)).anyMatch(DivergenceTest::isSnap);
        assertThat(cluster.heard(1, 5)).anyMatch(DivergenceTest::isSnap);
    }
}
