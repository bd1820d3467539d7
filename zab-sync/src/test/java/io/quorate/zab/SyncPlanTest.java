package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Zxid;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The choice between DIFF, TRUNC and SNAP: the decision table of the protocol, row by row. Zxids are written epoch:counter. */
class SyncPlanTest {
    private static final ZabSettings SETTINGS = ZabTestCluster.SETTINGS;
    private static final ZabSettings FORCED = new ZabSettings(1, 10, 5, 500, 0.33, true, SyncLimits.DEFAULTS);
    private static final ZabSettings WITHOUT_LOG = new ZabSettings(1, 10, 5, 500, -1, false, SyncLimits.DEFAULTS);

    @ParameterizedTest(name = "{0}: base {1} window {2}, learner {3}, last {4}")
    @CsvSource(delimiter = '|', textBlock = """
            P = last                                          | 3:9 | 4:1 4:2         | 4:2  | 4:2 | DIFF 4:2 after 4:2
            P = last, both have nothing                       | 0:0 | -               | 0:0  | 0:0 | DIFF 0:0 after 0:0
            P = last, the beginning of the epoch              | 3:9 | 4:1 4:2         | 5:0  | 5:0 | DIFF 5:0 after 5:0
            P is all that is committed, before the first of the epoch | 3:9 | 4:1 4:2 | 4:2  | 5:0 | DIFF 4:2 after 4:2
            P above max                                       | 3:9 | 4:1 4:2         | 4:3  | 4:2 | TRUNC 4:2 after 4:2
            P above max, before the first of the epoch        | 3:9 | 4:1 4:2         | 4:3  | 5:0 | TRUNC 4:2 after 4:2
            P above max, of a later epoch                     | 3:9 | 4:1 4:2         | 7:3  | 5:0 | TRUNC 4:2 after 4:2
            P above max, the beginning of an epoch            | 3:9 | 4:1 4:2         | 6:0  | 5:0 | SNAP
            P in the window                                   | 3:9 | 4:1 4:2 5:1     | 4:1  | 5:1 | DIFF 5:1 after 4:1
            P in the window, its last of an epoch             | 3:9 | 4:1 4:2 5:1     | 4:2  | 5:1 | DIFF 5:1 after 4:2
            P in the window, its oldest                       | 4:6 | 4:7 4:8         | 4:7  | 4:8 | DIFF 4:8 after 4:7
            P right before the window                         | 4:6 | 4:7 4:8         | 4:6  | 4:8 | DIFF 4:8 after 4:6
            P between two of its epoch                        | 4:6 | 4:7 4:9         | 4:8  | 4:9 | TRUNC 4:7 after 4:7
            P between the last and the first of two epochs    | 3:9 | 4:1 4:2 5:1     | 4:3  | 5:1 | TRUNC 4:2 after 4:2
            P of an epoch that is not in the history          | 3:9 | 4:1 4:2 6:1     | 5:7  | 6:1 | SNAP
            P is the beginning of an epoch in the window      | 3:9 | 4:1 4:2 5:1     | 5:0  | 5:1 | DIFF 5:1 after 4:2
            P is the beginning of an epoch without entries    | 3:9 | 4:1 4:2 6:1     | 5:0  | 6:1 | DIFF 6:1 after 4:2
            P is right before the window, of another epoch    | 4:6 | 5:1             | 4:6  | 5:1 | DIFF 5:1 after 4:6
            P right behind what is before the window          | 4:6 | 5:1             | 4:7  | 5:1 | TRUNC 4:6 after 4:6
            P right behind the beginning of an epoch          | 4:0 | 5:1             | 4:7  | 5:1 | SNAP
            P below the window                                | 4:6 | 4:7 4:8         | 4:5  | 4:8 | DISK
            P below the window, of another epoch              | 4:6 | 4:7 4:8         | 2:5  | 4:8 | DISK
            P is nothing (ZOOKEEPER-4352)                     | 0:0 | 1:1 1:2         | 0:0  | 1:2 | SNAP
            P is nothing, and the leader has a snapshot       | 4:6 | 4:7             | 0:0  | 4:7 | SNAP
            P is nothing, nothing is committed in epoch 1     | 0:0 | -               | 0:0  | 1:0 | SNAP
            empty window, P is where it begins                | 4:6 | -               | 4:6  | 5:0 | DIFF 4:6 after 4:6
            empty window, P above                             | 4:6 | -               | 4:9  | 5:0 | TRUNC 4:6 after 4:6
            empty window, P below                             | 4:6 | -               | 4:3  | 5:0 | DISK
            nothing ever committed, P of an epoch that failed | 0:0 | -               | 1:5  | 1:0 | TRUNC 1:0 after 1:0
            nothing ever committed, P of an earlier such epoch | 0:0 | -              | 1:5  | 2:0 | SNAP
            """)
    void tableOfTheReference(String row, String base, String window, String learner, String last, String plan) {
        assertThat(show(SyncPlan.choose(history(base, window), zxid(learner), zxid(last), SETTINGS)))
                .isEqualTo(plan);
    }

