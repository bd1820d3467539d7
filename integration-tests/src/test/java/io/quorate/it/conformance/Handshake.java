package io.quorate.it.conformance;

import org.jspecify.annotations.Nullable;

/**
 * The first frame of a connection.
 *
 * @param tail what follows the password: the readOnly byte, nothing, or more
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Handshake(
        int protocolVersion,
        long lastZxidSeen,
        int timeoutMs,
        long sessionId,
        byte @Nullable [] password,
        byte[] tail) {
    /** Longer than any case takes. */
    static final int TIMEOUT_MS = 60_000;

    static Handshake newSession() {
        return new Handshake(0, 0, TIMEOUT_MS, 0, new byte[16], new byte[1]);
    }

    Handshake protocolVersion(int version) {
        return new Handshake(version, lastZxidSeen, timeoutMs, sessionId, password, tail);
    }

    Handshake lastZxidSeen(long zxid) {
        return new Handshake(protocolVersion, zxid, timeoutMs, sessionId, password, tail);
    }

    Handshake timeoutMs(int ms) {
        return new Handshake(protocolVersion, lastZxidSeen, ms, sessionId, password, tail);
    }

    Handshake session(long id, byte @Nullable [] itsPassword) {
        return new Handshake(protocolVersion, lastZxidSeen, timeoutMs, id, itsPassword, tail);
    }

    Handshake password(byte @Nullable [] other) {
        return session(sessionId, other);
    }

    Handshake endingIn(int... bytes) {
        byte[] other = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            other[i] = (byte) bytes[i];
        }
        return new Handshake(protocolVersion, lastZxidSeen, timeoutMs, sessionId, password, other);
    }

    byte[] bytes() {
        return Body.of()
                .int32(protocolVersion)
                .int64(lastZxidSeen)
                .int32(timeoutMs)
                .int64(sessionId)
                .data(password)
                .raw(tail)
                .bytes();
    }
}
