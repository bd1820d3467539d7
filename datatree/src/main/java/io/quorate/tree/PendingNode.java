package io.quorate.tree;

import io.quorate.protocol.Acl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The whole state of one node as a transaction in flight will leave it; or that it will be gone. Changed only by the one that makes it. */
final class PendingNode {
    final String path;

    /** The last transaction in flight that changes it; 0 if it is as the tree has it. */
    final long zxid;

    final boolean exists;
    long czxid;
    long mzxid;
    long pzxid;
    long ctime;
    long mtime;
    int version;
    int cversion;
    int aversion;
    long owner;
    int childCount;
    List<Acl> acl = List.of();

    /** Its contribution to the tree's digest; 0 if it does not exist. */
    int digest;

    /** The node that has its data, if no transaction in flight changes that; else see {@link #data}. */
    @Nullable
    Node dataOf;

    byte @Nullable [] data;

    private PendingNode(String path, long zxid, boolean exists) {
        this.path = path;
        this.zxid = zxid;
        this.exists = exists;
    }

    /** As the tree has it. */
    static PendingNode of(String path, Node node) {
        PendingNode result = new PendingNode(path, 0, true);
        result.czxid = node.czxid;
        result.mzxid = node.mzxid;
        result.pzxid = node.pzxid();
        result.ctime = node.ctime;
        result.mtime = node.mtime;
        result.version = node.version;
        result.cversion = node.cversion();
        result.aversion = node.aversion();
        result.owner = node.owner();
        result.childCount = node.childCount();
        result.acl = node.acl.list;
        result.digest = node.digest;
        result.dataOf = node;
        return result;
    }

    static PendingNode created(String path, long zxid, long time, long owner, List<Acl> acl, byte @Nullable [] data) {
        PendingNode result = new PendingNode(path, zxid, true);
        result.czxid = zxid;
        result.mzxid = zxid;
        result.pzxid = zxid;
        result.ctime = time;
        result.mtime = time;
        result.owner = owner;
        result.acl = acl;
        result.data = data;
        return result;
    }

    static PendingNode removed(String path, long zxid) {
        return new PendingNode(path, zxid, false);
    }

    int dataLength() {
        if (dataOf != null) {
            return dataOf.dataLength();
        }
        return data == null ? 0 : data.length;
    }

    /** A copy, to be changed by the transaction {@code newZxid}. */
    PendingNode changedBy(long newZxid) {
        PendingNode result = new PendingNode(path, newZxid, true);
        result.czxid = czxid;
        result.mzxid = mzxid;
        result.pzxid = pzxid;
        result.ctime = ctime;
        result.mtime = mtime;
        result.version = version;
        result.cversion = cversion;
        result.aversion = aversion;
        result.owner = owner;
        result.childCount = childCount;
        result.acl = acl;
        result.dataOf = dataOf;
        result.data = data;
        return result;
    }
}
