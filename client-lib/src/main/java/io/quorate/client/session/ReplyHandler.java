package io.quorate.client.session;

import io.quorate.jute.JuteReader;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.ReplyHeader;

/** Takes the outcome of a {@link Call}: exactly one of the two methods is called, exactly once. */
public interface ReplyHandler {
    /** A server answered. {@code body} stands behind the header; after an error it is empty. Must not throw. */
    void onReply(ReplyHeader header, JuteReader body);

    /**
     * There will be no answer.
     *
     * @param sent whether the request had left: only then may a server have carried it out
     */
    void onFailure(ErrorCode code, boolean sent, String reason);
}
