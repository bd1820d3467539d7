package io.quorate.replica.port;

import io.quorate.zab.PeerListener;

/** What the replica asks of its transport. All calls come from the replica's loop and return at once. */
public interface ReplicaPort {
    /**
     * Dials the quorum port of a server. The outcome comes back on the replica's loop as {@link PeerListener#onOpen} or
     * {@link PeerListener#onClosed}, exactly one of them first.
     *
     * @param sid the server to dial, from the ensemble's configuration
     * @param timeoutNanos how long the connect may take
     */
    void connectToLeader(long sid, PeerListener listener, long timeoutNanos);

    /** Sends an election message (body without length) to a server, replacing an unsent earlier one. Never called for oneself. */
    void sendElection(long sid, byte[] message);

    /**
     * Puts this message in the place of every older one that waits for its connection, or would be sent again on the next one. Nothing is
     * sent because of it.
     */
    void supersedeElection(byte[] message);

    /** Whether at least one server has nothing unsent: something was delivered since. */
    boolean electionAnyDelivered();

    /** Dials every server of the configuration that has no election connection. */
    void electionConnectAll();

    /** Writes out what was sent to clients since the last call. */
    void flushClients();

    /** Writes out what was sent to peers since the last call. */
    void flushPeers();

    /** The replica has stopped as it was asked to: all that was written is forced, nothing more follows. */
    void stopped();

    /**
     * The replica cannot go on: its log or its memory can no longer be trusted. The process ends after this with the exit code.
     *
     * @param message what was found, what was expected, what the operator can do
     */
    void fatal(int exitCode, String message);
}
