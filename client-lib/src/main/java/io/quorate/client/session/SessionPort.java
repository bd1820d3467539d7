package io.quorate.client.session;

import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.WatcherEvent;
import java.util.List;

/** What a {@link ClientSession} asks of the world. Every method returns at once and never calls back into the session before it returned. */
public interface SessionPort {
    /**
     * Begins to connect; {@link ClientSession#onConnected} or {@link ClientSession#onDisconnected} follows with the same number.
     *
     * @param connection the number of this attempt, larger than any before
     */
    void connect(long connection, HostPort host);

    /** Closes a connection, or gives up making it. Nothing that comes from it later is looked at. */
    void disconnect(long connection);

    /** Sends one frame, its length in the first four bytes. The session does not change the array any more. */
    void send(long connection, byte[] frame, int length);

    /**
     * Asks a server, over a connection of its own, whether it has a quorum; {@link ClientSession#onProbed} follows if it has.
     *
     * @param connection the present one, which is read-only
     */
    void probe(long connection, HostPort host);

    /** A request was answered. */
    void answered(Call call, int error, long nowNanos);

    /** A request was given up. */
    void failed(Call call, ErrorCode code, boolean sent);

    /** A watched node has changed; its listeners are told once and forgotten. */
    void watchFired(WatcherEvent event, long zxid, List<WatchListener> listeners);

    /** Told in order, each state once. */
    void stateChanged(ConnectionState state, String reason);

    void info(String message);

    void warn(String message);
}
