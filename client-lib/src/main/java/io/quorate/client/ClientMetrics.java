package io.quorate.client;

import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.ErrorCode;

/**
 * What a client measures, for a program to put into the metrics library that it has. Called on the I/O thread, which all clients of the process share:
 * nothing here may block or take long. The same object may be given to any number of clients.
 */
public interface ClientMetrics {
    /** Measures nothing. */
    ClientMetrics NONE = new ClientMetrics() {};

    /**
     * A request was answered.
     *
     * @param operation "create2", "getData"…: the name of the op code
     * @param latencyNanos from when the client accepted it, with the wait for a connection
     * @param outcome the server's answer
     */
    default void answered(String operation, long latencyNanos, ErrorCode outcome) {}

    /**
     * A request was given up without an answer.
     *
     * @param sent whether it may have been carried out
     */
    default void failed(String operation, boolean sent, ErrorCode reason) {}

    /** Requests that this client has accepted and that are not answered, told at the end of each turn in which that changed. */
    default void outstanding(int before, int now) {}

    /** Connections made and lost (SUSPENDED), sessions in doubt (LOST) and over (EXPIRED). */
    default void stateChanged(ConnectionState state) {}
}
