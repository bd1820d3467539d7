package io.quorate.client;

import io.quorate.client.session.ConnectionState;

/** Told of each change of a client's connection, in order. */
@FunctionalInterface
public interface ConnectionListener {
    /** @param reason for people: which server, what happened */
    void stateChanged(ConnectionState state, String reason);
}
