package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteWriter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Everything that is in a tree, as text that two trees can be compared by. */
final class TreeDump {
    private TreeDump() {}

    static Map<String, String> of(DataTree tree) {
        Map<String, String> result = new TreeMap<>();
        dump(tree.store().root, result);
        tree.sessions().forEach((id, timeoutMs) -> result.put("session " + Long.toHexString(id), timeoutMs + " ms"));
        result.put("ephemerals", "" + tree.ephemeralsCount());
        result.put("containers", "" + tree.containerCount());
        result.put("TTL nodes", "" + tree.ttlNodeCount());
        result.put("nodes", "" + tree.nodeCount());
        return result;
    }

    private static void dump(Node node, Map<String, String> result) {
        byte[] data = node.data();
        result.put(
                node.path(),
                String.format(
                        "data %s acl %s czxid %x mzxid %x pzxid %x ctime %d mtime %d version %d cversion %d aversion %d owner %x children %d",
                        data == null ? "null" : HexFormat.of().formatHex(data),
                        node.acl.unknown ? "unknown " + node.acl.id : node.acl.list,
                        node.czxid,
                        node.mzxid,
                        node.pzxid(),
                        node.ctime,
                        node.mtime,
                        node.version,
                        node.cversion(),
                        node.aversion(),
                        node.owner(),
                        node.childCount()));
        int count = 0;
        ChildTable children = node.children();
        for (long hash = 0; hash < ChildTable.HASH_END; hash = children.segmentEnd(hash)) {
            for (Node child : children.segmentAt(hash).slots) {
                if (child != null) {
                    count++;
                    assertThat(child.parent).isSameAs(node);
                    dump(child, result);
                }
            }
        }
        assertThat(count).isEqualTo(node.childCount());
    }

    static byte[] snapshot(DataTree tree) {
        JuteWriter out = new JuteWriter();
        try (SnapshotView view = tree.openView()) {
            while (view.writeSlice(out, 1000)) {}
        }
        return out.toByteArray();
    }

    static DataTree load(byte[] bytes, int offset, TreeSettings settings, long zxid) {
        SnapshotLoader loader = new SnapshotLoader(settings);
        loader.feed(bytes, offset, bytes.length - offset);
        assertThat(loader.isComplete()).isTrue();
        return loader.finish(zxid);
    }
}
