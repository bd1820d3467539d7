package io.quorate.client.session;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a {@link ClientSession} stands with its servers; the transitions are drawn there. */
enum SessionState {
    IDLE,
    WAITING,
    CONNECTING,
    HANDSHAKING,
    CONNECTED,
    EXPIRED,
    AUTH_FAILED,
    CLOSED;

    private static final Map<SessionState, Set<SessionState>> NEXT = new EnumMap<>(Map.of(
            IDLE, EnumSet.of(WAITING, CLOSED),
            WAITING, EnumSet.of(CONNECTING, CLOSED),
            CONNECTING, EnumSet.of(HANDSHAKING, WAITING, CLOSED),
            HANDSHAKING, EnumSet.of(CONNECTED, WAITING, EXPIRED, CLOSED),
            CONNECTED, EnumSet.of(WAITING, AUTH_FAILED, CLOSED),
            EXPIRED, EnumSet.of(CLOSED),
            AUTH_FAILED, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(SessionState.class)));

    boolean mayBecome(SessionState next) {
        Set<SessionState> allowed = NEXT.get(this);
        return allowed != null && allowed.contains(next);
    }

    /** Whether there is a connection, or one is being made. */
    boolean hasConnection() {
        return this == CONNECTING || this == HANDSHAKING || this == CONNECTED;
    }

    boolean isLast() {
        return this == EXPIRED || this == AUTH_FAILED || this == CLOSED;
    }
}
