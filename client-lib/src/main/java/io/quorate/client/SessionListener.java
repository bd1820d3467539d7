package io.quorate.client;

import io.quorate.client.session.ConnectionState;

/** Told of each change of the connection of each session that a {@link SessionKeeper} has, in order. */
@FunctionalInterface
public interface SessionListener {
    /**
     * @param session whose connection it is: another one than before if that was ended
     * @param reason for people
     */
    void stateChanged(QuorateClient session, ConnectionState state, String reason);
}
