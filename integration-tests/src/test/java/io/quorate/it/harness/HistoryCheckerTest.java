package io.quorate.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.TreeDump.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;

/** A checker that cannot find fault proves nothing: every fault it is there for, planted. */
class HistoryCheckerTest {
    private static final String ROOT = "/r";

    private final Map<String, Node> nodes = new TreeMap<>();

    @Test
    void acceptsAcknowledgedWritesThatAreThereAndUnknownOnesEitherWay() {
        put("/r/create-0/op-0000000000", "0:0", 0);
        put("/r/create-0/op-0000000001", "0:2", 0);
        put("/r/set-0", "2", 2);

        assertThat(violations(
                        created(0, "/r/create-0/op-0000000000"),
                        createdPerhaps(1),
                        createdPerhaps(2),
                        set(0, 1),
                        setPerhaps(1),
                        setPerhaps(2)))
                .isEmpty();
    }

    @Test
    void findsALostCreate() {
        put("/r/create-0/op-0000000000", "0:0", 0);

        assertThat(violations(created(0, "/r/create-0/op-0000000000"), created(1, "/r/create-0/op-0000000001")))
                .singleElement()
                .asString()
                .contains("0:1")
                .contains("lost");
    }

    @Test
    void findsACreateThatIsThereTwice() {
        put("/r/create-0/op-0000000000", "0:0", 0);
        put("/r/create-0/op-0000000001", "0:0", 0);

        assertThat(violations(createdPerhaps(0))).singleElement().asString().contains("twice");
    }

    @Test
    void findsACreateElsewhereThanAcknowledged() {
        put("/r/create-0/op-0000000007", "0:0", 0);

        assertThat(violations(created(0, "/r/create-0/op-0000000000")))
                .singleElement()
                .asString()
                .contains("op-0000000007");
    }

    @Test
    void findsWhatNobodyWrote() {
        put("/r/create-0/op-0000000000", "0:9", 0);

        assertThat(violations(createdPerhaps(0))).singleElement().asString().contains("nobody wrote");
    }

    @Test
    void findsAcknowledgementsOutOfOrder() {
        put("/r/create-0/op-0000000000", "0:1", 0);
        put("/r/create-0/op-0000000001", "0:0", 0);

        assertThat(violations(created(0, "/r/create-0/op-0000000001"), created(1, "/r/create-0/op-0000000000")))
                .singleElement()
                .asString()
                .contains("not above");
    }

    @Test
    void findsALostSet() {
        put("/r/set-0", "0", 1);

        assertThat(violations(set(0, 1), set(1, 2))).anyMatch(text -> text.contains("version 1 after 2 acknowledged"));
    }

    @Test
    void findsASetThatCameBackOverALaterOne() {
        put("/r/set-0", "0", 3);

        assertThat(violations(set(0, 1), set(1, 2), setPerhaps(2)))
                .singleElement()
                .asString()
                .contains("holds 0");
    }

    @Test
    void findsASetThatWasAppliedTwice() {
        put("/r/set-0", "1", 3);

        assertThat(violations(set(0, 1), set(1, 2))).anyMatch(text -> text.contains("version 3 after 2 sets"));
    }

    @Test
    void findsALostNode() {
        assertThat(violations(set(0, 1))).containsExactly("/r/set-0 is lost");
    }

    private List<String> violations(Write... writes) {
        return HistoryChecker.violations(ROOT, List.of(writes), nodes);
    }

    private void put(String path, String text, int version) {
        Stat stat = new Stat();
        stat.setVersion(version);
        nodes.put(path, new Node(text, List.of(), stat));
    }

    private static Write created(int number, String path) {
        return new Write(Write.Kind.CREATE, 0, number, true, path, 0);
    }

    private static Write createdPerhaps(int number) {
        return new Write(Write.Kind.CREATE, 0, number, false, "/r/create-0/op-", 0);
    }

    private static Write set(int number, int version) {
        return new Write(Write.Kind.SET, 0, number, true, "/r/set-0", version);
    }

    private static Write setPerhaps(int number) {
        return new Write(Write.Kind.SET, 0, number, false, "/r/set-0", 0);
    }
}
