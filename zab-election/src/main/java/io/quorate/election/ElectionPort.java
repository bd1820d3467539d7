package io.quorate.election;

/**
 * What an election needs of the world. No method blocks; all are called on the loop that calls the machine.
 */
public interface ElectionPort {
    /**
     * Sends a message to a server, replacing one that is still waiting to be sent to it, and dials if there is no connection. It may get
     * lost. Never called with the own id.
     *
     * @param message without its length prefix; the same array may be sent to several servers: nobody changes it
     */
    void send(long sid, byte[] message);

    /**
     * This server's vote of before is out of date, but nobody is waiting for the new one: where an older message still waits for its
     * connection, or would be repeated on a new one, this one takes its place. Nothing is sent because of it. Without this, who comes late is
     * told old votes and may elect a server that is long dead; the reference does without.
     *
     * @see Outbox#supersede
     */
    default void supersede(byte[] message) {}

    /** Whether there is a peer to which everything has been sent: then a vote sent again will reach somebody. */
    boolean anyDelivered();

    /** Dials every voter that there is no connection to. */
    void connectAll();

    /**
     * The election is over for this server. The last thing that the machine does in a call.
     *
     * @param role FOLLOWING, LEADING or OBSERVING
     */
    void elected(PeerState role, Vote vote);

    /**
     * While looking, a peer showed a configuration that is newer than any of this server's. Who adopts it calls {@link
     * FastLeaderElection#look} again with it, at once or later; who does nothing goes on with the election as it is.
     */
    default void newerConfig(EnsembleConfig config) {}
}
