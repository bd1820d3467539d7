package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import org.jspecify.annotations.Nullable;

/** The body of a multi or multiRead, part by part. */
final class Multi {
    private final Body body = Body.of();
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    private Multi() {}

    static Multi of() {
        return new Multi();
    }

    /** Any part, with the header that clients write. */
    Multi part(String what, int op, Body part) {
        return header(what, op, false, -1).raw("", part);
    }

    /** A header of the case's choice, with nothing behind it. */
    Multi header(String what, int type, boolean done, int err) {
        body.int32(type).flag(done).int32(err);
        return note(what);
    }

    /** Bytes of the case's choice. */
    Multi raw(String what, Body bytes) {
        body.add(bytes);
        return note(what);
    }

    private Multi note(String what) {
        if (!what.isEmpty()) {
            text.append("\n    ").append(what);
        }
        return this;
    }

    /** The end will be missing. */
    Multi endless() {
        ended = true;
        return note("(no end)");
    }

    Multi create(@Nullable String path, int flags) {
        return create(OpCode.CREATE, path, Acls.OPEN, flags);
    }

    Multi create(int op, @Nullable String path, @Nullable String acl, int flags) {
        return part(
                "create by " + op + " " + path + " flags " + flags + (Acls.OPEN.equals(acl) ? "" : " acl " + acl),
                op,
                Requests.createBody(path, "", acl, flags));
    }

    Multi createTtl(@Nullable String path, int flags, long ttl) {
        return part(
                "createTTL " + path + " flags " + flags + " ttl " + ttl,
                OpCode.CREATE_TTL,
                Requests.createBody(path, "", Acls.OPEN, flags).int64(ttl));
    }

    Multi delete(@Nullable String path, int version) {
        return part("delete " + path + " " + version, OpCode.DELETE, Requests.pathVersion(path, version));
    }

    Multi setData(@Nullable String path, @Nullable String data, int version) {
        return part(
                "setData " + path + " " + data + " " + version,
                OpCode.SET_DATA,
                Body.path(path).text(data).int32(version));
    }

    Multi check(@Nullable String path, int version) {
        return part("check " + path + " " + version, OpCode.CHECK, Requests.pathVersion(path, version));
    }

    Multi getData(@Nullable String path, boolean watch) {
        return part("getData " + path, OpCode.GET_DATA, Body.path(path).flag(watch));
    }

    Multi getChildren(@Nullable String path, boolean watch) {
        return part("getChildren " + path, OpCode.GET_CHILDREN, Body.path(path).flag(watch));
    }

    String text() {
        return text.toString();
    }

    /** With the end, unless it is to be {@link #endless}. */
    Body body() {
        Body whole = Body.of().add(body);
        return ended ? whole : whole.int32(-1).flag(true).int32(-1);
    }
}
