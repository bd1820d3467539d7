package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What one node contributes to the digest of the tree, version 2 (storage.md §7): the CRC-32 of
 *
 * <pre>
 *   path   UTF-8, "" for the root
 *   data   nothing if null
 *   60     czxid, mzxid, pzxid, ctime, mtime long; version, cversion, aversion int; owner long
 * </pre>
 *
 * <p>and 0 for all that is below {@code /zookeeper}. The digest of the tree is the sum, modulo 2^64.
 */
final class NodeDigest {
    private static final byte[] NO_BYTES = {};
    private static final byte[] SYSTEM_PREFIX = {'/', 'z', 'o', 'o', 'k', 'e', 'e', 'p', 'e', 'r', '/'};

    private final CRC32 crc = new CRC32();
    private final JuteWriter fields = new JuteWriter(60);
    private byte[] scratch = new byte[512];

    /** Of a node in the tree. */
    int of(Node node) {
        int pathLength = node.pathLength();
        if (scratch.length < pathLength) {
            scratch = new byte[pathLength + pathLength / 2];
        }
        node.copyPath(scratch, 0, pathLength);
        if (isSystemPath(scratch, pathLength)) {
            return 0;
        }
        crc.reset();
        crc.update(scratch, 0, pathLength);
        node.addDataTo(crc);
        return finish(
                node.czxid,
                node.mzxid,
                node.pzxid(),
                node.ctime,
                node.mtime,
                node.version,
                node.cversion(),
                node.aversion(),
                node.owner());
    }

    /** Of a state that the tree will have; 0 for a node that will not be there. */
    int of(PendingNode node) {
        byte[] path = node.path.equals("/") ? NO_BYTES : node.path.getBytes(StandardCharsets.UTF_8);
        if (!node.exists || isSystemPath(path, path.length)) {
            return 0;
        }
        crc.reset();
        crc.update(path);
        if (node.dataOf != null) {
            node.dataOf.addDataTo(crc);
        } else if (node.data != null) {
            crc.update(node.data);
        }
        return finish(
                node.czxid,
                node.mzxid,
                node.pzxid,
                node.ctime,
                node.mtime,
                node.version,
                node.cversion,
                node.aversion,
                node.owner);
    }

    private int finish(
            long czxid,
            long mzxid,
            long pzxid,
            long ctime,
            long mtime,
            int version,
            int cversion,
            int aversion,
            long owner) {
        fields.reset();
        fields.writeLong(czxid)
                .writeLong(mzxid)
                .writeLong(pzxid)
                .writeLong(ctime)
                .writeLong(mtime);
        fields.writeInt(version).writeInt(cversion).writeInt(aversion).writeLong(owner);
        crc.update(fields.array(), 0, fields.size());
        return (int) crc.getValue();
    }

    private static boolean isSystemPath(byte[] path, int length) {
        return length > SYSTEM_PREFIX.length && NameHash.equal(path, 0, SYSTEM_PREFIX, 0, SYSTEM_PREFIX.length);
    }
}
