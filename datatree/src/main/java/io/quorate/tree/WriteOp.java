package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request to change one node, decoded. */
sealed interface WriteOp {
    /** Marks a create that names no time to live. */
    long NO_TTL = -1;

    String path();

    /** @param ttl in ms, or {@link #NO_TTL} where the operation has no such field */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record Create(
            int op,
            String path,
            byte @Nullable [] data,
            @Nullable List<Acl> acl,
            int flags,
            long ttl) implements WriteOp {
        /** The same as an ordinary create. */
        Create withoutTtl() {
            return new Create(OpCode.CREATE, path, data, acl, flags, NO_TTL);
        }
    }

    /** A delete by a client. */
    record Delete(String path, int version) implements WriteOp {}

    /** A delete by the server itself. */
    record DeleteContainer(String path) implements WriteOp {}

    /** New data. */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record SetData(String path, byte @Nullable [] data, int version) implements WriteOp {}

    /** A new ACL. */
    record SetAcl(String path, @Nullable List<Acl> acl, int version) implements WriteOp {}

    /** A comparison of the version, inside a multi. */
    record Check(String path, int version) implements WriteOp {}

    /**
     * A setData or setACL without a path is one with an empty path, which is refused as the reference refuses it.
     *
     * @throws JuteException if the bytes are not the body of this operation, or name no path
     */
    static WriteOp read(int op, JuteReader in) {
        String path = in.readString();
        if (path == null) {
            if (op != OpCode.SET_DATA && op != OpCode.SET_ACL) {
                throw new JuteException("a request without a path");
            }
            path = "";
        }
        return switch (op) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER ->
                new Create(op, path, in.readBuffer(), Acl.readList(in), in.readInt(), NO_TTL);
            case OpCode.CREATE_TTL ->
                new Create(op, path, in.readBuffer(), Acl.readList(in), in.readInt(), in.readLong());
            case OpCode.DELETE -> new Delete(path, in.readInt());
            case OpCode.DELETE_CONTAINER -> new DeleteContainer(path);
            case OpCode.SET_DATA -> new SetData(path, in.readBuffer(), in.readInt());
            case OpCode.SET_ACL -> new SetAcl(path, Acl.readList(in), in.readInt());
            case OpCode.CHECK -> new Check(path, in.readInt());
            default -> throw new JuteException("operation " + op + " does not change a node");
        };
    }
}
