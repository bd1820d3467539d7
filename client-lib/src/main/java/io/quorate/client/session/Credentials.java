package io.quorate.client.session;

import io.quorate.jute.JuteReader;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.ReplyHeader;
import org.jspecify.annotations.Nullable;

/** One identity to claim; its handler is told once, however often it is sent. */
final class Credentials {
    final String scheme;
    final byte[] auth;
    private @Nullable ReplyHandler handler;

    Credentials(String scheme, byte[] auth, ReplyHandler handler) {
        this.scheme = scheme;
        this.auth = auth;
        this.handler = handler;
    }

    void answer(ReplyHeader header, JuteReader in) {
        ReplyHandler waiting = handler;
        handler = null;
        if (waiting != null) {
            waiting.onReply(header, in);
        }
    }

    void fail(ErrorCode code, String reason) {
        ReplyHandler waiting = handler;
        handler = null;
        if (waiting != null) {
            waiting.onFailure(code, true, reason);
        }
    }
}
