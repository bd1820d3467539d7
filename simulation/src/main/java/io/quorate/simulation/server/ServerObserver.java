package io.quorate.simulation.server;

/** Who looks at servers after each of their steps. */
public interface ServerObserver {
    /** The process has done something. */
    void afterStep(ServerProcess process);

    /** A packet was sent, or is about to be handed over. */
    default void afterPacket(ServerProcess process, int packetType) {}
}
