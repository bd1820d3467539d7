package io.quorate.zab;

/**
 * The sending side of a connection between a leader and a learner. All calls come from the replica's loop and return at once.
 *
 * <p>A peer channel is never paused for reading. What is sent is buffered until the batch ends; {@link #isWritable()} tells whether the
 * unsent bytes are below the transport's cap. The machines stop sending history to a channel that is over it, and go on from their cursor
 * at {@link PeerListener#onWritable}.
 */
public interface PeerChannel {
    void send(QuorumPacket packet);

    /** Sends bytes of a snapshot stream as they are; the array is not changed by anybody afterwards. */
    void sendRaw(byte[] bytes, int offset, int length);

    /** Whether less than the cap is waiting to be written. */
    boolean isWritable();

    /** Closes the connection; {@link PeerListener#onClosed} follows. Idempotent. */
    void close(String reason);

    /** Address and port for people. */
    String remoteName();
}
