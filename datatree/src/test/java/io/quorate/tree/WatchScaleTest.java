package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A million watches of a thousand sessions; prints the bytes of each. */
@Tag("full")
class WatchScaleTest {
    private static final int SESSIONS = 1_000;
    private static final int WATCHES_EACH = 1_000;

    private final TreeBed bed = new TreeBed();
    private final List<TestWatcher> watchers = new ArrayList<>();

    @Test
    void everySessionWatchesPathsOfItsOwn() {
        measure("distinct paths", session -> "/services/group-" + session + "/member-");
    }

    @Test
    void allSessionsWatchTheSamePaths() {
        measure("shared paths", session -> "/services/group/member-");
    }

    private void measure(String what, IntFunction<String> prefix) {
        for (int session = 0; session < SESSIONS; session++) {
            watchers.add(new TestWatcher(session));
        }
        long before = usedBytes();
        for (int session = 0; session < SESSIONS; session++) {
            for (int i = 0; i < WATCHES_EACH; i++) {
                bed.read(watchers.get(session), OpCode.EXISTS, prefix.apply(session) + i, true);
            }
        }
        long watches = bed.tree.watchCount();
        assertThat(watches).isEqualTo((long) SESSIONS * WATCHES_EACH);
        System.out.println(what + ": " + (usedBytes() - before) / watches + " bytes a watch");

        bed.tree.removeWatcher(watchers.get(0));
        assertThat(bed.tree.watchCount()).isEqualTo(watches - WATCHES_EACH);
        watchers.subList(1, SESSIONS).forEach(bed.tree::removeWatcher);
        assertThat(bed.tree.watchCount()).isZero();
        assertThat(bed.tree.dataWatches()).isEmpty();
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
