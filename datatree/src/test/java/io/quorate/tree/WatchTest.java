package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Perms;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.SetWatchesRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** client-protocol.md §7. */
class WatchTest {
    private final TreeBed bed = new TreeBed();
    private final TestWatcher watcher = new TestWatcher(1);

    private void addWatch(TestWatcher who, String path, int mode) {
        bed.read(who, OpCode.ADD_WATCH, TreeBed.pathVersion(path, mode));
    }

    @Test
    void aChangeIsToldBeforeItIsAnswered() {
        List<Integer> sizes = new ArrayList<>();
        JuteWriter reply = new JuteWriter();
        Watcher early = new Watcher() {
            @Override
            public void onEvent(WatchEvent event) {
                sizes.add(reply.size());
            }

            @Override
            public Collection<Id> identities() {
                return List.of();
            }

            @Override
            public long sessionId() {
                return 1;
            }
        };
        bed.tree.read(
                OpCode.EXISTS,
                new JuteReader(
                        new JuteWriter().writeString("/a").writeBoolean(true).toByteArray()),
                early,
                new JuteWriter());
        bed.tree.apply(bed.prepare(1, OpCode.CREATE2, TreeBed.createBody("/a", 0)), reply);
        assertThat(sizes).containsExactly(0);
        assertThat(reply.size()).isPositive();
    }

    @Test
    void theFrameIsTheReferences() {
        assertThat(HexFormat.of().formatHex(new WatchEvent(EventType.NODE_DATA_CHANGED, "/a", 0x100000016L).payload()))
                .isEqualTo("ffffffff" + "0000000100000016" + "00000000" + "00000003" + "00000003" + "000000022f61");
    }

