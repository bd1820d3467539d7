package io.quorate.simulation;

import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.List;

/** All of them, in order. */
record ReplyObservers(List<ReplyObserver> all) implements ReplyObserver {
    @Override
    public void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {
        all.forEach(each -> each.onSession(client, sessionId, lastZxidSeen));
    }

    @Override
    public void onAsked(SimulatedClient client, Operation operation) {
        all.forEach(each -> each.onAsked(client, operation));
    }

    @Override
    public void onReply(SimulatedClient client, long zxid) {
        all.forEach(each -> each.onReply(client, zxid));
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        all.forEach(each -> each.onAcknowledged(client, write));
    }

    @Override
    public void onRefused(SimulatedClient client, Operation write, long zxid, int err) {
        all.forEach(each -> each.onRefused(client, write, zxid, err));
    }

    @Override
    public void onAnsweredWithoutLeader(SimulatedClient client, Operation operation) {
        all.forEach(each -> each.onAnsweredWithoutLeader(client, operation));
    }

    @Override
    public void onSynced(SimulatedClient client, Operation sync, long zxid) {
        all.forEach(each -> each.onSynced(client, sync, zxid));
    }

    @Override
    public void onAcl(SimulatedClient client, Operation read, long zxid, String token, Stat stat) {
        all.forEach(each -> each.onAcl(client, read, zxid, token, stat));
    }

    @Override
    public void onEphemerals(SimulatedClient client, Operation read, List<String> paths) {
        all.forEach(each -> each.onEphemerals(client, read, paths));
    }

    @Override
    public void onCreated(SimulatedClient client, Operation create, Stat stat) {
        all.forEach(each -> each.onCreated(client, create, stat));
    }

    @Override
    public void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {
        all.forEach(each -> each.onRead(client, read, zxid, data, stat));
    }

    @Override
    public void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {
        all.forEach(each -> each.onStat(client, read, zxid, stat));
    }

    @Override
    public void onAbsent(SimulatedClient client, Operation read, long zxid) {
        all.forEach(each -> each.onAbsent(client, read, zxid));
    }

    @Override
    public void onChildren(SimulatedClient client, Operation read, long zxid, List<String> children, Stat stat) {
        all.forEach(each -> each.onChildren(client, read, zxid, children, stat));
    }

    @Override
    public void onWatchesRestored(SimulatedClient client) {
        all.forEach(each -> each.onWatchesRestored(client));
    }

    @Override
    public void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {
        all.forEach(each -> each.onRegisterSet(client, write, stat));
    }

    @Override
    public void onEvent(SimulatedClient client, int type, String path, long zxid) {
        all.forEach(each -> each.onEvent(client, type, path, zxid));
    }

    @Override
    public void onWatchStays(SimulatedClient client, String path, WatchMode mode, long zxid) {
        all.forEach(each -> each.onWatchStays(client, path, mode, zxid));
    }

    @Override
    public void onWatcherAnswered(SimulatedClient client, Operation question, boolean there) {
        all.forEach(each -> each.onWatcherAnswered(client, question, there));
    }

    @Override
    public void onWatchRemoved(SimulatedClient client, String path, WatcherType type) {
        all.forEach(each -> each.onWatchRemoved(client, path, type));
    }

    @Override
    public void onDisconnected(SimulatedClient client) {
        all.forEach(each -> each.onDisconnected(client));
    }
}
