package io.quorate.zab;

/**
 * The sending side of a connection between a leader and a learner. All calls come from the replica's loop and return at once.
 *
 * <p>What is sent is buffered until the batch ends; {@link #isWritable()} tells whether the unsent bytes are below the transport's cap. The
 * machines stop sending history to a channel that is over it, and go on from their cursor at {@link PeerListener#onWritable}.
 *
 * <p>Reading is paused by a learner that is brought up to date, and by nobody else: acknowledgements and pings share the channel.
 */
public interface PeerChannel {
    void send(QuorumPacket packet);

    /** Sends bytes of a snapshot stream as they are; the array is not changed by anybody afterwards. */
    void sendRaw(byte[] bytes, int offset, int length);

    /** Whether less than the cap is waiting to be written. */
    boolean isWritable();

    /**
     * Stops, or goes on, reading what the other side sends. What has been read already, at most a buffer of the transport's, still comes.
     */
    void pauseReading(boolean pause);

    /** Closes the connection; {@link PeerListener#onClosed} follows. Idempotent. */
    void close(String reason);

    /** Address and port for people. */
    String remoteName();
}
