package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChildTableTest {
    private static final AclEntry ACL = new AclEntry(1, List.of(), false);

    private ChildTable table = ChildTable.empty();
    private final Map<String, Node> model = new HashMap<>();

    private void add(String name) {
        Node node = new Node(null, name.getBytes(StandardCharsets.UTF_8), null, ACL);
        table = table.add(node, node.nameHash());
        model.put(name, node);
    }

    private void remove(String name) {
        Node node = model.remove(name);
        table = table.remove(node, node.nameHash());
    }

    private Node find(String name) {
        byte[] bytes = ("xx" + name).getBytes(StandardCharsets.UTF_8);
        int hash = NameHash.of(bytes, 2, bytes.length - 2);
        Node byBytes = table.find(hash, bytes, 2, bytes.length - 2);
        assertThat(table.find(hash, "/" + name + "/", 1, 1 + name.length())).isSameAs(byBytes);
        return byBytes;
    }

    private void check() {
        assertThat(table.size()).isEqualTo(model.size());
        model.forEach((name, node) -> assertThat(find(name)).isSameAs(node));
        Set<Node> seen = new HashSet<>();
        table.forEach(node -> assertThat(seen.add(node)).isTrue());
        assertThat(seen).hasSize(model.size());
    }

    @Test
    void holdsWhatAMapWouldHold() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            table = ChildTable.empty();
            model.clear();
            int names = 1 << random.nextInt(13);
            for (int i = 0; i < 6 * names; i++) {
                String name = "n" + random.nextInt(names);
                if (model.containsKey(name)) {
                    remove(name);
                } else {
                    add(name);
                }
                assertThat(find("n" + random.nextInt(names) + "-")).isNull();
            }
            check();
            for (String name : List.copyOf(model.keySet())) {
                remove(name);
            }
            assertThat(table).isSameAs(ChildTable.empty());
        }
    }

    /** DESIGN §9: the cost of a write does not grow with the tree, not even now and then. */
    @Test
    void ofAHundredThousandChildrenAnInsertionMovesThoseOfItsSegmentAlone() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long probe = random.nextLong() & (ChildTable.HASH_END - 1);
            ChildTable.Segment before = table.segmentAt(probe);
            long end = table.segmentEnd(probe);
            add("child-" + i);
            boolean isElsewhere = Integer.toUnsignedLong(hash("child-" + i)) >= end;
            if (isElsewhere && i > ChildTable.Segment.MAX_CHILDREN) {
                assertThat(table.segmentAt(probe)).isSameAs(before);
            }
        }
        check();
    }

    @Test
    void aWalkSeesWhoeverWasThereFromStartToEnd() {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            table = ChildTable.empty();
            model.clear();
            for (int i = 0; i < random.nextInt(3000); i++) {
                add("old" + i);
            }
            Set<Node> stayed = new HashSet<>(model.values());
            Set<Node> seen = new HashSet<>();
            int made = 0;
            for (long hash = 0; hash < ChildTable.HASH_END; ) {
                for (Node child : table.segmentAt(hash).slots) {
                    if (child != null) {
                        seen.add(child);
                    }
                }
                hash = table.segmentEnd(hash);
                for (int i = random.nextInt(400); i > 0; i--) {
                    if (random.nextBoolean() || model.isEmpty()) {
                        add("new" + made++);
                    } else {
                        String name = model.keySet().iterator().next();
                        stayed.remove(model.get(name));
                        remove(name);
                    }
                }
            }
            assertThat(seen).containsAll(stayed);
        }
    }

    /** Whoever knows the hash can make names that collide in all 32 bits; that may cost time, but nothing else. */
    @Test
    void namesOfOneHashAreFoundAllTheSame() {
        List<String> names = collidingNames(10);
        assertThat(names).hasSize(1024);
        int hash = hash(names.get(0));
        for (String name : names) {
            assertThat(hash(name)).isEqualTo(hash);
            add(name);
        }
        add("other");
        check();
        for (int i = 0; i < names.size(); i += 2) {
            remove(names.get(i));
        }
        check();
    }

    private static int hash(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return NameHash.of(bytes, 0, bytes.length);
    }

    /** Two texts that lead from one inner state to one other, {@code blocks} times over, give 2^blocks names of one hash. */
    private static List<String> collidingNames(int blocks) {
        Random random = new Random(1);
        List<String> names = new ArrayList<>(List.of(""));
        int state = NameHash.start();
        for (int block = 0; block < blocks; block++) {
            Map<Integer, String> byState = new HashMap<>();
            while (true) {
                String text = Integer.toString(random.nextInt(), 36);
                int next = state;
                for (int i = 0; i < text.length(); i++) {
                    next = NameHash.add(next, text.charAt(i));
                }
                String other = byState.put(next, text);
                if (other != null && !other.equals(text)) {
                    List<String> longer = new ArrayList<>();
                    for (String name : names) {
                        longer.add(name + text);
                        longer.add(name + other);
                    }
                    names = longer;
                    state = next;
                    break;
                }
            }
        }
        return names;
    }
}
