package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DESIGN §6: a snapshot is exact at its zxid, whatever happens while it is written. */
class SnapshotViewTest {
    @Test
    void aViewIsTheTreeAsItWasWhenItWasOpened() {
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            TreeBed bed = new TreeBed();
            RandomWrites writes = new RandomWrites(bed, random, 1 + random.nextInt(6));
            writes.run(random.nextInt(400));
            // Views over the same nodes again and again, so that each starts from the stamps that the others left.
            for (int round = 0; round < 4; round++) {
                checkOneView(bed, random, writes, "seed " + seed + " round " + round);
            }
        }
    }

    private static void checkOneView(TreeBed bed, Random random, RandomWrites writes, String name) {
        Map<String, String> atOpen = TreeDump.of(bed.tree);
        long digest = bed.tree.digest();
        long zxid = bed.tree.lastZxid();
        JuteWriter out = new JuteWriter();
        try (SnapshotView view = bed.tree.openView()) {
            int pace = random.nextInt(30);
            writes.run(random.nextInt(5));
            while (view.writeSlice(out, 1 + random.nextInt(300))) {
                writes.run(random.nextInt(pace + 1));
            }
            assertThat(view.zxid()).isEqualTo(zxid);
            assertThat(view.digest()).isEqualTo(digest);
            assertThat(view.isAbandoned()).isFalse();
        }
        DataTree loaded = TreeDump.load(out.toByteArray(), 0, bed.tree.settings(), zxid);
        assertThat(TreeDump.of(loaded)).as(name).isEqualTo(atOpen);
        assertThat(loaded.digest()).as(name).isEqualTo(digest);
        assertThat(loaded.nodesWithUnknownAcl(1)).as(name).isEmpty();
    }

    @Test
    void aTreeWithOneHugeDirectoryComesOutInSlices() {
        TreeBed bed = new TreeBed();
        for (int i = 0; i < 20_000; i++) {
            bed.create("/n" + i);
        }
        Map<String, String> atOpen = TreeDump.of(bed.tree);
        JuteWriter out = new JuteWriter();
        int slices = 0;
        try (SnapshotView view = bed.tree.openView()) {
            int before = 0;
            while (view.writeSlice(out, 2000)) {
                assertThat(out.size() - before).isLessThan(2200);
                before = out.size();
                slices++;
                bed.delete("/n" + slices);
                bed.create("/m" + slices);
                bed.set("/n" + (slices + 10_000), "changed");
            }
        }
        assertThat(slices).isGreaterThan(500);
        assertThat(TreeDump.of(TreeDump.load(out.toByteArray(), 0, bed.tree.settings(), 20_000)))
                .isEqualTo(atOpen);
    }

    @Test
    void aSliceIsBoundedAlsoWhenThereIsNothingLeftToWrite() {
        TreeBed bed = new TreeBed();
        for (int i = 0; i < 1000; i++) {
            bed.create("/n" + i);
        }
        try (SnapshotView view = bed.tree.openView()) {
            for (int i = 0; i < 1000; i++) {
                bed.set("/n" + i, "x");
            }
            JuteWriter out = new JuteWriter();
            while (out.size() < view.preservedBytes()) {
                view.writeSlice(out, 5000);
            }
            int slices = 0;
            while (view.writeSlice(out, 160)) {
                slices++;
            }
            assertThat(slices).isGreaterThan(50);
        }
    }

    @Test
    void aViewThatHoldsBackTooMuchIsAbandoned() {
        TreeBed bed = new TreeBed(TreeSettings.defaults().withMaxPreservedBytes(10_000));
        for (int i = 0; i < 1000; i++) {
            bed.create("/n" + i);
        }
        SnapshotView view = bed.tree.openView();
        for (int i = 0; i < 1000 && !view.isAbandoned(); i++) {
            bed.set("/n" + i, "x");
        }
        assertThat(view.isAbandoned()).isTrue();
        assertThat(view.preservedBytes()).isBetween(10_000L, 11_000L);
        assertThatThrownBy(() -> view.writeSlice(new JuteWriter(), 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ABANDONED");
        view.close();
        assertThat(TreeDump.snapshot(bed.tree)).isNotEmpty();
    }

    @Test
    void theSessionsAndAclsAtItsHeadDoNotCountAgainstTheBound() {
        TreeBed bed = new TreeBed(TreeSettings.defaults().withMaxPreservedBytes(10_000));
        for (int i = 0; i < 5000; i++) {
            bed.openSession(1000 + i);
        }
        bed.create("/a");
        try (SnapshotView view = bed.tree.openView()) {
            bed.set("/a", "x");
            assertThat(view.isAbandoned()).isFalse();
        }
    }

    @Test
    void thereIsOneViewAtATime() {
        TreeBed bed = new TreeBed();
        SnapshotView view = bed.tree.openView();
        assertThatThrownBy(bed.tree::openView).isInstanceOf(IllegalStateException.class);
        view.close();
        view.close();
        bed.tree.openView().close();
    }

    /** A stamp has 8 bits; a node that no view came by for 256 views must not pass for one that was written. */
    @Test
    void viewsGivenUpAgainAndAgainDoNotSpoilTheNextOne() {
        TreeBed bed = new TreeBed();
        for (int i = 0; i < 100; i++) {
            bed.create("/n" + i);
        }
        for (int i = 0; i < 600; i++) {
            try (SnapshotView view = bed.tree.openView()) {
                if (i % 3 == 0) {
                    view.writeSlice(new JuteWriter(), 300);
                }
                bed.set("/n" + i % 100, "x");
            }
            if (i % 10 == 0 || i > 240) {
                Map<String, String> now = TreeDump.of(bed.tree);
                if (i % 37 == 0) {
                    assertThat(TreeDump.of(
                                    TreeDump.load(TreeDump.snapshot(bed.tree), 0, bed.tree.settings(), bed.zxid)))
                            .isEqualTo(now);
                }
            }
        }
        Map<String, String> now = TreeDump.of(bed.tree);
        assertThat(TreeDump.of(TreeDump.load(TreeDump.snapshot(bed.tree), 0, bed.tree.settings(), bed.zxid)))
                .isEqualTo(now);
    }

    @Test
    void anAclThatGoesAfterTheOpeningIsStillExplained() {
        TreeBed bed = new TreeBed();
        bed.create("/a", Acl.READ_ONLY);
        JuteWriter out = new JuteWriter();
        try (SnapshotView view = bed.tree.openView()) {
            bed.identities = List.of(new Id("super", ""));
            bed.setAcl("/a", List.of(new Acl(3, Acl.ANYONE)));
            while (view.writeSlice(out, 10)) {}
        }
        DataTree loaded = TreeDump.load(out.toByteArray(), 0, bed.tree.settings(), 1);
        assertThat(loaded.nodesWithUnknownAcl(5)).isEmpty();
        assertThat(TreeDump.of(loaded).get("/a")).contains("perms=1,");
    }

    /** Random writes over few names, so that they meet. */
    private static final class RandomWrites {
        private final TreeBed bed;
        private final Random random;
        private final int names;

        RandomWrites(TreeBed bed, Random random, int names) {
            this.bed = bed;
            this.random = random;
            this.names = names;
        }

        void run(int count) {
            for (int i = 0; i < count; i++) {
                long session = 1L + random.nextInt(4);
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> bed.write(session, OpCode.CREATE, TreeBed.createBody(path(), random.nextInt(4)));
                    case 4, 5, 6 -> bed.write(session, OpCode.DELETE, TreeBed.pathVersion(path(), -1));
                    case 7 -> bed.set(path(), "data " + random.nextInt());
                    case 8 -> bed.setAcl(path(), List.of(new Acl(31 - 2 * random.nextInt(2), Acl.ANYONE)));
                    default -> {
                        if (random.nextBoolean()) {
                            bed.openSession(session);
                        } else {
                            bed.closeSession(session);
                        }
                    }
                }
            }
        }

        private String path() {
            StringBuilder path = new StringBuilder();
            for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
                path.append("/n").append(random.nextInt(names));
            }
            return path.toString();
        }
    }
}
