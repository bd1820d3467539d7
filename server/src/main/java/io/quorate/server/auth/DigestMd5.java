package io.quorate.server.auth;

import io.quorate.tree.SaslExchange;
import io.quorate.tree.SaslMechanism;
import io.quorate.tree.SaslRefusedException;
import java.util.Map;
import java.util.Optional;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;

/**
 * SASL DIGEST-MD5 (RFC 2831), the JDK's, with the service and the realm that ZooKeeper's clients know. An exchange is some hashing, well
 * below a millisecond, and never waits for anything.
 */
public final class DigestMd5 implements SaslMechanism {
    private static final String MECHANISM = "DIGEST-MD5";
    private static final String SERVICE = "zookeeper";
    private static final String REALM = "zk-sasl-md5";

    /** How much of the JDK's reason is told, characters. */
    private static final int MAX_SHOWN = 200;

    private static final byte[] EMPTY = {};

    private final Map<String, String> passwords;

    /**
     * Loads and tries the mechanism, so that the first client does not wait for that.
     *
     * @param passwords of all users, by their names
     * @throws IllegalStateException if this Java does not have the mechanism
     */
    public DigestMd5(Map<String, String> passwords) {
        this.passwords = Map.copyOf(passwords);
        SaslExchange trial = begin();
        try {
            trial.onToken(EMPTY);
        } catch (SaslRefusedException e) {
            throw new IllegalStateException("this Java cannot do SASL " + MECHANISM, e);
        } finally {
            trial.dispose();
        }
    }

    /** Who may prove to be whom, without the passwords. */
    @Override
    public String toString() {
        return MECHANISM + " for " + passwords.keySet();
    }

    @Override
    public SaslExchange begin() {
        DigestMd5Callbacks callbacks = new DigestMd5Callbacks(passwords);
        try {
            SaslServer server = Sasl.createSaslServer(MECHANISM, SERVICE, REALM, null, callbacks);
            if (server != null) {
                return new Exchange(server);
            }
        } catch (SaslException e) {
            throw new IllegalStateException("this Java cannot do SASL " + MECHANISM, e);
        }
        throw new IllegalStateException("this Java does not have SASL " + MECHANISM);
    }

    /** What the client sent may stand in it, and must not look like a line of the log's own. */
    private static String printable(String text) {
        String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    private record Exchange(SaslServer server) implements SaslExchange {
        @Override
        public byte @Nullable [] onToken(byte[] token) throws SaslRefusedException {
            try {
                return server.evaluateResponse(token);
            } catch (SaslException | RuntimeException e) {
                // A token is anybody's bytes: whatever the JDK stumbles over is the client's failure.
                throw new SaslRefusedException(printable(String.valueOf(e.getMessage())));
            }
        }

        @Override
        public Optional<String> identity() {
            return server.isComplete() ? Optional.of(server.getAuthorizationID()) : Optional.empty();
        }

        @Override
        public void dispose() {
            try {
                server.dispose();
            } catch (SaslException e) {
                throw new IllegalStateException("a SASL exchange cannot be forgotten", e);
            }
        }
    }
}