    @Test
    void aFanOutEncodesOnce() {
        bed.create("/a");
        List<TestWatcher> watchers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            TestWatcher each = new TestWatcher(i);
            watchers.add(each);
            bed.read(each, OpCode.GET_DATA, "/a", true);
        }
        assertThat(bed.tree.watchCount()).isEqualTo(1000);
        bed.set("/a", "x");
        byte[] first = watchers.get(0).events.get(0).payload();
        for (TestWatcher each : watchers) {
            assertThat(each.events).hasSize(1);
            assertThat(each.events.get(0).payload()).isSameAs(first);
        }
        assertThat(bed.tree.watchCount()).isZero();
        assertThat(bed.tree.watcherCount()).isZero();
    }

    @Test
    void allWatchersOfAPathShareItsString() {
        bed.create("/a");
        for (int i = 0; i < 3; i++) {
            bed.read(new TestWatcher(i), OpCode.GET_DATA, "/a", true);
        }
        assertThat(bed.tree.dataWatches()).hasSize(3);
        assertThat(bed.tree.watches().pathsHeld()).hasSize(1);
    }

    @Test
    void aDeletionIsToldOnceToWhoWatchesDataAndChildren() {
        bed.create("/a");
        bed.read(watcher, OpCode.GET_DATA, "/a", true);
        bed.read(watcher, OpCode.GET_CHILDREN, "/a", true);
        bed.read(watcher, OpCode.GET_CHILDREN, "/", true);
        addWatch(watcher, "/a", 0);
        addWatch(watcher, "/", 1);
        bed.delete("/a");
        assertThat(watcher.take()).containsExactly("NODE_DELETED /a", "NODE_CHILDREN_CHANGED /");
        bed.create("/a");
        assertThat(watcher.take()).containsExactly("NODE_CREATED /a");
        assertThat(bed.tree.watchCount()).isEqualTo(3); // persistent: data and children; recursive: data
    }

    @Test
    void aRecursiveWatchHearsOfAllThatIsBelowButNotOfLists() {
        addWatch(watcher, "/r", 1);
        bed.create("/r");
        bed.create("/r/a");
        bed.create("/r/a/b");
        bed.set("/r/a/b", "x");
        bed.delete("/r/a/b");
        bed.create("/rx");
        assertThat(watcher.take())
                .containsExactly(
                        "NODE_CREATED /r",
                        "NODE_CREATED /r/a",
                        "NODE_CREATED /r/a/b",
                        "NODE_DATA_CHANGED /r/a/b",
                        "NODE_DELETED /r/a/b");
    }

    @Test
    void aRecursiveWatchOnTheRootHearsOfEverything() {
        addWatch(watcher, "/", 1);
        bed.create("/a");
        bed.create("/a/b");
        bed.set("/", "x");
        assertThat(watcher.take()).containsExactly("NODE_CREATED /a", "NODE_CREATED /a/b", "NODE_DATA_CHANGED /");
    }

    @Test
    void eventsComeInTheOrderOfTransactionsWithTheirZxids() {
        addWatch(watcher, "/", 1);
        bed.write(
                OpCode.MULTI,
                TreeBed.multi(
                        1,
                        TreeBed.createBody("/a", 0),
                        1,
                        TreeBed.createBody("/a/b", 0),
                        5,
                        TreeBed.setBody("/a", "x", -1)));
        long zxid = bed.zxid;
        assertThat(watcher.events).allMatch(event -> event.zxid() == zxid);
        assertThat(watcher.take()).containsExactly("NODE_CREATED /a", "NODE_CREATED /a/b", "NODE_DATA_CHANGED /a");
        bed.delete("/a/b");
        assertThat(watcher.events.get(0).zxid()).isEqualTo(zxid + 1);
    }

    @Test
    void theEndOfASessionIsToldForEachOfItsNodes() {
        bed.create("/d");
        bed.write(5, OpCode.CREATE, TreeBed.createBody("/d/1", 1));
        bed.write(5, OpCode.CREATE, TreeBed.createBody("/d/2", 1));
        bed.read(watcher, OpCode.EXISTS, "/d/2", true);
        bed.read(watcher, OpCode.GET_CHILDREN, "/d", true);
        bed.closeSession(5);
        assertThat(watcher.take()).containsExactly("NODE_CHILDREN_CHANGED /d", "NODE_DELETED /d/2");
    }

    /** Nobody learns of a node that it may not read; the watch is used up all the same. */
    @Test
    void eventsAreForThoseWhoMayRead() {
        List<Acl> mine = List.of(new Acl(Perms.ALL, new Id("ip", "10.0.0.1")));
        TestWatcher owner = new TestWatcher(2);
        owner.identities.set(0, new Id("ip", "10.0.0.1"));
        bed.identities = List.of(new Id("ip", "10.0.0.1"));
        addWatch(watcher, "/", 1);
        addWatch(owner, "/", 1);
        bed.create("/a", mine);
        bed.set("/a", "x");
        bed.create("/b");
        bed.delete("/a");
        assertThat(watcher.take()).containsExactly("NODE_CREATED /b");
        assertThat(owner.take())
                .containsExactly("NODE_CREATED /a", "NODE_DATA_CHANGED /a", "NODE_CREATED /b", "NODE_DELETED /a");
        bed.create("/c");
        bed.read(watcher, OpCode.GET_DATA, "/c", true);
        bed.setAcl("/c", mine);
        bed.set("/c", "x");
        bed.setAcl("/c", Acl.OPEN);
        bed.set("/c", "y");
        assertThat(watcher.take()).containsExactly("NODE_CREATED /c", "NODE_DATA_CHANGED /c");
    }

    @Test
    void noWatchIsSetWhereNothingMayBeRead() {
        bed.create("/a", List.of(new Acl(Perms.ALL, new Id("digest", "a:b"))));
        assertThat(bed.read(watcher, OpCode.EXISTS, "/a", true)).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(bed.read(watcher, OpCode.GET_DATA, "/a", true)).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(bed.read(watcher, OpCode.GET_CHILDREN, "/a", true)).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(bed.read(watcher, OpCode.GET_DATA, "/none", true)).isEqualTo(ErrorCode.NO_NODE);
        assertThat(bed.tree.watchCount()).isZero();
        assertThat(bed.read(watcher, OpCode.EXISTS, "/none", true)).isEqualTo(ErrorCode.NO_NODE);
        assertThat(bed.tree.watchCount()).isEqualTo(1);
    }

    /** ZOOKEEPER-1667: after a reconnect each watch hears of what it missed, under the right type. */
    @Test
    void afterAReconnectWhatWasMissedComesFirst() {
        bed.create("/changed");
        bed.create("/same");
        bed.create("/parent");
        bed.create("/now-there");
        bed.create("/deleted");
        long seen = bed.zxid - 1;
        bed.delete("/deleted");
        bed.set("/changed", "x");
        bed.create("/parent/child");
        JuteWriter body = new JuteWriter();
        new SetWatchesRequest(
                        seen,
                        List.of("/changed", "/same", "/deleted"),
                        List.of("/now-there", "/still-not"),
                        List.of("/parent", "/same", "/deleted"))
                .write(body);
        assertThat(bed.read(watcher, OpCode.SET_WATCHES, body)).isEqualTo(ErrorCode.OK);
        assertThat(watcher.events).allMatch(event -> event.zxid() == -1);
        assertThat(watcher.take())
                .containsExactly(
                        "NODE_DATA_CHANGED /changed",
                        "NODE_DELETED /deleted",
                        "NODE_CREATED /now-there",
                        "NODE_CHILDREN_CHANGED /parent",
                        "NODE_DELETED /deleted");
        bed.set("/same", "x");
        bed.create("/same/child");
        bed.create("/still-not");
        bed.set("/changed", "nobody waits");
        assertThat(watcher.take())
                .containsExactly("NODE_DATA_CHANGED /same", "NODE_CHILDREN_CHANGED /same", "NODE_CREATED /still-not");
    }

    /** ZOOKEEPER-3145: the deletion of a child raises pzxid, or the watch of a client that was away would sleep on. */
    @Test
    void aChildDeletedMeanwhileIsNoticed() {
        bed.create("/p");
        bed.create("/p/c");
        long seen = bed.zxid;
        bed.delete("/p/c");
        JuteWriter body = new JuteWriter();
        new SetWatches2Request(seen, List.of(), List.of(), List.of("/p"), List.of("/p"), List.of("/q")).write(body);
        bed.read(watcher, OpCode.SET_WATCHES2, body);
        assertThat(watcher.take()).containsExactly("NODE_CHILDREN_CHANGED /p");
        bed.create("/p/c");
        bed.create("/q");
        assertThat(watcher.take()).containsExactly("NODE_CHILDREN_CHANGED /p", "NODE_CREATED /q");
    }

    @Test
    void anAbsentListSetsNoWatchAtAll() {
        JuteWriter body = new JuteWriter();
        new SetWatchesRequest(0, List.of("/a"), List.of("/b"), null).write(body);
        assertThat(bed.read(watcher, OpCode.SET_WATCHES, body)).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(bed.tree.watchCount()).isZero();
        assertThat(watcher.take()).isEmpty();
    }

    @Test
    void halfASetWatchesRegistersNothing() {
        JuteWriter body = new JuteWriter();
        new SetWatchesRequest(0, List.of("/a"), List.of("/b"), List.of("/c")).write(body);
        body.truncate(body.size() - 1);
        assertThat(bed.read(watcher, OpCode.SET_WATCHES, body)).isEqualTo(ErrorCode.MARSHALLING_ERROR);
        assertThat(bed.tree.watchCount()).isZero();
        assertThat(watcher.take()).isEmpty();
    }

    @Test
    void aWatcherThatLeavesTakesItsOwnWatchesAndNoOthers() {
        TestWatcher other = new TestWatcher(2);
        for (int i = 0; i < 100; i++) {
            bed.create("/n" + i);
            bed.read(watcher, OpCode.GET_DATA, "/n" + i, true);
            bed.read(watcher, OpCode.GET_CHILDREN, "/n" + i, true);
            if (i % 2 == 0) {
                bed.read(other, OpCode.GET_DATA, "/n" + i, true);
            }
        }
        addWatch(watcher, "/n0", 1);
        assertThat(bed.tree.watchedPathCount()).isEqualTo(100);
        bed.tree.removeWatcher(watcher);
        bed.tree.removeWatcher(watcher);
        assertThat(bed.tree.watchCount()).isEqualTo(50);
        assertThat(bed.tree.watchedPathCount()).isEqualTo(50);
        bed.set("/n0", "x");
        bed.set("/n1", "x");
        assertThat(watcher.take()).isEmpty();
        assertThat(other.take()).containsExactly("NODE_DATA_CHANGED /n0");
    }

    /** The counters, and who is told, against a plain model. */
    @Test
    void randomWatchesAgainstAModel() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            TreeBed each = new TreeBed();
            WatchModel model = new WatchModel(each);
            for (int i = 0; i < 400; i++) {
                model.step(random);
            }
            model.watchers.forEach(each.tree::removeWatcher);
            assertThat(each.tree.watchCount()).isZero();
            assertThat(each.tree.watchedPathCount()).isZero();
            assertThat(each.tree.watcherCount()).isZero();
        }
    }

    /** Watches as a list of words, asked for each event. */
    private static final class WatchModel {
        private final TreeBed bed;
        private final List<TestWatcher> watchers = List.of(new TestWatcher(1), new TestWatcher(2), new TestWatcher(3));
        private final List<String> watches = new ArrayList<>();

        WatchModel(TreeBed bed) {
            this.bed = bed;
        }

        private String path(Random random) {
            return "/" + random.nextInt(3) + (random.nextBoolean() ? "/" + random.nextInt(2) : "");
        }

        void step(Random random) {
            int w = random.nextInt(3);
            String path = path(random);
            switch (random.nextInt(8)) {
                case 0 -> {
                    bed.read(watchers.get(w), OpCode.EXISTS, path, true);
                    set(w, "data", path);
                }
                case 1 -> {
                    if (bed.read(watchers.get(w), OpCode.GET_CHILDREN, path, true) == ErrorCode.OK) {
                        set(w, "child", path);
                    }
                }
                case 2 -> {
                    int mode = random.nextInt(2);
                    bed.read(watchers.get(w), OpCode.ADD_WATCH, TreeBed.pathVersion(path, mode));
                    set(w, mode == 0 ? "persistent" : "recursive", path);
                }
                case 3 -> remove(w, 1 + random.nextInt(5), path);
                case 4, 5 -> {
                    if (bed.create(path) == ErrorCode.OK) {
                        expect(told(List.of("data", "persistent"), path, true), "NODE_CREATED " + path);
                        expectParent(path);
                    }
                }
                case 6 -> {
                    if (bed.delete(path) == ErrorCode.OK) {
                        expect(told(List.of("data", "child", "persistent"), path, true), "NODE_DELETED " + path);
                        expectParent(path);
                    }
                }
                default -> {
                    if (bed.set(path, "x") == ErrorCode.OK) {
                        expect(told(List.of("data", "persistent"), path, true), "NODE_DATA_CHANGED " + path);
                    }
                }
            }
            watchers.forEach(each -> assertThat(each.take()).isEmpty());
        }

        private void set(int watcher, String kind, String path) {
            String watch = watcher + " " + kind + " " + path;
            if (!watches.contains(watch)) {
                watches.add(watch);
            }
        }

        private void remove(int watcher, int type, String path) {
            List<String> kinds = type == 3
                    ? List.of("data", "child", "persistent", "recursive")
                    : List.of(List.of("", "child", "data", "", "persistent", "recursive")
                            .get(type));
            boolean any = watches.removeIf(
                    watch -> kinds.stream().anyMatch(kind -> watch.equals(watcher + " " + kind + " " + path)));
            ErrorCode checked = bed.read(watchers.get(watcher), OpCode.CHECK_WATCHES, TreeBed.pathVersion(path, type));
            ErrorCode removed = bed.read(watchers.get(watcher), OpCode.REMOVE_WATCHES, TreeBed.pathVersion(path, type));
            assertThat(checked).isEqualTo(any ? ErrorCode.OK : ErrorCode.NO_WATCHER);
            assertThat(removed).isEqualTo(checked);
        }

        private void expectParent(String path) {
            String parent = Paths.parent(path);
            expect(told(List.of("child", "persistent"), parent, false), "NODE_CHILDREN_CHANGED " + parent);
        }

        private List<Integer> told(List<String> kinds, String path, boolean recursive) {
            List<Integer> result = new ArrayList<>();
            for (int w = 0; w < watchers.size(); w++) {
                for (String kind : kinds) {
                    String watch = w + " " + kind + " " + path;
                    if (watches.contains(watch) && !result.contains(w)) {
                        result.add(w);
                    }
                    if (!kind.equals("persistent")) {
                        watches.remove(watch);
                    }
                }
                for (String at = path; recursive && !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
                    if (watches.contains(w + " recursive " + at) && !result.contains(w)) {
                        result.add(w);
                    }
                }
            }
            return result;
        }

        private void expect(List<Integer> told, String event) {
            for (int w : told) {
                WatchEvent first = watchers.get(w).events.remove(0);
                assertThat(first.type() + " " + first.path()).isEqualTo(event);
            }
        }
    }
}
