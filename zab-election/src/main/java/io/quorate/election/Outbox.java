package io.quorate.election;

import org.jspecify.annotations.Nullable;

/**
 * What is to be sent to one peer: only the newest message, since a vote makes all older ones worthless. What was sent last is sent again on
 * each new connection, as nobody knows what the old one lost; receivers bear stale duplicates. Single-threaded.
 */
public final class Outbox {
    private byte @Nullable [] unsent;
    private byte @Nullable [] lastSent;

    /** Takes a message; one that was still waiting is dropped. */
    public void offer(byte[] message) {
        unsent = message;
    }

    /** Puts a newer message in the place of all that would be sent some day. See {@link ElectionPort#supersede}. */
    public void supersede(byte[] message) {
        if (unsent != null) {
            unsent = message;
        }
        if (lastSent != null) {
            lastSent = message;
        }
    }

    /** A connection was made or replaced. */
    public void onConnected() {
        if (unsent == null) {
            unsent = lastSent;
        }
    }

    /** Takes the message that is to be written to the connection now; null if there is none. */
    public byte @Nullable [] poll() {
        byte[] message = unsent;
        if (message != null) {
            lastSent = message;
            unsent = null;
        }
        return message;
    }

    /** Whether all was handed to a connection: see {@link ElectionPort#anyDelivered}. */
    public boolean isEmpty() {
        return unsent == null;
    }
}
