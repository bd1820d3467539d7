package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies transactions, each idempotently: a snapshot that Apache ZooKeeper wrote may hold the effects of transactions that are applied
 * over it once more (storage.md §3 "Applying").
 *
 * <table>
 *   <caption>What is not as usual</caption>
 *   <tr><td>create, the node is there</td><td>only its ACL is set, and the parent's cversion and pzxid are raised</td></tr>
 *   <tr><td>create, the parent is not there</td><td>nothing</td></tr>
 *   <tr><td>delete, the node is not there</td><td>only the parent's pzxid is raised</td></tr>
 *   <tr><td>setData, setACL, the node is not there</td><td>nothing</td></tr>
 * </table>
 *
 * Watch events go out as each operation is done, thus before the reply.
 */
final class TxnApplier {
    private static final int OK = ErrorCode.OK.code();

    private final NodeStore store;
    private final WatchTable watches;

    TxnApplier(NodeStore store, WatchTable watches) {
        this.store = store;
        this.watches = watches;
    }

    /** @return the code for the reply's header */
    int apply(TxnHeader header, TxnBody body, @Nullable JuteWriter reply) {
        if (body instanceof TxnBody.Multi multi) {
            applyMulti(header, multi, reply);
            return OK;
        }
        return applyOne(header, body, reply);
    }

    private int applyOne(TxnHeader header, TxnBody body, @Nullable JuteWriter reply) {
        if (body instanceof TxnBody.Create create) {
            long owner = create.ephemeral() ? header.clientId() : 0;
            boolean withStat = create.type() == OpCode.CREATE2;
            return create(
                    header,
                    create.path(),
                    create.data(),
                    create.acl(),
                    owner,
                    create.parentCVersion(),
                    withStat,
                    reply);
        }
        if (body instanceof TxnBody.CreateContainer create) {
            long owner = NodeKind.CONTAINER_OWNER;
            return create(
                    header, create.path(), create.data(), create.acl(), owner, create.parentCVersion(), true, reply);
        }
        if (body instanceof TxnBody.CreateTtl create) {
            long owner = NodeKind.ownerOfTtl(create.ttl());
            return create(
                    header, create.path(), create.data(), create.acl(), owner, create.parentCVersion(), true, reply);
        }
        if (body instanceof TxnBody.Delete delete) {
            return delete(delete.path(), header.zxid());
        }
        if (body instanceof TxnBody.DeleteContainer delete) {
            return delete(delete.path(), header.zxid());
        }
        if (body instanceof TxnBody.SetData set) {
            return setData(header, set.path(), set.data(), set.version(), reply);
        }
        if (body instanceof TxnBody.Reconfig set) {
            return setData(header, set.path(), set.data(), set.version(), reply);
        }
        if (body instanceof TxnBody.SetAcl set) {
            return setAcl(set, reply);
        }
        if (body instanceof TxnBody.CreateSession create) {
            store.sessions.put(header.clientId(), create.timeoutMs());
            return OK;
        }
        if (body instanceof TxnBody.CloseSession close) {
            closeSession(header, close);
            return OK;
        }
        return body instanceof TxnBody.Failure failure ? failure.err() : OK;
    }

    private int create(
            TxnHeader header,
            String path,
            byte @Nullable [] data,
            @Nullable List<Acl> acl,
            long owner,
            int parentCversion,
            boolean withStat,
            @Nullable JuteWriter reply) {
        String parentPath = Paths.parent(path);
        Node parent = store.find(parentPath);
        if (parent == null) {
            return ErrorCode.NO_NODE.code();
        }
        Node existing = store.find(path);
        if (existing != null) {
            // ZOOKEEPER-4846: the snapshot may name an ACL by a number that it does not explain.
            store.setAcl(existing, store.acls.use(acl), existing.aversion());
            store.raiseCversion(parent, parentCversion, header.zxid());
            return ErrorCode.NODE_EXISTS.code();
        }
        byte[] name = Paths.name(path).getBytes(StandardCharsets.UTF_8);
        Node node = store.create(
                parent, name, data, store.acls.use(acl), owner, header.zxid(), header.time(), parentCversion);
        watches.created(path, header.zxid(), node.acl);
        watches.childrenChanged(parentPath, header.zxid(), parent.acl);
        if (reply != null) {
            reply.writeString(path);
            if (withStat) {
                store.writeStat(node, reply);
            }
        }
        store.quotas.created(path, node.dataLength());
        return OK;
    }

