package io.quorate.replica.port;

import io.quorate.jute.Id;
import java.util.List;

/**
 * The sending side of one client connection. All calls come from the replica's loop and return at once.
 *
 * <p>What is sent is buffered until {@link ReplicaPort#flushClients()}; a channel that holds more unsent bytes than the transport's cap is
 * closed by the transport, which tells it by {@code ClientConnection.onClosed} like any other end.
 */
public interface ClientChannel {
    /**
     * Sends one frame. The transport puts the 4-byte length before it.
     *
     * @param bytes valid during the call only: the transport copies what it needs
     */
    void send(byte[] bytes, int offset, int length);

    /** Closes the connection after all that was sent has been written; no frame is delivered any more. Idempotent. */
    void close(String reason);

    /** Stops (or resumes) reading of requests: back-pressure. Frames that were read already are still delivered. */
    void pauseReading(boolean paused);

    /** The client's address without port, as an {@code ip} identity has it: {@code 127.0.0.1}, {@code 0:0:0:0:0:0:0:1}. */
    String remoteAddress();

    /** Address and port for people: {@code /127.0.0.1:46364}. */
    String remoteName();

    /** What the transport itself has found out about who the client is, such as the subject of its certificate. */
    default List<Id> provenIdentities() {
        return List.of();
    }
}
