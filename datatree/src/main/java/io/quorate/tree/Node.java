package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A znode. There are millions of them, so the layout counts bytes: 72 for this object, 16 + name + data for the payload, about 8 for the
 * slot in the parent's table.
 *
 * <ul>
 *   <li>A node knows its parent and its own name; its path is put together when somebody needs it.
 *   <li>Name (UTF-8) and data share one array, which saves an array header and a reference.
 *   <li>What most nodes never have (children, an owner, a changed ACL) stands in {@link NodeExtras}, which most nodes never have.
 * </ul>
 *
 * <pre>
 *   packed:  31         9        8       7      0
 *           | nameLength | dataNull |  stamp    |
 * </pre>
 *
 * The stamp is the number of the last {@link SnapshotView} that has this node behind it.
 */
final class Node {
    private static final int NAME_SHIFT = 9;
    private static final int DATA_NULL = 1 << 8;
    private static final int STAMP_MASK = 0xff;
    private static final byte[] EMPTY = {};

    /** Null for the root and for a node that was removed. */
    @Nullable
    Node parent;

    /** The name's bytes, then those of the data. */
    private byte[] payload;

    @Nullable
    NodeExtras extras;

    AclEntry acl;
    long czxid;
    long mzxid;
    long ctime;
    long mtime;
    int version;

    /** What this node contributes to the digest of the tree, an unsigned CRC-32; see {@link NodeDigest}. */
    int digest;

    private int packed;

    Node(@Nullable Node parent, byte[] name, byte @Nullable [] data, AclEntry acl) {
        if (name.length > TreeLimits.MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a name of " + name.length + " bytes, more than " + TreeLimits.MAX_NAME_BYTES);
        }
        this.parent = parent;
        this.acl = acl;
        this.packed = name.length << NAME_SHIFT;
        this.payload = name;
        setData(data);
    }

    // --- name and data

    int nameLength() {
        return packed >>> NAME_SHIFT;
    }

    boolean nameEquals(byte[] bytes, int offset, int length) {
        return nameLength() == length && NameHash.equal(payload, 0, bytes, offset, length);
    }

    /** @param path only ASCII from {@code start} to {@code end} */
    boolean nameEquals(String path, int start, int end) {
        int length = end - start;
        if (nameLength() != length) {
            return false;
        }
        byte[] bytes = payload;
        for (int i = 0; i < length; i++) {
            if (bytes[i] != path.charAt(start + i)) {
                return false;
            }
        }
        return true;
    }

    int nameHash() {
        return NameHash.of(payload, 0, nameLength());
    }

    void writeName(JuteWriter out) {
        int length = nameLength();
        out.writeInt(length).writeRaw(payload, 0, length);
    }

    boolean hasNullData() {
        return (packed & DATA_NULL) != 0;
    }

    /** Number of bytes of data; 0 for null too. */
    int dataLength() {
        return payload.length - nameLength();
    }

    byte @Nullable [] data() {
        if (hasNullData()) {
            return null;
        }
        int length = dataLength();
        if (length == 0) {
            return EMPTY;
        }
        byte[] result = new byte[length];
        System.arraycopy(payload, nameLength(), result, 0, length);
        return result;
    }

    void setData(byte @Nullable [] data) {
        int nameLength = nameLength();
        int dataLength = data == null ? 0 : data.length;
        byte[] bytes = new byte[nameLength + dataLength];
        System.arraycopy(payload, 0, bytes, 0, nameLength);
        if (data != null) {
            System.arraycopy(data, 0, bytes, nameLength, dataLength);
        }
        payload = bytes;
        packed = data == null ? packed | DATA_NULL : packed & ~DATA_NULL;
    }

    void writeData(JuteWriter out) {
        if (hasNullData()) {
            out.writeInt(-1);
            return;
        }
        int nameLength = nameLength();
        int dataLength = payload.length - nameLength;
        out.writeInt(dataLength).writeRaw(payload, nameLength, dataLength);
    }

    void addDataTo(CRC32 crc) {
        int nameLength = nameLength();
        crc.update(payload, nameLength, payload.length - nameLength);
    }

    // --- path

    /** Bytes of the path as it is written in snapshots and digests: 0 for the root. */
    int pathLength() {
        int length = 0;
        for (Node node = this; node.parent != null; node = node.parent) {
            length += 1 + node.nameLength();
        }
        return length;
    }

    /** Puts the path, of {@code length} bytes, into the array. */
    void copyPath(byte[] target, int offset, int length) {
        int position = offset + length;
        for (Node node = this; node.parent != null; node = node.parent) {
            int nameLength = node.nameLength();
            position -= nameLength;
            System.arraycopy(node.payload, 0, target, position, nameLength);
            target[--position] = '/';
        }
    }

    /** Writes the path as snapshots have it: "" for the root. */
    void writePath(JuteWriter out) {
        int length = pathLength();
        out.writeInt(length);
        int offset = out.skip(length);
        copyPath(out.array(), offset, length);
    }

    /** The path; "/" for the root. */
    String path() {
        int length = pathLength();
        if (length == 0) {
            return "/";
        }
        byte[] bytes = new byte[length];
        copyPath(bytes, 0, length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // --- what the extras hold

    NodeExtras needExtras() {
        NodeExtras result = extras;
        if (result == null) {
            result = new NodeExtras(czxid);
            extras = result;
        }
        return result;
    }

    /** Number of children that were ever created; what clients see is {@link #visibleCversion()}. */
    int cversion() {
        return extras == null ? 0 : extras.cversion;
    }

    int aversion() {
        return extras == null ? 0 : extras.aversion;
    }

    long pzxid() {
        return extras == null ? czxid : extras.pzxid;
    }

    /** The session that owns it, or a mark as in {@link NodeKind}; 0 for an ordinary node. */
    long owner() {
        return extras == null ? 0 : extras.owner;
    }

    int childCount() {
        return extras == null ? 0 : extras.children.size();
    }

    /** Number of creations and deletions of children. */
    int visibleCversion() {
        return 2 * cversion() - childCount();
    }

    ChildTable children() {
        return extras == null ? ChildTable.empty() : extras.children;
    }

    // --- views

    int stamp() {
        return packed & STAMP_MASK;
    }

    void setStamp(int stamp) {
        packed = (packed & ~STAMP_MASK) | (stamp & STAMP_MASK);
    }
}