    @Test
    void whatIsNotCommittedDoesNotCount() {
        History history = history("3:9", "4:1 4:2");
        history.append(ZabTestCluster.txn(4, 3));
        history.append(ZabTestCluster.txn(4, 4));

        assertThat(show(SyncPlan.choose(history, zxid("4:4"), zxid("4:2"), SETTINGS)))
                .isEqualTo("TRUNC 4:2 after 4:2");
        assertThat(show(SyncPlan.choose(history, zxid("4:1"), zxid("4:2"), SETTINGS)))
                .isEqualTo("DIFF 4:2 after 4:1");
    }

    @ParameterizedTest
    @CsvSource({"4:2", "4:1", "4:3", "0:0", "6:0"})
    void forcedSnapshots(String learner) {
        assertThat(show(SyncPlan.choose(history("3:9", "4:1 4:2"), zxid(learner), zxid("4:2"), FORCED)))
                .isEqualTo("SNAP");
    }

    @Test
    void withoutTheLogOnDiskWhoIsBelowTheWindowGetsASnapshot() {
        assertThat(show(SyncPlan.choose(history("4:6", "4:7"), zxid("4:5"), zxid("4:7"), WITHOUT_LOG)))
                .isEqualTo("SNAP");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void logOnDisk(String row, LogPosition position, String learner, String plan) {
        assertThat(show(SyncPlan.chooseOnDisk(position, zxid(learner), zxid("4:8"))))
                .isEqualTo(plan);
    }

    static Stream<Arguments> logOnDisk() {
        return Stream.of(
                Arguments.of("too large, or does not reach back", LogPosition.UNUSABLE, "2:5", "SNAP"),
                Arguments.of("has it", at(true, "2:5", "2:6"), "2:5", "DIFF 4:8 after 2:5"),
                Arguments.of("has it, the last of an epoch", at(true, "2:5", "4:1"), "2:5", "DIFF 4:8 after 2:5"),
                Arguments.of("skips it in its epoch", at(false, "2:4", "2:6"), "2:5", "TRUNC 2:4 after 2:4"),
                Arguments.of("has its epoch end before it", at(false, "2:4", "3:1"), "2:5", "TRUNC 2:4 after 2:4"),
                Arguments.of("the beginning of an epoch", at(false, "2:4", "3:1"), "3:0", "DIFF 4:8 after 2:4"),
                Arguments.of("has only later ones", at(false, null, "3:1"), "2:5", "SNAP"),
                Arguments.of("has only earlier ones", at(false, "2:4", null), "2:5", "SNAP"));
    }

    private static LogPosition at(boolean found, @Nullable String previous, @Nullable String next) {
        return new LogPosition(
                true,
                found,
                previous == null ? 0 : zxid(previous),
                previous != null,
                next == null ? 0 : zxid(next),
                next != null);
    }

    private static History history(String base, String window) {
        History history = new History(500);
        history.reset(zxid(base));
        for (String each : window.split(" ", -1)) {
            if (!each.equals("-")) {
                history.restore(ZabTestCluster.txn(zxid(each)));
            }
        }
        return history;
    }

    private static long zxid(String text) {
        int colon = text.indexOf(':');
        return Zxid.of(Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    private static String show(SyncPlan plan) {
        return switch (plan.kind()) {
            case SNAP, DISK -> plan.kind().toString();
            case DIFF, TRUNC -> plan.kind() + " " + show(plan.headerZxid()) + " after " + show(plan.afterZxid());
        };
    }

    private static String show(long zxid) {
        return Zxid.epoch(zxid) + ":" + Zxid.counter(zxid);
    }
}
