package io.quorate.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Transcript;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with the pure cache, and a random one. Inputs:
 *
 * <pre>
 *   cache PATH SCOPE MAX_NODES
 *   connected | disconnected | close
 *   watching ID
 *   data ID CZXID MZXID CHILDREN TEXT | stat ID CZXID MZXID CHILDREN | list ID NAME… | none ID | failed ID REASON
 *   event TYPE PATH ZXID
 * </pre>
 */
class CacheMachineTest {
    static Stream<Path> transcripts() throws Exception {
        return Transcript.files("cache");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void conversation(Path file) throws Exception {
        Transcript.check(file, new Script()::run);
    }

    private static Stat stat(long czxid, long mzxid, int children) {
        return new Stat(czxid, mzxid, 0, 0, 0, 0, 0, 0, 0, children, czxid);
    }

    private static final class Script implements CachePort {
        private final NavigableMap<String, CachedNode> nodes = new TreeMap<>();
        private final Map<Long, String> kinds = new HashMap<>();
        private List<String> out = new ArrayList<>();
        private CacheMachine machine;

        List<String> run(String line) {
            out = new ArrayList<>();
            String[] words = line.split(" ");
            long id = words.length > 1 && words[1].matches("[0-9]+") ? Long.parseLong(words[1]) : 0;
            switch (words[0]) {
                case "cache" ->
                    machine = new CacheMachine(
                            words[1], CacheScope.valueOf(words[2]), Integer.parseInt(words[3]), nodes, this);
                case "connected" -> machine.onConnected();
                case "disconnected" -> machine.onDisconnected("reset by peer");
                case "close" -> machine.close();
                case "watching" -> machine.onWatching(id);
                case "data" -> machine.onData(id, words[5].getBytes(StandardCharsets.UTF_8), statOf(words));
                case "stat" -> machine.onStat(id, statOf(words));
                case "list" -> machine.onChildren(id, List.of(words).subList(2, words.length), stat(1, 1, 1));
                case "none" -> none(id);
                case "failed" -> machine.onReadFailed(id, words[2]);
                case "event" -> machine.onEvent(EventType.valueOf(words[1]), words[2], Long.parseLong(words[3]));
                default -> throw new IllegalArgumentException(line);
            }
            return out;
        }

        private static Stat statOf(String[] words) {
            return stat(Long.parseLong(words[2]), Long.parseLong(words[3]), Integer.parseInt(words[4]));
        }

        private void none(long id) {
            switch (kinds.getOrDefault(id, "")) {
                case "read" -> machine.onData(id, new byte[0], null);
                case "check" -> machine.onStat(id, null);
                default -> machine.onChildren(id, List.of(), null);
            }
        }

        private void ask(String kind, long id, String path) {
            kinds.put(id, kind);
            out.add("#" + id + " " + kind + " " + path);
        }

        @Override
        public void watch(long id) {
            out.add("#" + id + " watch");
        }

        @Override
        public void read(long id, String path) {
            ask("read", id, path);
        }

        @Override
        public void check(long id, String path) {
            ask("check", id, path);
        }

        @Override
        public void list(long id, String path) {
            ask("list", id, path);
        }

        @Override
        public void changed(CacheChange change) {
            out.add(change.getClass().getSimpleName() + " " + change.path()
                    + change.after().map(node -> " " + node.text()).orElse(""));
        }

        @Override
        public void stateChanged(CacheState state, String reason) {
            out.add("** " + state + ": " + reason);
        }

        @Override
        public void settled() {
            out.add("settled: " + nodes.keySet());
        }
    }

    /** A server of one tree, whose answers and events come late but in order, and connections that break. */
    private static final class World implements CachePort {
        private final Random random;
        private final TreeMap<String, CachedNode> tree = new TreeMap<>();
        private final Deque<Runnable> toClient = new ArrayDeque<>();
        private final Deque<Runnable> toServer = new ArrayDeque<>();
        private final NavigableMap<String, CachedNode> nodes = new TreeMap<>();
        private final NavigableMap<String, CachedNode> told = new TreeMap<>();
        private final CacheMachine machine = new CacheMachine("/r", CacheScope.TREE, 1000, nodes, this);
        private boolean watching;
        private boolean connected;
        private long zxid = 1;
        private int settledTimes;

        World(long seed) {
            random = new Random(seed);
        }

        void step() {
            int what = random.nextInt(100);
            if (what < 30) {
                write();
            } else if (what < 60 && !toServer.isEmpty()) {
                toServer.remove().run();
            } else if (what < 98 && !toClient.isEmpty()) {
                toClient.remove().run();
            } else if (what >= 98) {
                reconnect();
            }
        }

        void drain() {
            if (!connected) {
                reconnect();
            }
            while (!toServer.isEmpty() || !toClient.isEmpty()) {
                (toServer.isEmpty() ? toClient : toServer).remove().run();
            }
        }

        private void reconnect() {
            toServer.clear();
            toClient.clear();
            watching = false;
            if (connected) {
                machine.onDisconnected("broken");
            } else {
                machine.onConnected();
            }
            connected = !connected;
        }

        private void write() {
            String path = "/r" + "/a".repeat(random.nextInt(3)) + (random.nextBoolean() ? "/b" : "");
            CachedNode known = tree.get(path);
            boolean hasChildren = children(path) > 0;
            if (known == null) {
                if (path.equals("/r") || tree.containsKey(Paths.parent(path))) {
                    set(path, ++zxid, zxid);
                    event(EventType.NODE_CREATED, path);
                }
            } else if (!hasChildren && random.nextBoolean()) {
                tree.remove(path);
                zxid++;
                event(EventType.NODE_DELETED, path);
            } else {
                set(path, known.stat().czxid(), ++zxid);
                event(EventType.NODE_DATA_CHANGED, path);
            }
        }

        private void set(String path, long czxid, long mzxid) {
            byte[] data = Long.toString(mzxid).getBytes(StandardCharsets.UTF_8);
            tree.put(path, new CachedNode(path, data, stat(czxid, mzxid, 0)));
        }

        private int children(String path) {
            return (int) tree.keySet().stream()
                    .filter(each -> !each.equals(path) && Paths.parent(each).equals(path))
                    .count();
        }

        private void event(EventType type, String path) {
            long at = zxid;
            if (watching) {
                toClient.add(() -> machine.onEvent(type, path, at));
            }
        }

        private Stat present(String path) {
            CachedNode node = tree.get(path);
            return node == null ? null : stat(node.stat().czxid(), node.stat().mzxid(), children(path));
        }

        @Override
        public void watch(long id) {
            toServer.add(() -> {
                watching = true;
                toClient.add(() -> machine.onWatching(id));
            });
        }

        @Override
        public void read(long id, String path) {
            toServer.add(() -> {
                Stat stat = present(path);
                byte[] data = stat == null ? new byte[0] : tree.get(path).data();
                toClient.add(() -> machine.onData(id, data, stat));
            });
        }

        @Override
        public void check(long id, String path) {
            toServer.add(() -> {
                Stat stat = present(path);
                toClient.add(() -> machine.onStat(id, stat));
            });
        }

        @Override
        public void list(long id, String path) {
            toServer.add(() -> {
                Stat stat = present(path);
                List<String> names = tree.keySet().stream()
                        .filter(each -> !each.equals(path) && Paths.parent(each).equals(path))
                        .map(Paths::name)
                        .toList();
                toClient.add(() -> machine.onChildren(id, names, stat));
            });
        }

        @Override
        public void changed(CacheChange change) {
            assertThat(Optional.ofNullable(told.get(change.path())).map(CacheMachineTest::text))
                    .describedAs("told before %s", change)
                    .isEqualTo(change.before().map(CacheMachineTest::text));
            change.after().ifPresentOrElse(node -> told.put(node.path(), node), () -> told.remove(change.path()));
        }

        @Override
        public void stateChanged(CacheState state, String reason) {}

        @Override
        public void settled() {
            settledTimes++;
        }
    }

    @Test
    void whateverHappensTheCopyBecomesTheTreeAndTheStoryIsWhole() {
        int settled = 0;
        for (int seed = 0; seed < 1000; seed++) {
            World world = new World(seed);
            for (int i = 0; i < 400; i++) {
                world.step();
            }
            world.drain();
            assertThat(world.machine.state()).describedAs("seed %d", seed).isEqualTo(CacheState.CURRENT);
            assertThat(texts(world.nodes)).describedAs("seed %d", seed).isEqualTo(texts(world.tree));
            assertThat(texts(world.told)).describedAs("seed %d, as told", seed).isEqualTo(texts(world.tree));
            settled += world.settledTimes;
        }
        assertThat(settled).isGreaterThan(1000);
    }

    private static Map<String, String> texts(NavigableMap<String, CachedNode> nodes) {
        Map<String, String> result = new TreeMap<>();
        nodes.forEach((path, node) -> result.put(path, text(node)));
        return result;
    }

    private static String text(CachedNode node) {
        return node.stat().czxid() + ":" + node.text();
    }
}
