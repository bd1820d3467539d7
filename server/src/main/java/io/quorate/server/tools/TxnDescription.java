package io.quorate.server.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction as an object of named fields, from which its line is made. */
final class TxnDescription {
    /** What begins a line of text. */
    static final List<String> LEADING = List.of("zxid", "time", "type", "path");
    /** What begins a part of a multi. */
    static final List<String> LEADING_PART = List.of("type", "path");
    /** What a line of text does without: it is for machines. */
    static final Set<String> LEFT_OUT = Set.of("timeMs", "file", "offset", "bytes");

    private final boolean withData;

    /** @param withData whether the data of nodes is wanted, or its length enough */
    TxnDescription(boolean withData) {
        this.withData = withData;
    }

    void header(ObjectNode into, TxnHeader header) {
        into.put("zxid", Zxid.show(header.zxid()));
        into.put("time", TimeArgument.show(header.time()));
        into.put("timeMs", header.time());
        into.put("session", Showing.session(header.clientId()));
        into.put("cxid", header.cxid());
        into.put("type", typeName(header.type()));
    }

    void describe(ObjectNode into, Txn txn) {
        header(into, txn.header());
        body(into, txn.body());
        TxnDigest digest = txn.digest();
        if (digest != null) {
            into.put("digest", "0x" + Long.toHexString(digest.treeDigest()));
        }
    }

    private void body(ObjectNode into, TxnBody body) {
        if (body instanceof TxnBody.Create create) {
            node(into, create.path(), create.data(), create.acl());
            into.put("ephemeral", create.ephemeral());
            into.put("parentCVersion", create.parentCVersion());
        } else if (body instanceof TxnBody.CreateContainer create) {
            node(into, create.path(), create.data(), create.acl());
            into.put("parentCVersion", create.parentCVersion());
        } else if (body instanceof TxnBody.CreateTtl create) {
            node(into, create.path(), create.data(), create.acl());
            into.put("parentCVersion", create.parentCVersion());
            into.put("ttlMs", create.ttl());
        } else if (body instanceof TxnBody.Delete delete) {
            into.put("path", delete.path());
        } else if (body instanceof TxnBody.DeleteContainer delete) {
            into.put("path", delete.path());
        } else if (body instanceof TxnBody.SetData set) {
            into.put("path", set.path());
            data(into, set.data());
            into.put("version", set.version());
        } else if (body instanceof TxnBody.Reconfig set) {
            into.put("path", set.path());
            data(into, set.data());
        } else {
            otherBody(into, body);
        }
    }

    private void otherBody(ObjectNode into, TxnBody body) {
        if (body instanceof TxnBody.SetAcl set) {
            into.put("path", set.path());
            acl(into, set.acl());
            into.put("aversion", set.version());
        } else if (body instanceof TxnBody.Check check) {
            into.put("path", check.path());
            into.put("version", check.version());
        } else if (body instanceof TxnBody.CreateSession session) {
            into.put("timeoutMs", session.timeoutMs());
        } else if (body instanceof TxnBody.CloseSession session && session.paths() != null) {
            ArrayNode paths = into.putArray("deletes");
            session.paths().forEach(paths::add);
        } else if (body instanceof TxnBody.Failure failure) {
            into.put("error", failure.err());
            into.put("errorText", ErrorCode.of(failure.err()).text());
        } else if (body instanceof TxnBody.Multi multi) {
            into.put("failed", multi.isFailed());
            ArrayNode parts = into.putArray("parts");
            for (TxnBody part : multi.parts()) {
                ObjectNode object = parts.addObject();
                object.put("type", typeName(part.type()));
                body(object, part);
            }
        }
    }

    private void node(ObjectNode into, String path, byte @Nullable [] data, @Nullable List<Acl> acl) {
        into.put("path", path);
        data(into, data);
        acl(into, acl);
    }

    /** The length, or null for data that is null, which is not the same as none. */
    void data(ObjectNode into, byte @Nullable [] data) {
        if (data == null) {
            into.putNull("dataBytes");
            return;
        }
        into.put("dataBytes", data.length);
        if (withData) {
            into.put("data", data);
        }
    }

    static void acl(ObjectNode into, @Nullable List<Acl> acl) {
        if (acl == null) {
            into.putNull("acl");
            return;
        }
        ArrayNode entries = into.putArray("acl");
        acl.forEach(entry -> entries.add(Showing.acl(List.of(entry))));
    }

    static String typeName(int type) {
        return switch (type) {
            case OpCode.CREATE -> "create";
            case OpCode.CREATE2 -> "create2";
            case OpCode.CREATE_CONTAINER -> "createContainer";
            case OpCode.CREATE_TTL -> "createTTL";
            case OpCode.DELETE -> "delete";
            case OpCode.DELETE_CONTAINER -> "deleteContainer";
            case OpCode.SET_DATA -> "setData";
            case OpCode.RECONFIG -> "reconfig";
            case OpCode.SET_ACL -> "setACL";
            case OpCode.CHECK -> "check";
            case OpCode.MULTI -> "multi";
            case OpCode.CREATE_SESSION -> "createSession";
            case OpCode.CLOSE_SESSION -> "closeSession";
            case OpCode.ERROR -> "error";
            default -> "type" + type;
        };
    }
}
