package io.quorate.server.election;

import org.jspecify.annotations.Nullable;

/**
 * Another server, as far as elections go: the connection to it, and the newest message for it.
 *
 * <p>Invariants: writing implies connection is not null; unsent and writing may both be there, unsent is the newer one.
 */
final class ElectionPeer {
    private final long sid;
    private @Nullable ElectionConnection connection;

    /** Waits for the connection, or for the message before it. */
    private byte @Nullable [] unsent;

    /** What was given to a connection last: sent again on the next one. */
    private byte @Nullable [] last;

    /** Whether {@link #last} is still being written. */
    private boolean writing;

    private boolean dialing;

    /** The other side was woken up and is expected to dial. */
    private boolean waitsForDialBack;

    /** Somebody wanted to dial meanwhile. */
    private boolean dialAfterwards;

    ElectionPeer(long sid) {
        this.sid = sid;
    }

    long sid() {
        return sid;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** Whether something was sent, and nothing waits. */
    boolean isDelivered() {
        return last != null && unsent == null && !writing;
    }

    /** @return whether to dial: nobody else does, and the other side is not expected to */
    boolean beginDialing() {
        if (dialing || waitsForDialBack) {
            dialAfterwards |= waitsForDialBack;
            return false;
        }
        dialing = true;
        return true;
    }

    void endDialing() {
        dialing = false;
    }

    void waitForDialBack() {
        waitsForDialBack = true;
        dialAfterwards = false;
    }

    /** @return whether to dial again: it has not dialled back, and somebody wants it */
    boolean endWaitForDialBack() {
        boolean again = waitsForDialBack && dialAfterwards && connection == null;
        waitsForDialBack = false;
        return again;
    }

    void offer(byte[] message) {
        unsent = message;
        writeNewest();
    }

    /** Who comes late is not told what has become old. */
    void supersede(byte[] message) {
        if (unsent != null) {
            unsent = message;
        }
        if (last != null) {
            last = message;
        }
    }

    /** This is the connection from now on. */
    void connect(ElectionConnection newConnection) {
        disconnect("a newer connection to server " + sid + " replaces it");
        connection = newConnection;
        waitsForDialBack = false;
        if (unsent == null) {
            unsent = last;
        }
        writeNewest();
    }

    void disconnect(String reason) {
        if (connection != null) {
            ElectionConnection old = connection;
            connection = null;
            writing = false;
            old.close(reason);
        }
    }

    void onClosed(ElectionConnection closed) {
        if (closed == connection) {
            connection = null;
            writing = false;
        }
    }

    private void writeNewest() {
        ElectionConnection to = connection;
        byte[] message = unsent;
        if (to == null || message == null || writing) {
            return;
        }
        unsent = null;
        last = message;
        writing = true;
        to.sendMessage(message, () -> {
            if (to == connection) {
                writing = false;
                writeNewest();
            }
        });
    }
}
