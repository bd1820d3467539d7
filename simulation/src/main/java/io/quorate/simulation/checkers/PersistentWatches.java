package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A watch that stays tells of each change once, in their order, before any reply from a state that has the change. What came while the client was
 * not connected is not told: each connection begins anew. Of one that was removed nothing more is told.
 */
public final class PersistentWatches implements ReplyObserver {
    /** Of one path. */
    private record Told(long zxid, boolean deleted) {}

    /** What a connection was told. */
    private static final class View {
        /** Of the last reply. */
        long replied = Zxid.NONE;

        /** Of the last event. */
        long told = Zxid.NONE;

        /** Path to the zxid from which on it is watched. */
        final Map<String, Long> nodes = new TreeMap<>();

        final Map<String, Long> subtrees = new TreeMap<>();

        /** Path to its last event; children lists are not meant. */
        final Map<String, Told> events = new TreeMap<>();

        /** Path to the version that its last read or event left it with. */
        final Map<String, Integer> versions = new TreeMap<>();
    }

    private final World world;
    private final Map<SimulatedClient, View> views = new HashMap<>();

    public PersistentWatches(World world) {
        this.world = world;
    }

    @Override
    public void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {
        views.put(client, new View());
    }

    @Override
    public void onDisconnected(SimulatedClient client) {
        views.remove(client);
    }

    @Override
    public void onReply(SimulatedClient client, long zxid) {
        View view = view(client);
        view.replied = Math.max(view.replied, zxid);
    }

    @Override
    public void onWatchStays(SimulatedClient client, String path, WatchMode mode, long zxid) {
        View view = view(client);
        (mode == WatchMode.PERSISTENT ? view.nodes : view.subtrees).putIfAbsent(path, zxid);
    }

    @Override
    public void onWatchRemoved(SimulatedClient client, String path, WatcherType type) {
        View view = view(client);
        if (type == WatcherType.ANY || type == WatcherType.PERSISTENT) {
            view.nodes.remove(path);
        }
        if (type == WatcherType.ANY || type == WatcherType.PERSISTENT_RECURSIVE) {
            view.subtrees.remove(path);
        }
        view.events.keySet().removeIf(each -> since(view, each) == null);
        view.versions.keySet().removeIf(each -> since(view, each) == null);
    }

    @Override
    public void onEvent(SimulatedClient client, int type, String path, long zxid) {
        View view = view(client);
        if (zxid <= 0) {
            return; // It tells, when watches are put back, of what came meanwhile.
        }
        if (zxid <= view.replied || zxid < view.told) {
            fail(
                    "an event comes before any reply that has the change, and in order",
                    client,
                    "type " + type + " of " + path + " at " + Zxid.show(zxid) + " came behind a reply of "
                            + Zxid.show(view.replied) + " and an event of " + Zxid.show(view.told));
        }
        view.told = zxid;
        if (type == EventType.NODE_CHILDREN_CHANGED.code() || since(view, path) == null) {
            return;
        }
        Told before = view.events.put(path, new Told(zxid, type == EventType.NODE_DELETED.code()));
        if (before != null && before.zxid() >= zxid) {
            fail("a change is told once", client, "type " + type + " of " + path + " at " + Zxid.show(zxid));
        }
        if (type == EventType.NODE_DATA_CHANGED.code()) {
            view.versions.computeIfPresent(path, (any, version) -> version + 1);
        } else if (type == EventType.NODE_CREATED.code()) {
            view.versions.put(path, 0);
        } else if (type == EventType.NODE_DELETED.code()) {
            view.versions.remove(path);
        }
    }

    @Override
    public void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {
        View view = view(client);
        Long since = since(view, read.path());
        if (since == null) {
            return;
        }
        requireTold(client, view, read.path(), stat.mzxid());
        Integer counted = view.versions.put(read.path(), stat.version());
        if (counted != null && counted != stat.version()) {
            fail(
                    "each change is told",
                    client,
                    read.path() + " has version " + stat.version() + ", by its events " + counted);
        }
    }

    @Override
    public void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {
        onRead(client, read, zxid, "", stat);
    }

    /** At the end: connected clients were told of all that they watch. */
    public void checkNoneIsLost(Map<String, FoundNode> tree) {
        views.forEach((client, view) -> {
            tree.forEach(
                    (path, node) -> requireTold(client, view, path, node.stat().mzxid()));
            view.events.forEach((path, last) -> {
                if (last.deleted() == tree.containsKey(path)) {
                    fail(
                            "each change is told",
                            client,
                            path + " is there or not, its last event says otherwise: " + last);
                }
            });
        });
    }

    @Override
    public void onAbsent(SimulatedClient client, Operation read, long zxid) {
        Told last = view(client).events.get(read.path());
        if (last != null && !last.deleted()) {
            fail("each change is told before it is shown", client, read.path() + " is gone, its last event: " + last);
        }
    }

    private void requireTold(SimulatedClient client, View view, String path, long changed) {
        Long since = since(view, path);
        Told last = view.events.get(path);
        long told = last == null ? Zxid.NONE : last.zxid();
        if (since != null && changed > since && told != changed) {
            fail(
                    "each change is told before it is shown",
                    client,
                    path + " was changed at " + Zxid.show(changed) + ", its last event was of " + Zxid.show(told));
        }
    }

    /** From which zxid on it is told of the path; null if it is not. */
    private static @Nullable Long since(View view, String path) {
        Long result = view.nodes.get(path);
        for (Map.Entry<String, Long> each : view.subtrees.entrySet()) {
            boolean covers = path.equals(each.getKey()) || path.startsWith(each.getKey() + "/");
            if (covers && (result == null || each.getValue() < result)) {
                result = each.getValue();
            }
        }
        return result;
    }

    private View view(SimulatedClient client) {
        return views.computeIfAbsent(client, any -> new View());
    }

    private void fail(String invariant, SimulatedClient client, String found) {
        world.fail(invariant, "client " + client.id() + ": " + found);
    }
}
