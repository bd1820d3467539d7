package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.jute.Id;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.OpCode;
import io.quorate.tree.Authentication;
import org.jspecify.annotations.Nullable;

/** How clients prove who they are. What fails is counted, and told to the operator, who may see in it that somebody tries passwords. */
final class Logins {
    private final Authentication authentication;
    private final Counters counters;
    private final ReplicaClock clock;
    private final LimitedWarnings warnings;

    Logins(Authentication authentication, Counters counters, ReplicaClock clock, EventLog log) {
        this.authentication = authentication;
        this.counters = counters;
        this.clock = clock;
        this.warnings = new LimitedWarnings("failed logins of clients", ReplicaLimits.LOGIN_WARNINGS_A_MINUTE, log);
    }

    SaslLogin newSasl() {
        return new SaslLogin(authentication);
    }

    /** Whether the operation is heard from who has proved no more than the connection has. */
    boolean isHeard(ClientConnection connection, int op) {
        return !authentication.isRequired()
                || op == OpCode.AUTH
                || op == OpCode.SASL
                || authentication.isEnough(connection.identities());
    }

    /** Identities that are proven are the connection's from now on. */
    Authentication.Outcome onAuth(ClientConnection connection, AuthPacket packet) {
        Authentication.Result result =
                authentication.authenticate(packet.scheme(), packet.auth(), connection.identities());
        for (Id each : result.added()) {
            connection.addIdentity(each);
        }
        if (result.outcome() != Authentication.Outcome.ACCEPTED) {
            onFailed(connection, "scheme " + printable(packet.scheme()) + " does not accept what it was given");
        }
        return result.outcome();
    }

    /** As {@link #onAuth}, by one step of an exchange. */
    SaslLogin.Answer onSasl(ClientConnection connection, byte[] token) {
        SaslLogin.Answer answer = connection.sasl().onToken(token);
        for (Id each : answer.added()) {
            connection.addIdentity(each);
        }
        if (answer.refusal() != null) {
            onFailed(connection, "SASL, " + answer.refusal());
        }
        return answer;
    }

    private void onFailed(ClientConnection connection, String why) {
        counters.authFailures++;
        warnings.warn("Authentication of " + connection + " failed: " + why, clock.nowNanos());
    }

    /** The name of a scheme is the client's to choose, and must not look like a line of the log's own. */
    private static String printable(@Nullable String scheme) {
        if (scheme == null) {
            return "null";
        }
        String shown = scheme.length() > ReplicaLimits.MAX_SHOWN_CHARS
                ? scheme.substring(0, ReplicaLimits.MAX_SHOWN_CHARS) + "..."
                : scheme;
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
    }

    void onTick() {
        warnings.onTick(clock.nowNanos());
    }
}
