package io.quorate.simulation.server;

import io.quorate.zab.QuorumPacket;

/** Who looks at servers after each of their steps. */
public interface ServerObserver {
    /** The process has done something. */
    void afterStep(ServerProcess process);

    /** A packet is sent. */
    default void onSent(ServerProcess process, QuorumPacket packet) {}

    /** A server has written a transaction to its log; it may not be forced yet. */
    default void onLogged(byte[] txn) {}

    /** A file with a current epoch is about to be given its name. */
    default void onEpochStored(SimulatedServer server) {}

    /** A packet is about to be handed over. */
    default void onReceived(ServerProcess process, int packetType) {}

    /** A packet was sent, or is about to be handed over. */
    default void afterPacket(ServerProcess process, int packetType) {}
}
