package io.quorate.simulation.client;

import io.quorate.protocol.Stat;

/** Who looks at what clients are told. */
public interface ReplyObserver {
    /** A connection has a session: what it saw before is {@code lastZxidSeen}. */
    default void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {}

    /** A reply has come, whatever it says. */
    default void onReply(SimulatedClient client, long zxid) {}

    /** A write was acknowledged; {@link Operation#zxid} is there. */
    default void onAcknowledged(SimulatedClient client, Operation write) {}

    /** A write was refused by a transaction of that zxid. */
    default void onRefused(SimulatedClient client, Operation write, long zxid, int err) {}

    /** A sync was answered. */
    default void onSynced(SimulatedClient client, Operation sync, long zxid) {}

    /** A read was answered. */
    default void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {}

    /** A register was set. */
    default void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {}

    /** An event of a watch has come. */
    default void onEvent(SimulatedClient client, int type, String path) {}

    /** The connection is gone. */
    default void onDisconnected(SimulatedClient client) {}
}