    private int delete(String path, long zxid) {
        String parentPath = Paths.parent(path);
        Node parent = store.find(parentPath);
        Node node = store.find(path);
        if (parent == null || node == store.root) {
            return ErrorCode.NO_NODE.code();
        }
        store.raisePzxid(parent, zxid);
        if (node == null) {
            return ErrorCode.NO_NODE.code();
        }
        AclEntry acl = node.acl;
        int dataLength = node.dataLength();
        store.remove(node);
        store.quotas.deleted(path, dataLength);
        watches.deleted(path, zxid, acl);
        watches.childrenChanged(parentPath, zxid, parent.acl);
        return OK;
    }

    private int setData(
            TxnHeader header, String path, byte @Nullable [] data, int version, @Nullable JuteWriter reply) {
        Node node = store.find(path);
        if (node == null) {
            return ErrorCode.NO_NODE.code();
        }
        int dataLength = node.dataLength();
        QuotaText quotaStats = store.quotas.statsAt(path);
        store.setData(node, data, version, header.zxid(), header.time());
        store.quotas.changed(path, node.dataLength() - dataLength, quotaStats);
        watches.dataChanged(path, header.zxid(), node.acl);
        if (reply != null) {
            if (header.type() == OpCode.RECONFIG) {
                node.writeData(reply);
            }
            store.writeStat(node, reply);
        }
        return OK;
    }

    private int setAcl(TxnBody.SetAcl set, @Nullable JuteWriter reply) {
        Node node = store.find(set.path());
        if (node == null) {
            return ErrorCode.NO_NODE.code();
        }
        store.setAcl(node, store.acls.use(set.acl()), set.version());
        if (reply != null) {
            store.writeStat(node, reply);
        }
        return OK;
    }

    private void closeSession(TxnHeader header, TxnBody.CloseSession close) {
        store.sessions.remove(header.clientId());
        if (close.paths() != null) {
            for (String path : close.paths()) {
                delete(path, header.zxid());
            }
        }
        removeEphemerals(header.clientId(), header.zxid());
    }

    /** Removes what a session owns, in the order of creation. */
    private void removeEphemerals(long sessionId, long zxid) {
        for (Node node = store.sessions.firstEphemeral(sessionId);
                node != null;
                node = store.sessions.firstEphemeral(sessionId)) {
            delete(node.path(), zxid);
        }
    }

    private void applyMulti(TxnHeader header, TxnBody.Multi multi, @Nullable JuteWriter reply) {
        if (multi.isFailed()) {
            replyFailed(multi, reply);
            return;
        }
        for (TxnBody part : multi.parts()) {
            int headerAt = reply == null ? 0 : reply.size();
            if (reply != null) {
                new MultiHeader(resultType(part), false, OK).write(reply);
            }
            int err = applyOne(header, part, reply);
            if (err != OK && reply != null) {
                // Only in a replay, where nobody waits for an answer; yet an answer must have one form.
                reply.truncate(headerAt);
                writeError(reply, err);
            }
        }
        if (reply != null) {
            MultiHeader.END.write(reply);
        }
    }

    private static int resultType(TxnBody part) {
        return switch (part.type()) {
            case OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL -> OpCode.CREATE2;
            default -> part.type();
        };
    }

    /** Nothing was done: 0 stands for the parts before the one that failed, -2 for those behind it. */
    private static void replyFailed(TxnBody.Multi multi, @Nullable JuteWriter reply) {
        if (reply == null) {
            return;
        }
        for (TxnBody part : multi.parts()) {
            writeError(reply, part instanceof TxnBody.Failure failure ? failure.err() : OK);
        }
        MultiHeader.END.write(reply);
    }

    private static void writeError(JuteWriter reply, int err) {
        new MultiHeader(OpCode.ERROR, false, err).write(reply);
        reply.writeInt(err);
    }
}
