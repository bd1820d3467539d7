package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a multi.
 *
 * <pre>
 *   repeated   type int, done bool 0, err int; body of that type
 *   end        -1, 1, -1
 * </pre>
 */
record MultiRequest(List<WriteOp> parts) {
    /** @throws JuteException if it is not well-formed, or holds what no multi may hold */
    static MultiRequest read(JuteReader in) {
        List<WriteOp> parts = new ArrayList<>();
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            parts.add(readPart(header.type(), in));
        }
        return new MultiRequest(parts);
    }

    /** @throws JuteException if it is not well-formed, or of a type that no multi may hold */
    static WriteOp readPart(int op, JuteReader in) {
        return switch (op) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL ->
                asInMulti((WriteOp.Create) WriteOp.read(op, in));
            case OpCode.DELETE, OpCode.CHECK -> WriteOp.read(op, in);
            case OpCode.SET_DATA -> {
                if (in.readInt() == -1) {
                    throw new JuteException("a setData without a path");
                }
                in.position(in.position() - Integer.BYTES);
                yield WriteOp.read(op, in);
            }
            default ->
                throw new JuteException(
                        "an operation " + op + " inside a multi; it may hold 1, 2, 5, 13, 15, 19 and 21");
        };
    }

    /**
     * The reference takes creates in a multi more literally than alone: it reads no flags but 0…4 and no absent ACL there, and a createTTL
     * whose flags name no TTL node is a plain create.
     */
    private static WriteOp asInMulti(WriteOp.Create create) {
        if (create.acl() == null) {
            throw new JuteException("a create without an ACL list inside a multi");
        }
        CreateMode mode = CreateMode.of(create.flags()).orElse(null);
        if (create.op() == OpCode.CREATE_TTL) {
            return mode == null || mode.isTtl() ? create : create.withoutTtl();
        }
        if (mode == null || mode.isTtl()) {
            throw new JuteException("a create with flags " + create.flags() + " inside a multi; it may have 0 to 4");
        }
        return create;
    }
}
