package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.tree.SnapshotNode;
import io.quorate.tree.SnapshotParser;
import io.quorate.tree.SnapshotRecords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what two snapshots hold. The first is kept in memory, the second goes by. */
final class SnapshotComparison {
    private final Lines out;
    private final Map<String, NodeState> nodes = new LinkedHashMap<>();
    private final Map<Long, Integer> sessions = new LinkedHashMap<>();
    private long differences;

    SnapshotComparison(Lines out) {
        this.out = out;
    }

    /** All of a node that counts; the numbers in the order of {@link #NAMES}. */
    @SuppressWarnings("ArrayRecordComponent") // compared field by field
    private record NodeState(byte @Nullable [] data, String acl, long[] numbers) {
        private static final List<String> NAMES =
                List.of("czxid", "mzxid", "pzxid", "ctime", "mtime", "version", "cversion", "aversion", "owner");

        static NodeState of(SnapshotNode node, Map<Long, List<Acl>> acls) {
            List<Acl> acl = acls.get(node.aclId());
            return new NodeState(node.data(), acl == null ? "unlisted:" + node.aclId() : Showing.acl(acl), new long[] {
                node.czxid(),
                node.mzxid(),
                node.pzxid(),
                node.ctime(),
                node.mtime(),
                node.version(),
                node.cversion(),
                node.aversion(),
                node.owner()
            });
        }

        List<String> differences(NodeState other) {
            List<String> found = new ArrayList<>();
            if (!Arrays.equals(data, other.data)) {
                found.add("data " + text(data) + " -> " + text(other.data));
            }
            if (!acl.equals(other.acl)) {
                found.add("acl " + acl + " -> " + other.acl);
            }
            for (int i = 0; i < numbers.length; i++) {
                if (numbers[i] != other.numbers[i]) {
                    found.add(NAMES.get(i) + " " + number(i) + " -> " + other.number(i));
                }
            }
            return found;
        }

        private String number(int index) {
            String name = NAMES.get(index);
            boolean hex = name.endsWith("zxid") || name.equals("owner");
            return hex ? Zxid.show(numbers[index]) : Long.toString(numbers[index]);
        }

        private static String text(byte @Nullable [] data) {
            if (data == null) {
                return "null";
            }
            return data.length <= 64 ? Escapes.data(data) : "(" + data.length + " bytes)";
        }
    }

    /** Resolves ACL numbers, which mean something within one snapshot only. */
    private abstract static class Reading implements SnapshotRecords {
        final Map<Long, List<Acl>> acls = new HashMap<>(Map.of(SnapshotParser.OPEN_ACL_ID, Acl.OPEN));

        @Override
        public void onAcl(long aclId, List<Acl> acl) {
            acls.put(aclId, acl);
        }
    }

    /** @return the exit code */
    int compare(SnapshotFile a, SnapshotFile b) {
        LoadedSnapshot first = a.read(new Reading() {
            @Override
            public void onSession(long sessionId, int timeoutMs) {
                sessions.put(sessionId, timeoutMs);
            }

            @Override
            public void onNode(SnapshotNode node) {
                nodes.put(node.path(), NodeState.of(node, acls));
            }
        });
        LoadedSnapshot second = b.read(new Reading() {
            @Override
            public void onSession(long sessionId, int timeoutMs) {
                compareSession(sessionId, timeoutMs);
            }

            @Override
            public void onNode(SnapshotNode node) {
                compareNode(node.path(), NodeState.of(node, acls));
            }
        });
        sessions.forEach((id, timeout) -> difference("- session " + Showing.session(id) + " timeoutMs=" + timeout));
        nodes.keySet().forEach(path -> difference("- " + Escapes.path(path)));
        compareDigests(first, second);
        out.text(
                differences == 0
                        ? "the same: " + first.name() + " and " + second.name()
                        : differences + " differences between " + first.name() + " and " + second.name());
        return differences == 0 ? ToolExit.OK : ToolExit.DAMAGED;
    }

    private void compareSession(long id, int timeoutMs) {
        Integer before = sessions.remove(id);
        if (before == null) {
            difference("+ session " + Showing.session(id) + " timeoutMs=" + timeoutMs);
        } else if (before != timeoutMs) {
            difference("~ session " + Showing.session(id) + ": timeoutMs " + before + " -> " + timeoutMs);
        }
    }

    private void compareNode(String path, NodeState state) {
        NodeState before = nodes.remove(path);
        if (before == null) {
            difference("+ " + Escapes.path(path));
            return;
        }
        List<String> found = before.differences(state);
        if (!found.isEmpty()) {
            difference("~ " + Escapes.path(path) + ": " + String.join(", ", found));
        }
    }

    private void compareDigests(LoadedSnapshot first, LoadedSnapshot second) {
        boolean known = first.digestZxid() != 0 && second.digestZxid() != 0;
        if (known && first.digest() != second.digest()) {
            difference("~ digest: 0x" + Long.toHexString(first.digest()) + " at " + Zxid.show(first.digestZxid())
                    + " -> 0x" + Long.toHexString(second.digest()) + " at " + Zxid.show(second.digestZxid()));
        }
    }

    private void difference(String text) {
        differences++;
        out.text(text);
    }
}
