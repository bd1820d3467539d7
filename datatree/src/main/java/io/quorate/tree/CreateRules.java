package io.quorate.tree;

import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;

/** Which flags and times to live a create may have (client-protocol.md §3). */
final class CreateRules {
    private CreateRules() {}

    /** What the leader makes of the flags. */
    static CreateMode mode(WriteOp.Create create, TreeSettings settings) throws RefusedException {
        ErrorCode verdict = verdict(create, settings);
        CreateMode mode = CreateMode.of(create.flags()).orElse(CreateMode.PERSISTENT);
        if (verdict != ErrorCode.OK) {
            throw new RefusedException(verdict);
        }
        return mode;
    }

    private static ErrorCode verdict(WriteOp.Create create, TreeSettings settings) {
        CreateMode mode = CreateMode.of(create.flags()).orElse(null);
        if (mode == null) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        boolean isTtlOp = create.op() == OpCode.CREATE_TTL;
        if (isTtlOp && !mode.isTtl()) {
            return ErrorCode.BAD_ARGUMENTS;
        }
        if (mode.isTtl() && !settings.extendedTypesEnabled()) {
            return ErrorCode.UNIMPLEMENTED;
        }
        return isTtlOp == mode.isTtl() && (!isTtlOp || NodeKind.isValidTtl(create.ttl()))
                ? ErrorCode.OK
                : ErrorCode.BAD_ARGUMENTS;
    }

    /**
     * What must not reach a leader of the reference (client-protocol.md §3; in a multi it takes such a part for a plain create): with flags that are not of a TTL node it looks at no negative time
     * to live, and the transaction that it makes then stops every peer that applies it, at each start anew.
     */
    static ErrorCode validate(WriteOp op) {
        boolean stopsPeers = op instanceof WriteOp.Create create
                && create.op() == OpCode.CREATE_TTL
                && create.ttl() < 0
                && CreateMode.of(create.flags()).filter(mode -> !mode.isTtl()).isPresent();
        return stopsPeers ? ErrorCode.BAD_ARGUMENTS : ErrorCode.OK;
    }

    /** A container by operation, or by flag: the latter is what old clients may send, and would confuse peers if it were taken literally. */
    static boolean isContainer(WriteOp.Create create, CreateMode mode) {
        return create.op() == OpCode.CREATE_CONTAINER || mode.isContainer();
    }
}
