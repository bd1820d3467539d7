package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whose tree is in doubt is offered the leader's, once a quorum has shown that it agrees with the leader. */
class DivergenceTest {
    private static final long TICK_MS = 2000;
    private static final long INIT_MS = 10 * TICK_MS;

    private final ZabTestCluster cluster = ZabTestCluster.of(3, 1);

    DivergenceTest() {
        for (long sid = 1; sid <= 4; sid++) {
            cluster.past(sid, 1, 1, ZabTestCluster.txns(1, 3));
            cluster.server(sid).compares = true;
        }
    }

    private void doubts(long sid) {
        cluster.server(sid).treeInDoubt = true;
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            cluster.server(1).write("w");
            cluster.settle();
        }
    }

    private void comesInDoubt(long sid) {
        doubts(sid);
        cluster.server(sid).follow(1);
        cluster.settle();
        assertThat(cluster.server(sid).serving).as("LEADERINFO waits").isFalse();
    }

    /** Returns whether it was given the tree. */
    private boolean gotTheTree(long sid) {
        cluster.pass(INIT_MS / 2 + TICK_MS, cluster::settle);
        assertThat(cluster.server(sid).serving).isTrue();
        return cluster.heard(1, sid).stream().anyMatch(DivergenceTest::isSnap);
    }

    private static boolean isSnap(String packet) {
        return packet.startsWith("SNAP ");
    }

    @Test
    void whoDiffersGetsTheTreeThatAQuorumHasCompared() {
        cluster.elect(1, 2);
        comesInDoubt(3);
        write(2);
        assertThat(gotTheTree(3)).isTrue();
    }

    @Test
    void anObserverGetsItToo() {
        cluster.elect(1, 2);
        comesInDoubt(4);
        write(2);
        assertThat(gotTheTree(4)).isTrue();
    }

    /** The difference may be behind it. */
    @Test
    void whatWasComparedBeforeTheDoubtSaysNothing() {
        cluster.elect(1, 2);
        write(5);
        comesInDoubt(3);
        assertThat(gotTheTree(3)).isFalse();
    }

    @Test
    void oneTransactionIsTooLittle() {
        cluster.elect(1, 2);
        comesInDoubt(3);
        write(1);
        assertThat(gotTheTree(3)).isFalse();
    }

    @Test
    void whatHasNoDigestSaysNothing() {
        cluster.elect(1, 2);
        comesInDoubt(3);
        cluster.server(1).digested = false;
        write(5);
        cluster.server(1).digested = true;
        write(1);
        assertThat(gotTheTree(3)).isFalse();
    }

    /** It gets them before it is served, and compares nothing then. */
    @Test
    void whatAVoterCatchesUpWithSaysNothing() {
        cluster.elect(1, 2);
        comesInDoubt(4);
        write(1);
        cluster.server(2).giveUp();
        cluster.settle();
        cluster.server(2).follow(1);
        cluster.settle();
        write(5);
        assertThat(gotTheTree(4)).isFalse();
    }

    @Test
    void aVoterThatHasTheLeadersTreeItselfSaysNothing() {
        cluster.elect(1, 3);
        cluster.server(2).needsSnapshot = true;
        cluster.server(2).follow(1);
        cluster.settle();
        cluster.server(2).giveUp();
        cluster.settle();
        assertThat(cluster.heard(1, 2)).anyMatch(DivergenceTest::isSnap);
        cluster.server(2).needsSnapshot = true;
        cluster.server(2).compares = true;
        cluster.server(2).follow(1);
        cluster.settle();
        cluster.server(3).giveUp();
        cluster.settle();
        comesInDoubt(3);
        write(2);
        assertThat(gotTheTree(3)).isFalse();
    }

    @Test
    void aVoterThatDoesNotCompareSaysNothing() {
        cluster.server(2).compares = false;
        cluster.elect(1, 2);
        comesInDoubt(3);
        write(2);
        assertThat(gotTheTree(3)).isFalse();
    }

    @Test
    void aVoterThatIsInDoubtItselfSaysNothing() {
        doubts(2);
        cluster.elect(1, 2);
        comesInDoubt(3);
        write(2);
        assertThat(gotTheTree(3)).isFalse();
    }

    @Test
    void anObserverSaysNothing() {
        cluster.server(2).compares = false;
        cluster.elect(1, 2, 4);
        comesInDoubt(3);
        write(2);
        assertThat(gotTheTree(3)).isFalse();
    }

    /** It may be about to leave. */
    @Test
    void onlyAnEchoBehindThemCounts() {
        cluster.elect(1, 2);
        comesInDoubt(3);
        cluster.tap = (from, to, packet) -> from == 2 && packet.type() == PacketType.PING ? null : packet;
        write(2);
        cluster.pass(2 * TICK_MS, cluster::settle);
        assertThat(cluster.server(3).serving).isFalse();
        assertThat(cluster.heard(1, 3)).isEmpty();
    }

    @Test
    void aLeaderThatIsNotEstablishedOffersNothing() {
        doubts(3);
        cluster.elect(1, 2, 3);
        assertThat(cluster.heard(1, 3)).noneMatch(each -> each.startsWith("SNAP "));
        assertThat(cluster.server(3).serving).isTrue();
    }
}
