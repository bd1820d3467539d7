package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** client-protocol.md §6, "Container / TTL removal". */
class ReaperTest {
    private static final long MS = 1_000_000L;
    private static final int CONTAINER = 4;
    private static final int TTL = 5;

    private final TreeBed bed = new TreeBed();
    private long nowNanos = -7 * MS;

    private Reaper reaper(long maxNeverUsedMs) {
        return reaper(new ReaperSettings(60_000, 10_000, maxNeverUsedMs));
    }

    private Reaper reaper(ReaperSettings settings) {
        return new Reaper(bed.tree, settings, bed.preparer::isInFlight, nowNanos);
    }

    /** One interval later, in steps of 100 ms. */
    private List<String> sweep(Reaper reaper) {
        List<String> due = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            nowNanos += 100 * MS;
            due.addAll(reaper.due(nowNanos, bed.wallMs));
        }
        return due;
    }

    @Test
    void aContainerThatLostItsLastChildGoesAndOneThatHasNoneYetStays() {
        bed.create("/left", CONTAINER);
        bed.create("/left/x");
        bed.create("/used", CONTAINER);
        bed.create("/used/x");
        bed.create("/new", CONTAINER);
        Reaper reaper = reaper(0);
        assertThat(sweep(reaper)).isEmpty();
        bed.delete("/left/x");
        assertThat(sweep(reaper)).containsExactly("/left");
        assertThat(sweep(reaper)).as("again, as long as nobody has removed it").containsExactly("/left");
        bed.create("/left/y");
        assertThat(sweep(reaper)).isEmpty();
    }

    @Test
    void nothingGoesBeforeTheFirstInterval() {
        bed.create("/c", CONTAINER);
        bed.create("/c/x");
        bed.delete("/c/x");
        Reaper reaper = reaper(0);
        nowNanos += 59_999 * MS;
        assertThat(reaper.due(nowNanos, bed.wallMs)).isEmpty();
        nowNanos += MS;
        assertThat(reaper.due(nowNanos, bed.wallMs)).containsExactly("/c");
    }

    @Test
    void aContainerThatNeverHadAChildGoesWhenThatIsAskedFor() {
        bed.create("/c", CONTAINER);
        Reaper reaper = reaper(5_000);
        assertThat(sweep(reaper)).isEmpty();
        bed.wallMs += 5_000;
        assertThat(sweep(reaper)).isEmpty();
        bed.wallMs += 1;
        assertThat(sweep(reaper)).containsExactly("/c");
    }

    @Test
    void aTtlNodeGoesWhenItWasNotChangedForItsTimeAndHasNoChildren() {
        bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", TTL, 1_000));
        bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/parent", TTL, 1_000));
        bed.create("/parent/x");
        Reaper reaper = reaper(0);
        bed.wallMs += 900;
        bed.set("/t", "again");
        bed.wallMs += 900;
        assertThat(sweep(reaper)).isEmpty();
        bed.wallMs += 200;
        assertThat(sweep(reaper)).containsExactly("/t");
        bed.delete("/parent/x");
        assertThat(sweep(reaper)).containsExactlyInAnyOrder("/t", "/parent");
    }

    @Test
    void aNodeThatATransactionInFlightChangesIsLeftAlone() {
        bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", TTL, 1_000));
        Reaper reaper = reaper(0);
        bed.wallMs += 2_000;
        Txn inFlight = bed.prepare(TreeBed.SESSION, OpCode.SET_DATA, TreeBed.setBody("/t", "kept", -1));
        assertThat(sweep(reaper)).isEmpty();
        bed.apply(inFlight);
        assertThat(sweep(reaper)).isEmpty();
        bed.wallMs += 2_000;
        assertThat(sweep(reaper)).containsExactly("/t");
    }

    @Test
    void removalsKeepToTheRate() {
        for (int i = 0; i < 100; i++) {
            bed.create("/c" + i, CONTAINER);
            bed.create("/c" + i + "/x");
            bed.delete("/c" + i + "/x");
        }
        Reaper reaper = reaper(new ReaperSettings(1_000, 60, 0));
        List<String> due = new ArrayList<>();
        for (int second = 0; second < 10; second++) {
            nowNanos += 1_000 * MS;
            List<String> now = reaper.due(nowNanos, bed.wallMs);
            assertThat(now).hasSize(1);
            due.addAll(now);
        }
        assertThat(due).doesNotHaveDuplicates();
    }

    @Test
    void aSweepThatTakesLongerThanTheIntervalReachesTheOtherListToo() {
        for (int i = 0; i < 100; i++) {
            bed.create("/c" + i, CONTAINER);
            bed.create("/c" + i + "/x");
            bed.delete("/c" + i + "/x");
        }
        bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", TTL, 1_000));
        bed.wallMs += 5_000;
        Reaper reaper = reaper(new ReaperSettings(1_000, 60, 0));
        List<String> due = new ArrayList<>();
        for (int second = 0; second < 101; second++) {
            nowNanos += 1_000 * MS;
            due.addAll(reaper.due(nowNanos, bed.wallMs));
        }
        assertThat(due).doesNotHaveDuplicates().hasSize(101).contains("/t");
        assertThat(due.indexOf("/t")).isLessThan(2);
    }

    @Test
    void whatComesOutOfASnapshotGoesAsWell() {
        bed.create("/c", CONTAINER);
        bed.create("/c/x");
        bed.delete("/c/x");
        bed.write(OpCode.CREATE_TTL, TreeBed.ttlBody("/t", TTL, 1_000));
        bed.create("/full", CONTAINER);
        bed.create("/full/x");
        byte[] snapshot = TreeDump.snapshot(bed.tree);
        DataTree loaded = TreeDump.load(snapshot, 0, bed.tree.settings(), bed.zxid);
        Reaper reaper = new Reaper(loaded, ReaperSettings.DEFAULTS, path -> false, nowNanos);
        nowNanos += 60_000 * MS;
        assertThat(reaper.due(nowNanos, bed.wallMs + 5_000)).containsExactly("/c", "/t");
    }

    @Test
    void removalByTransactionEndsIt() {
        bed.create("/c", CONTAINER);
        bed.create("/c/x");
        bed.delete("/c/x");
        Reaper reaper = reaper(0);
        for (String path : sweep(reaper)) {
            assertThat(bed.write(0, OpCode.DELETE_CONTAINER, new JuteWriter().writeString(path)))
                    .isEqualTo(ErrorCode.OK);
        }
        assertThat(bed.exists("/c")).isFalse();
        assertThat(bed.tree.containerCount()).isZero();
        assertThat(sweep(reaper)).isEmpty();
    }
}
