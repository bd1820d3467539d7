package io.quorate.tree;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A node as it stands in a snapshot. One object serves for all nodes of a {@link SnapshotParser}: what it says is good until the next record,
 * but for the data, which is an array of its own.
 */
public final class SnapshotNode {
    // The path's bytes, in the piece that was fed; "" is the root's.
    byte[] pathBytes = {};
    int pathOffset;
    int pathLength;

    byte @Nullable [] data;
    long aclId;
    long czxid;
    long mzxid;
    long ctime;
    long mtime;
    int version;
    int cversion;
    int aversion;
    long owner;
    long pzxid;

    SnapshotNode() {}

    /** With "/" for the root. */
    public String path() {
        return pathLength == 0 ? "/" : new String(pathBytes, pathOffset, pathLength, StandardCharsets.UTF_8);
    }

    public byte @Nullable [] data() {
        return data;
    }

    /** Which of the snapshot's ACLs it has; {@link SnapshotParser#OPEN_ACL_ID} for the open one, which the snapshot does not list. */
    public long aclId() {
        return aclId;
    }

    public long czxid() {
        return czxid;
    }

    public long mzxid() {
        return mzxid;
    }

    public long pzxid() {
        return pzxid;
    }

    /** Milliseconds since 1970. */
    public long ctime() {
        return ctime;
    }

    /** Milliseconds since 1970. */
    public long mtime() {
        return mtime;
    }

    public int version() {
        return version;
    }

    /** As stored: the number of creates below it. */
    public int cversion() {
        return cversion;
    }

    public int aversion() {
        return aversion;
    }

    /** The session of an ephemeral; also tells containers and nodes with a time to live (client-protocol.md §6); else 0. */
    public long owner() {
        return owner;
    }
}
