package io.quorate.simulation.client;

import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import java.util.List;

/** Who looks at what clients are told. */
public interface ReplyObserver {
    /** A connection has a session: what it saw before is {@code lastZxidSeen}. */
    default void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {}

    /** Something is asked for; or would be, if the connection were not just gone. */
    default void onAsked(SimulatedClient client, Operation operation) {}

    /** A reply has come, whatever it says. */
    default void onReply(SimulatedClient client, long zxid) {}

    /** A write was acknowledged; {@link Operation#zxid} is there. */
    default void onAcknowledged(SimulatedClient client, Operation write) {}

    /** A write was refused by a transaction of that zxid. */
    default void onRefused(SimulatedClient client, Operation write, long zxid, int err) {}

    /** A server without a leader has refused a write or a sync, or has ended a session of its own: there is no transaction. */
    default void onAnsweredWithoutLeader(SimulatedClient client, Operation operation) {}

    /** A sync was answered. */
    default void onSynced(SimulatedClient client, Operation sync, long zxid) {}

    /** A read was answered. */
    default void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {}

    /** The stat of a node was read, and nothing else. */
    default void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {}

    /** The ACL of a node was read: whom it names, see {@link Operation#tokenOf}. */
    default void onAcl(SimulatedClient client, Operation read, long zxid, String token, Stat stat) {}

    /** The session's ephemerals were listed. */
    default void onEphemerals(SimulatedClient client, Operation read, List<String> paths) {}

    /** A node that was asked for is not there. */
    default void onAbsent(SimulatedClient client, Operation read, long zxid) {}

    /** The children of a node were read. */
    default void onChildren(SimulatedClient client, Operation read, long zxid, List<String> children, Stat stat) {}

    /** The watches of the connection before were put back on this one. */
    default void onWatchesRestored(SimulatedClient client) {}

    /** A node was made, and this was it then. */
    default void onCreated(SimulatedClient client, Operation create, Stat stat) {}

    /** A register was set. */
    default void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {}

    /** An event of a watch has come; {@code zxid} is that of the change, or none. */
    default void onEvent(SimulatedClient client, int type, String path, long zxid) {}

    /** From that zxid on there is a watch that stays. */
    default void onWatchStays(SimulatedClient client, String path, WatchMode mode, long zxid) {}

    /** A removal of a watch, or a question for one, was answered: there was one, or there was none. */
    default void onWatcherAnswered(SimulatedClient client, Operation question, boolean there) {}

    /** Watches are gone: one that fires once, one that stays, or all that there were on the path. */
    default void onWatchRemoved(SimulatedClient client, String path, WatcherType type) {}

    /** The connection is gone. */
    default void onDisconnected(SimulatedClient client) {}
}
