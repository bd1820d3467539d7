package io.quorate.tree;

import io.quorate.jute.Id;
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
 * @param sessionVerdict {@link ErrorCode#OK}, or why the session may not do this: expired, moved
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record WriteRequest(
        long sessionId, int cxid, int op, byte[] body, List<Id> identities, ErrorCode sessionVerdict) {}
