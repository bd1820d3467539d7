package io.quorate.it.conformance;

import io.quorate.it.harness.StockClient;
import io.quorate.protocol.OpCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Every operation in a few words. Each returns the connection, for the next. */
abstract class Requests {
    static final int AUTH_XID = -4;
    static final int SET_WATCHES_XID = -8;

    /** Asks; {@code what} is the line of the transcript. */
    abstract RawSession call(String what, int op, Body body);

    /** With an xid of the case's choice. */
    abstract RawSession call(int xid, String what, int op, Body body);

    // ---- nodes

    /** A create with any of its operations and flags. */
    RawSession create(int op, @Nullable String path, @Nullable String data, @Nullable String acl, int flags) {
        String what = opName(op) + " " + path + " flags " + flags + (Acls.OPEN.equals(acl) ? "" : " acl " + acl);
        return call(what, op, createBody(path, data, acl, flags));
    }

    static Body createBody(@Nullable String path, @Nullable String data, @Nullable String acl, int flags) {
        return Body.path(path)
                .data(data == null ? null : StockClient.bytes(data))
                .acl(acl)
                .int32(flags);
    }

    /** An open persistent node. */
    RawSession create(@Nullable String path) {
        return create(path, 0);
    }

    /** An open node. */
    RawSession create(@Nullable String path, int flags) {
        return create(OpCode.CREATE, path, "", Acls.OPEN, flags);
    }

    /** A persistent node. */
    RawSession create(@Nullable String path, @Nullable String data, @Nullable String acl) {
        return create(OpCode.CREATE, path, data, acl, 0);
    }

    RawSession create2(@Nullable String path, int flags) {
        return create(OpCode.CREATE2, path, "", Acls.OPEN, flags);
    }

    RawSession createContainer(@Nullable String path, int flags) {
        return create(OpCode.CREATE_CONTAINER, path, "", Acls.OPEN, flags);
    }

    RawSession createTtl(@Nullable String path, int flags, long ttl) {
        return call(
                "createTTL " + path + " flags " + flags + " ttl " + ttl,
                OpCode.CREATE_TTL,
                createBody(path, "", Acls.OPEN, flags).int64(ttl));
    }

    RawSession delete(@Nullable String path, int version) {
        return call("delete " + path + " version " + version, OpCode.DELETE, pathVersion(path, version));
    }

    RawSession delete(@Nullable String path) {
        return delete(path, -1);
    }

    RawSession exists(@Nullable String path, boolean watch) {
        return read(OpCode.EXISTS, path, watch);
    }

    RawSession exists(@Nullable String path) {
        return exists(path, false);
    }

    RawSession getData(@Nullable String path, boolean watch) {
        return read(OpCode.GET_DATA, path, watch);
    }

    RawSession getData(@Nullable String path) {
        return getData(path, false);
    }

    RawSession setData(@Nullable String path, @Nullable String data, int version) {
        String shown = data != null && data.length() > 40 ? data.length() + " bytes" : data;
        return call(
                "setData " + path + " " + shown + " version " + version,
                OpCode.SET_DATA,
                Body.path(path).text(data).int32(version));
    }

    RawSession setData(@Nullable String path, @Nullable String data) {
        return setData(path, data, -1);
    }

    RawSession getAcl(@Nullable String path) {
        return call("getACL " + path, OpCode.GET_ACL, Body.path(path));
    }

    RawSession setAcl(@Nullable String path, @Nullable String acl, int version) {
        return call(
                "setACL " + path + " " + acl + " version " + version,
                OpCode.SET_ACL,
                Body.path(path).acl(acl).int32(version));
    }

    RawSession setAcl(@Nullable String path, @Nullable String acl) {
        return setAcl(path, acl, -1);
    }

    RawSession getChildren(@Nullable String path, boolean watch) {
        return read(OpCode.GET_CHILDREN, path, watch);
    }

    RawSession getChildren(@Nullable String path) {
        return getChildren(path, false);
    }

    RawSession getChildren2(@Nullable String path, boolean watch) {
        return read(OpCode.GET_CHILDREN2, path, watch);
    }

    RawSession getChildren2(@Nullable String path) {
        return getChildren2(path, false);
    }

    /** Any of the four reads that can leave a watch. */
    RawSession read(int op, @Nullable String path, boolean watch) {
        return call(
                opName(op) + " " + path + (watch ? " watch" : ""),
                op,
                Body.path(path).flag(watch));
    }

