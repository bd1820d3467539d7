package io.quorate.client;

import io.quorate.client.session.ReplyHandler;
import io.quorate.jute.JuteReader;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.ReplyHeader;

/** For credentials that were given before the first connection: their refusal ends the session, which its listeners are told. */
final class AuthOutcome implements ReplyHandler {
    static final AuthOutcome IGNORED = new AuthOutcome();

    private AuthOutcome() {}

    @Override
    public void onReply(ReplyHeader header, JuteReader body) {}

    @Override
    public void onFailure(ErrorCode code, boolean sent, String reason) {}
}
