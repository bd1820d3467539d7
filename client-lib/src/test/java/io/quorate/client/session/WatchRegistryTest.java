package io.quorate.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.SetWatchesRequest;
import io.quorate.protocol.WatcherType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WatchRegistryTest {
    private static final WatchListener LISTENER = new WatchListener() {};

    @Test
    void setWatchesGoesInBatchesOfBoundedPathText() {
        WatchRegistry watches = new WatchRegistry();
        for (int i = 0; i < 3000; i += 2) {
            watches.answered(new WatchRequest(WatchRequest.Kind.DATA, "/" + "é".repeat(50) + i, LISTENER), 0);
            watches.answered(new WatchRequest(WatchRequest.Kind.CHILDREN, "/" + "é".repeat(50) + (i + 1), LISTENER), 0);
        }
        watches.answered(new WatchRequest(WatchRequest.Kind.EXISTS, "/missing", LISTENER), -101);
        watches.answered(new WatchRequest(WatchRequest.Kind.DATA, "/" + "x".repeat(200_000), LISTENER), 0);
        List<String> all = new ArrayList<>();
        List<JuteWriter> bodies = bodies(watches, 42, SessionLimits.SET_WATCHES_BATCH_BYTES);
        for (JuteWriter body : bodies) {
            SetWatchesRequest request = SetWatchesRequest.read(new JuteReader(body.toByteArray()));
            assertThat(request.relativeZxid()).isEqualTo(42);
            List<String> paths = new ArrayList<>(request.dataWatches());
            paths.addAll(request.existWatches());
            paths.addAll(request.childWatches());
            assertThat(paths).isNotEmpty();
            assertThat(paths.size() == 1 || body.size() < SessionLimits.SET_WATCHES_BATCH_BYTES + 4 * paths.size() + 64)
                    .isTrue();
            all.addAll(paths);
        }
        assertThat(bodies).hasSize(5);
        assertThat(all).hasSize(3002).doesNotHaveDuplicates();
    }

    private static List<JuteWriter> bodies(WatchRegistry watches, long zxid, int batchBytes) {
        return watches.toSetWatches(zxid, batchBytes).stream()
                .map(batch -> {
                    JuteWriter out = new JuteWriter();
                    batch.write(out);
                    return out;
                })
                .toList();
    }

    private static WatchRequest watch(WatchRequest.Kind kind, String path, WatchListener listener) {
        return new WatchRequest(kind, path, listener);
    }

    @Test
    void persistentOnesStayAndRecursiveOnesHearOfWhatIsBelow() {
        WatchListener other = new WatchListener() {};
        WatchListener root = new WatchListener() {};
        WatchRegistry watches = new WatchRegistry();
        watches.answered(watch(WatchRequest.Kind.PERSISTENT, "/a", LISTENER), 0);
        watches.answered(watch(WatchRequest.Kind.RECURSIVE, "/a", other), 0);
        watches.answered(watch(WatchRequest.Kind.RECURSIVE, "/", root), 0);
        for (int i = 0; i < 2; i++) {
            assertThat(watches.fire(EventType.NODE_DATA_CHANGED, "/a")).containsExactly(LISTENER, other, root);
            assertThat(watches.fire(EventType.NODE_CREATED, "/a/b/c")).containsExactly(other, root);
            assertThat(watches.fire(EventType.NODE_CREATED, "/ab")).containsExactly(root);
            assertThat(watches.fire(EventType.NODE_CHILDREN_CHANGED, "/a")).containsExactly(LISTENER);
            assertThat(watches.fire(EventType.NODE_DELETED, "/")).containsExactly(root);
        }
        assertThat(watches.toSetWatches(1, 100).get(0).opCode()).isEqualTo(OpCode.SET_WATCHES2);
    }

    @Test
    void aRemovalTakesItsOwnKindOnly() {
        WatchListener other = new WatchListener() {};
        WatchRegistry watches = new WatchRegistry();
        watches.answered(watch(WatchRequest.Kind.EXISTS, "/a", LISTENER), -101);
        watches.answered(watch(WatchRequest.Kind.PERSISTENT, "/a", LISTENER), 0);
        watches.answered(watch(WatchRequest.Kind.RECURSIVE, "/a", LISTENER), 0);
        watches.answered(watch(WatchRequest.Kind.RECURSIVE, "/a", other), 0);
        WatchRemoval mine = new WatchRemoval(WatcherType.PERSISTENT_RECURSIVE, "/a", LISTENER);
        assertThat(watches.hasOthers(mine)).isTrue();
        assertThat(watches.remove(mine)).isTrue();
        assertThat(watches.remove(mine)).isFalse();
        assertThat(watches.hasOthers(new WatchRemoval(WatcherType.DATA, "/a", LISTENER)))
                .isFalse();
        assertThat(watches.remove(new WatchRemoval(WatcherType.CHILDREN, "/a", null)))
                .isFalse();
        assertThat(watches.remove(new WatchRemoval(WatcherType.DATA, "/a", null)))
                .isTrue();
        assertThat(watches.size()).isEqualTo(2);
        assertThat(watches.remove(new WatchRemoval(WatcherType.ANY, "/a", null)))
                .isTrue();
        assertThat(watches.isEmpty()).isTrue();
    }

    @Test
    void nothingIsSentForNoWatches() {
        assertThat(new WatchRegistry().toSetWatches(1, 100)).isEmpty();
    }

    @Test
    void theWaitBetweenRoundsGrowsAndIsBounded() {
        Backoff backoff = new Backoff(3, new Random(1));
        List<Integer> waits =
                IntStream.range(0, 30).mapToObj(i -> backoff.afterFailure()).toList();
        for (int i = 0; i < waits.size(); i++) {
            int full = Math.min(SessionLimits.MAX_BACKOFF_MS, SessionLimits.MIN_BACKOFF_MS << Math.min(10, i / 3));
            assertThat(waits.get(i)).isBetween((i + 1) % 3 == 0 ? full / 2 : 0, (i + 1) % 3 == 0 ? full : 0);
        }
        backoff.succeeded();
        assertThat(backoff.afterFailure()).isZero();
        assertThat(backoff.afterLoss()).isLessThan(SessionLimits.FIRST_RETRY_MS);
    }
}