    RawSession getAllChildrenNumber(@Nullable String path) {
        return call("getAllChildrenNumber " + path, OpCode.GET_ALL_CHILDREN_NUMBER, Body.path(path));
    }

    RawSession getEphemerals(@Nullable String prefix) {
        return call("getEphemerals " + prefix, OpCode.GET_EPHEMERALS, Body.path(prefix));
    }

    RawSession sync(@Nullable String path) {
        return call("sync " + path, OpCode.SYNC, Body.path(path));
    }

    RawSession check(@Nullable String path, int version) {
        return call("check " + path + " version " + version, OpCode.CHECK, pathVersion(path, version));
    }

    RawSession multi(Multi multi) {
        return call("multi" + multi.text(), OpCode.MULTI, multi.body());
    }

    RawSession multiRead(Multi multi) {
        return call("multiRead" + multi.text(), OpCode.MULTI_READ, multi.body());
    }

    RawSession reconfig(@Nullable String joining, @Nullable String leaving, @Nullable String members, long config) {
        return call(
                "reconfig " + joining + " " + leaving + " " + members + " " + config,
                OpCode.RECONFIG,
                Body.of().text(joining).text(leaving).text(members).int64(config));
    }

    // ---- watches

    RawSession addWatch(@Nullable String path, int mode) {
        return pathAndNumber("addWatch", OpCode.ADD_WATCH, path, mode);
    }

    RawSession checkWatches(@Nullable String path, int type) {
        return pathAndNumber("checkWatches", OpCode.CHECK_WATCHES, path, type);
    }

    RawSession removeWatches(@Nullable String path, int type) {
        return pathAndNumber("removeWatches", OpCode.REMOVE_WATCHES, path, type);
    }

    private RawSession pathAndNumber(String what, int op, @Nullable String path, int number) {
        return call(what + " " + path + " " + number, op, pathVersion(path, number));
    }

    /** The lists in the order data, exist, child. */
    RawSession setWatches(long since, String[] data, String[] exist, String[] child) {
        return call(
                SET_WATCHES_XID,
                "setWatches data " + Arrays.toString(data) + " exist " + Arrays.toString(exist) + " child "
                        + Arrays.toString(child),
                OpCode.SET_WATCHES,
                Body.of().int64(since).texts(data).texts(exist).texts(child));
    }

    /** The lists in the order data, exist, child, persistent, recursive. */
    RawSession setWatches2(long since, String[]... lists) {
        Body body = Body.of().int64(since);
        for (String[] list : lists) {
            body.texts(list);
        }
        return call(SET_WATCHES_XID, "setWatches2 " + Arrays.deepToString(lists), OpCode.SET_WATCHES2, body);
    }

    // ---- who one is

    RawSession auth(@Nullable String scheme, @Nullable String auth) {
        return call(
                AUTH_XID,
                "auth " + scheme + " " + auth,
                OpCode.AUTH,
                Body.of().int32(0).text(scheme).text(auth));
    }

    RawSession whoAmI() {
        return call("whoAmI", OpCode.WHO_AM_I, Body.of());
    }

    RawSession sasl(byte @Nullable [] token) {
        return call(
                "sasl " + (token == null ? "null" : HexFormat.of().formatHex(token)),
                OpCode.SASL,
                Body.of().data(token));
    }

    // ---- the connection

    RawSession ping() {
        return call(-2, "ping", OpCode.PING, Body.of());
    }

    RawSession closeSession() {
        return call("closeSession", OpCode.CLOSE_SESSION, Body.of());
    }

    // ---- words

    static Body pathVersion(@Nullable String path, int version) {
        return Body.path(path).int32(version);
    }

    /** The id that {@code digest} makes of a user and a password. */
    static String digest(String userAndPassword) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(StockClient.bytes(userAndPassword));
            return userAndPassword.substring(0, userAndPassword.indexOf(':')) + ":"
                    + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    static String opName(int op) {
        return switch (op) {
            case OpCode.CREATE -> "create";
            case OpCode.CREATE2 -> "create2";
            case OpCode.CREATE_CONTAINER -> "createContainer";
            case OpCode.CREATE_TTL -> "createTTL";
            case OpCode.EXISTS -> "exists";
            case OpCode.GET_DATA -> "getData";
            case OpCode.GET_CHILDREN -> "getChildren";
            case OpCode.GET_CHILDREN2 -> "getChildren2";
            default -> "operation " + op;
        };
    }
}
