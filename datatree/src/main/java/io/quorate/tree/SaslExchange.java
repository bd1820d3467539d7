package io.quorate.tree;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection's exchange of SASL tokens. */
public interface SaslExchange {
    /**
     * Takes the client's next token.
     *
     * @return the token that answers it; null if there is none
     * @throws SaslRefusedException if the client is not who it says it is, or does not keep to the mechanism; nothing follows
     */
    byte @Nullable [] onToken(byte[] token) throws SaslRefusedException;

    /** Who the client has proved to be; empty until the exchange is complete. */
    Optional<String> identity();

    /** Forgets the secrets of the exchange. Idempotent; nothing follows. */
    void dispose();
}
