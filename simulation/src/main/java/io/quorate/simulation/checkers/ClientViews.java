package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Stat;
import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * DESIGN §5.5: a session never sees an older state behind a newer one, also when it moves to another server; what it wrote it can read; and
 * the event of a watch comes before any answer that shows the change, once a registration.
 */
public final class ClientViews implements ReplyObserver {
    /** What one session has seen. */
    private static final class View {
        long zxid;

        /** Highest mzxid of each register that it has seen or made. */
        final Map<String, Long> changed = new TreeMap<>();

        /** Watches that were left on this connection and have not fired: path to the mzxid that was seen then. */
        final Map<String, Long> watches = new TreeMap<>();
    }

    private final World world;
    private final Map<Long, View> views = new TreeMap<>();
    private final Map<SimulatedClient, View> current = new HashMap<>();

    public ClientViews(World world) {
        this.world = world;
    }

    @Override
    public void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {
        View view = views.computeIfAbsent(sessionId, id -> new View());
        view.watches.clear();
        current.put(client, view);
    }

    @Override
    public void onReply(SimulatedClient client, long zxid) {
        View view = view(client);
        if (zxid < view.zxid) {
            fail(
                    "a session never sees an older state",
                    client,
                    Zxid.show(zxid) + " came after " + Zxid.show(view.zxid));
        }
        view.zxid = Math.max(view.zxid, zxid);
    }

    @Override
    public void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {
        View view = view(client);
        long mzxid = stat.mzxid();
        if (mzxid > zxid) {
            fail("a reply's zxid covers what it shows", client, Zxid.show(mzxid) + " in a reply at " + Zxid.show(zxid));
        }
        changed(client, view, read.path(), mzxid);
        if (read.watch()) {
            view.watches.putIfAbsent(read.path(), mzxid);
        }
    }

    @Override
    public void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {
        changed(client, view(client), write.register(), stat.mzxid());
    }

    private void changed(SimulatedClient client, View view, String path, long mzxid) {
        Long watched = view.watches.get(path);
        if (watched != null && mzxid > watched) {
            fail(
                    "a watch's event comes before any answer that shows the change",
                    client,
                    path + " of " + Zxid.show(mzxid) + " was shown, the watch was left at " + Zxid.show(watched));
        }
        long before = view.changed.getOrDefault(path, 0L);
        if (mzxid < before) {
            fail(
                    "a session reads what it has seen and written",
                    client,
                    path + " of " + Zxid.show(mzxid) + " was shown after that of " + Zxid.show(before));
        }
        view.changed.put(path, mzxid);
    }

    @Override
    public void onEvent(SimulatedClient client, int type, String path) {
        if (view(client).watches.remove(path) == null) {
            fail("an event comes once a registration", client, "type " + type + " of " + path + " came without");
        }
    }

    @Override
    public void onDisconnected(SimulatedClient client) {
        view(client).watches.clear();
    }

    /** At the end: a watch that did not fire is on a node that did not change. */
    public void checkNoneIsLost(Map<String, FoundNode> tree) {
        views.forEach((session, view) -> view.watches.forEach((path, seen) -> {
            FoundNode node = tree.get(path);
            if (node == null || node.stat().mzxid() > seen) {
                world.fail(
                        "no event is lost while the client is connected",
                        "session 0x" + Long.toHexString(session) + " left a watch on " + path + " at " + Zxid.show(seen)
                                + ", and was not told of what came later");
            }
        }));
    }

    private View view(SimulatedClient client) {
        return current.computeIfAbsent(client, key -> new View());
    }

    private void fail(String invariant, SimulatedClient client, String found) {
        world.fail(invariant, "client " + client.id() + ": " + found);
    }
}
