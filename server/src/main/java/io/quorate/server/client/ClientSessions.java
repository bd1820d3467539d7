package io.quorate.server.client;

import io.quorate.replica.port.ClientChannel;
import java.util.function.Consumer;

/** What stands behind the client port. All calls come on the core loop. */
public interface ClientSessions {
    /** A client has connected and begun to speak. */
    Session onConnected(ClientChannel channel, long nowNanos);

    /** One connection, seen from the port. */
    interface Session {
        /**
         * @param frame the payload, for the session to keep
         * @param nowNanos monotonic time
         * @param wallMs wall time
         */
        void onFrame(byte[] frame, long nowNanos, long wallMs);

        /** The connection is gone, whoever ended it. Called once, and nothing after it. */
        void onClosed(long nowNanos);
    }

    /**
     * A four-letter word that may be answered.
     *
     * @param argument what followed the word and belongs to it
     * @param answer takes the whole answer, on the core loop, at once or later; empty to close without one
     */
    void onWord(FourLetterWord word, byte[] argument, Consumer<String> answer);
}
