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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * DESIGN §5.5: a session never sees an older state behind a newer one, also when it moves to another server, or from one without a leader to a
 * session of its own; what it wrote it can read; and
 * the event of a watch comes before any answer that shows the change, once a registration, and not when the watch has been removed.
 */
public final class ClientViews implements ReplyObserver {
    /** Stands before a path whose children are meant, not its data. */
    private static final String CHILDREN_OF = "children of ";

    /** What one session has seen. */
    private static final class View {
        long zxid;

        /** Highest mzxid of each register that it has seen or made. */
        final Map<String, Long> changed = new TreeMap<>();

        /** Watches that were left on this connection and have not fired: path to the mzxid that was seen then. */
        final Map<String, Long> watches = new TreeMap<>();

        /** Those that were left when the connection ended. */
        final Map<String, Long> before = new TreeMap<>();

        /** Those of the connection before, which the client may put back now. */
        final Map<String, Long> restorable = new TreeMap<>();

        /** Paths with a watch that stays, of nodes and of what is below them. */
        final Set<String> staying = new TreeSet<>();

        final Set<String> stayingBelow = new TreeSet<>();
    }

    private final World world;
    private final Map<Long, View> views = new TreeMap<>();
    private final Map<SimulatedClient, View> current = new HashMap<>();

    public ClientViews(World world) {
        this.world = world;
    }

    @Override
    public void onSession(SimulatedClient client, long sessionId, long lastZxidSeen) {
        View earlier = current.get(client);
        View view =
                views.computeIfAbsent(sessionId, id -> client.isContinuing() && earlier != null ? earlier : new View());
        view.zxid = Math.max(view.zxid, lastZxidSeen);
        view.restorable.clear();
        view.restorable.putAll(view.before);
        view.before.clear();
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
    public void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {
        onRead(client, read, zxid, "", stat);
    }

    /** A watch on what is not there fires when it is made. */
    @Override
    public void onAbsent(SimulatedClient client, Operation read, long zxid) {
        if (read.watch() && read.kind() == Operation.Kind.EXISTS) {
            view(client).watches.putIfAbsent(read.path(), 0L);
        }
    }

    @Override
    public void onChildren(SimulatedClient client, Operation read, long zxid, List<String> children, Stat stat) {
        View view = view(client);
        String key = CHILDREN_OF + read.path();
        changed(client, view, key, stat.pzxid());
        if (read.watch()) {
            view.watches.putIfAbsent(key, stat.pzxid());
        }
    }

    @Override
    public void onWatchesRestored(SimulatedClient client) {
        View view = view(client);
        view.watches.putAll(view.restorable);
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
    public void onWatchStays(SimulatedClient client, String path, WatchMode mode, long zxid) {
        View view = view(client);
        (mode == WatchMode.PERSISTENT ? view.staying : view.stayingBelow).add(path);
    }

    /** Events that were on their way have come before the answer, so that it is known which watches are there. */
    @Override
    public void onWatcherAnswered(SimulatedClient client, Operation question, boolean there) {
        if (there != isThere(view(client), question.path(), question.watcherType())) {
            fail(
                    "a watch is there from its registration until it fires or is removed",
                    client,
                    question + " was told that there is " + (there ? "one" : "none"));
        }
    }

    private static boolean isThere(View view, String path, WatcherType type) {
        return switch (type) {
            case DATA -> view.watches.containsKey(path);
            case CHILDREN -> view.watches.containsKey(CHILDREN_OF + path);
            case PERSISTENT -> view.staying.contains(path);
            case PERSISTENT_RECURSIVE -> view.stayingBelow.contains(path);
            case ANY ->
                view.watches.containsKey(path)
                        || view.watches.containsKey(CHILDREN_OF + path)
                        || view.staying.contains(path)
                        || view.stayingBelow.contains(path);
        };
    }

    @Override
    public void onWatchRemoved(SimulatedClient client, String path, WatcherType type) {
        View view = view(client);
        boolean all = type == WatcherType.ANY;
        if (all || type == WatcherType.DATA) {
            view.watches.remove(path);
        }
        if (all || type == WatcherType.CHILDREN) {
            view.watches.remove(CHILDREN_OF + path);
        }
        if (all || type == WatcherType.PERSISTENT) {
            view.staying.remove(path);
        }
        if (all || type == WatcherType.PERSISTENT_RECURSIVE) {
            view.stayingBelow.remove(path);
        }
    }

    @Override
    public void onEvent(SimulatedClient client, int type, String path, long zxid) {
        boolean ofChildren = type == EventType.NODE_CHILDREN_CHANGED.code();
        View view = view(client);
        boolean stays = view.staying.contains(path)
                || (!ofChildren && view.stayingBelow.stream().anyMatch(each -> covers(each, path)));
        if (view.watches.remove(ofChildren ? CHILDREN_OF + path : path) == null && !stays) {
            fail("an event comes once a registration", client, "type " + type + " of " + path + " came without");
        }
    }

    private static boolean covers(String root, String path) {
        return path.equals(root) || path.startsWith(root + "/");
    }

    @Override
    public void onDisconnected(SimulatedClient client) {
        View view = view(client);
        view.staying.clear();
        view.stayingBelow.clear();
        view.before.putAll(view.watches);
        view.watches.clear();
    }

    /** At the end: a watch that did not fire is on a node that did not change. */
    public void checkNoneIsLost(Map<String, FoundNode> tree) {
        views.forEach((session, view) -> view.watches.forEach((key, seen) -> {
            boolean ofChildren = key.startsWith(CHILDREN_OF);
            String path = ofChildren ? key.substring(CHILDREN_OF.length()) : key;
            FoundNode node = tree.get(path);
            long now = node == null
                    ? Long.MAX_VALUE
                    : ofChildren ? node.stat().pzxid() : node.stat().mzxid();
            if (now > seen) {
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
