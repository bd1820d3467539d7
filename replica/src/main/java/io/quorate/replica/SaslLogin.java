package io.quorate.replica;

import io.quorate.jute.Id;
import io.quorate.protocol.ErrorCode;
import io.quorate.tree.Authentication;
import io.quorate.tree.SaslExchange;
import io.quorate.tree.SaslRefusedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way to an identity by SASL (client-protocol.md §10).
 *
 * <pre>
 *   no exchange ──first token──► under way ──the mechanism is content──► over
 *                                    └─────────it is not───────────────► over
 * </pre>
 *
 * <p>A connection has one exchange: whatever comes when it is over is a failure, as in the reference.
 */
final class SaslLogin {
    /** Larger tokens are refused; RFC 2831 allows a digest-response of 4096 bytes, and no mechanism here has a larger token. */
    static final int MAX_TOKEN_BYTES = 4096;

    private final Authentication authentication;

    /** Set while the exchange is under way. */
    private @Nullable SaslExchange exchange;

    private boolean over;

    SaslLogin(Authentication authentication) {
        this.authentication = authentication;
    }

    /**
     * What follows on a token.
     *
     * @param err 0, or the code with which the connection is closed
     * @param token the server's next token; null for none
     * @param added identities that the connection has from now on, in addition
     * @param refusal why the client is not who it says it is, for the operator; null if it may be
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, compared by nobody
    record Answer(
            int err,
            byte @Nullable [] token,
            List<Id> added,
            @Nullable String refusal) {}

    Answer onToken(byte[] token) {
        try {
            return over ? refused("its exchange is over") : answer(token);
        } catch (SaslRefusedException e) {
            return refused(String.valueOf(e.getMessage()));
        }
    }

    private Answer answer(byte[] token) throws SaslRefusedException {
        SaslExchange current = exchange;
        if (current == null) {
            Optional<SaslExchange> begun = authentication.beginSasl();
            if (begun.isEmpty()) {
                // There is no SASL here: the reference's answer to a client that tries is a null token.
                return new Answer(0, null, List.of(), null);
            }
            current = begun.get();
            exchange = current;
        }
        if (token.length > MAX_TOKEN_BYTES) {
            throw new SaslRefusedException(
                    "a token of " + token.length + " bytes, " + MAX_TOKEN_BYTES + " are allowed");
        }
        byte[] next = current.onToken(token);
        List<Id> added = current.identity().map(authentication::saslIdentities).orElse(List.of());
        if (!added.isEmpty()) {
            dispose();
        }
        return new Answer(0, next, added, null);
    }

    private Answer refused(String refusal) {
        dispose();
        int err = authentication.requiresSasl()
                ? ErrorCode.SESSION_CLOSED_REQUIRE_AUTH.code()
                : ErrorCode.AUTH_FAILED.code();
        return new Answer(authentication.keepsFailedSasl() ? 0 : err, null, List.of(), refusal);
    }

    /** Nothing more is accepted, and no secret is kept. Idempotent. */
    void dispose() {
        over = true;
        if (exchange != null) {
            exchange.dispose();
            exchange = null;
        }
    }
}
