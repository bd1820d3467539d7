package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many learners are brought up to date at once: voters always, observers up to the limit. */
class SyncLimitsTest {
    private static final int FIRST_OBSERVER = 4;
    private static final int SECOND_OBSERVER = 5;

    private static ZabTestCluster oneAtATime(boolean bySnapshot) {
        ZabSettings of = ZabTestCluster.SETTINGS;
        ZabTestCluster cluster = ZabTestCluster.of(
                3,
                2,
                new ZabSettings(
                        of.tickNanos(),
                        of.initLimit(),
                        of.syncLimit(),
                        of.commitLogCount(),
                        of.snapshotSizeFactor(),
                        bySnapshot,
                        new SyncLimits(bySnapshot ? 1 : 10, bySnapshot ? 10 : 1)));
        for (int sid = 1; sid <= SECOND_OBSERVER; sid++) {
            cluster.past(sid, 1, 1, ZabTestCluster.txns(1, sid <= 2 ? 5 : 3));
        }
        cluster.elect(1, 2);
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anObserverAboveTheLimitComesBackAndAVoterIsTakenInAnyCase(boolean bySnapshot) {
        ZabTestCluster cluster = oneAtATime(bySnapshot);
        cluster.tap = (from, to, packet) -> from == FIRST_OBSERVER && packet.type() == PacketType.ACK ? null : packet;
        cluster.server(FIRST_OBSERVER).follow(1);
        cluster.settle();
        cluster.server(SECOND_OBSERVER).follow(1);
        cluster.server(3).follow(1);
        cluster.settle();

        assertThat(cluster.server(FIRST_OBSERVER).learner).as("is being fed").isNotNull();
        assertThat(cluster.server(SECOND_OBSERVER).learner).as("was sent away").isNull();
        assertThat(cluster.server(3).serving).isTrue();
        assertThat(cluster.lines).anyMatch(each -> each.contains("the observer will come back"));

        cluster.tap = (from, to, packet) -> packet;
        cluster.server(FIRST_OBSERVER).crash();
        cluster.settle();
        cluster.server(SECOND_OBSERVER).follow(1);
        cluster.settle();
        assertThat(cluster.server(SECOND_OBSERVER).serving).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatIsUpToDateDoesNotCount(boolean bySnapshot) {
        ZabTestCluster cluster = oneAtATime(bySnapshot);
        cluster.server(FIRST_OBSERVER).follow(1);
        cluster.settle();
        cluster.server(SECOND_OBSERVER).follow(1);
        cluster.settle();

        assertThat(cluster.server(FIRST_OBSERVER).serving).isTrue();
        assertThat(cluster.server(SECOND_OBSERVER).serving).isTrue();
    }

    @Test
    void noLearnersAtAllIsNoLimit() {
        assertThatThrownBy(() -> new SyncLimits(0, 1)).hasMessageContaining("must be positive");
    }
}
