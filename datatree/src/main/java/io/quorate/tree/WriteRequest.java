package io.quorate.tree;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import java.util.List;

/**
 * A request that becomes a transaction, as it came from a client of this server or forwarded by another.
 *
 * @param sessionId the session that asks, or that is created or closed; 0 for the server itself
 * @param cxid the session's number of the request
 * @param op the operation, see {@link OpCode#isWrite}
 * @param body what followed the request's header
 * @param identities who the connection has proved to be
 * @param local whether the session is known to one server only, which cannot own ephemerals
 * @param sessionVerdict {@link ErrorCode#OK}, or why the session may not do this: expired, moved
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record WriteRequest(
        long sessionId, int cxid, int op, byte[] body, List<Id> identities, boolean local, ErrorCode sessionVerdict) {

    /** Of a session that all servers know. */
    public WriteRequest(long sessionId, int cxid, int op, byte[] body, List<Id> identities, ErrorCode sessionVerdict) {
        this(sessionId, cxid, op, body, identities, false, sessionVerdict);
    }

    /**
     * Whether a create, or a part of a multi, makes an ephemeral.
     *
     * @throws io.quorate.jute.JuteException if the body cannot be read
     */
    public static boolean createsEphemeral(int op, JuteReader body) {
        if (op == OpCode.MULTI) {
            return MultiRequest.read(body).parts().stream().anyMatch(WriteRequest::isEphemeralCreate);
        }
        return isEphemeralCreate(WriteOp.read(op, body));
    }

    private static boolean isEphemeralCreate(WriteOp op) {
        return op instanceof WriteOp.Create create
                && (create.op() == OpCode.CREATE || create.op() == OpCode.CREATE2)
                && CreateMode.of(create.flags()).filter(CreateMode::isEphemeral).isPresent();
    }
}
