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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * DESIGN §5.5: a session never sees an older state behind a newer one, also when it moves to another server, or from one without a leader to a
 * session of its own; what it wrote it can read; and
 * the event of a watch comes before any answer that shows the change, once a registration, and not when the watch has been removed.
 */
public final class ClientViews implements ReplyObserver {
    /** Stands before a path whose children are meant, not its data. */
    private static final String CHILDREN_OF = "children of ";

    /**
     * A watch that fires once.
     *
     * @param seen the mzxid of the node then, or the pzxid of one whose children are watched; {@link #NOTHING} if it was not there
     * @param since what the server had applied then
     */
    private record Watch(long seen, long since) {}

    /** An event that a watch has brought. */
    private record Fired(SimulatedClient client, String path, EventType type, Watch watch) {}

    private static final long NOTHING = 0;

    /** What one session has seen. */
    private static final class View {
        long zxid;

        /** Highest mzxid of each register that it has seen or made. */
        final Map<String, Long> changed = new TreeMap<>();

        /** By path: watches that were left on this connection and have not fired. */
        final Map<String, Watch> watches = new TreeMap<>();

        /** Those that were left when the connection ended. */
        final Map<String, Watch> before = new TreeMap<>();

        /** Those of the connection before, which the client may put back now. */
        final Map<String, Watch> restorable = new TreeMap<>();

        /** Paths of which it was told that they are gone, for their data or their children, and may be told so for the other. */
        final Set<String> toldAgain = new TreeSet<>();

        /** Paths with a watch that stays, of nodes and of what is below them. */
        final Set<String> staying = new TreeSet<>();

        final Set<String> stayingBelow = new TreeSet<>();
    }

    private final World world;
    private final Map<Long, View> views = new TreeMap<>();
    private final Map<SimulatedClient, View> current = new HashMap<>();
    private final List<Fired> fired = new ArrayList<>();

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
        view.toldAgain.clear();
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
            view.watches.putIfAbsent(read.path(), new Watch(mzxid, zxid));
        }
    }

    @Override
    public void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {
        onRead(client, read, zxid, "", stat);
    }

    /** A watch on what is not there fires when it is made. */
    @Override
    public void onAbsent(SimulatedClient client, Operation read, long zxid) {
        View view = view(client);
        requireNoWatchOn(client, view, read.path());
        requireNoWatchOn(client, view, CHILDREN_OF + read.path());
        if (read.watch() && read.kind() == Operation.Kind.EXISTS) {
            view.watches.putIfAbsent(read.path(), new Watch(NOTHING, zxid));
        }
    }

    private void requireNoWatchOn(SimulatedClient client, View view, String key) {
        Watch watch = view.watches.get(key);
        if (watch != null && watch.seen() != NOTHING) {
            fail(
                    "a watch's event comes before any answer that shows the change",
                    client,
                    key + " is gone, the watch was left at " + Zxid.show(watch.seen()));
        }
    }

    @Override
    public void onChildren(SimulatedClient client, Operation read, long zxid, List<String> children, Stat stat) {
        View view = view(client);
        String key = CHILDREN_OF + read.path();
        changed(client, view, key, stat.pzxid());
        if (read.watch()) {
            view.watches.putIfAbsent(key, new Watch(stat.pzxid(), zxid));
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
        Watch watched = view.watches.get(path);
        if (watched != null && mzxid > watched.seen()) {
            fail(
                    "a watch's event comes before any answer that shows the change",
                    client,
                    path + " of " + Zxid.show(mzxid) + " was shown, the watch was left at "
                            + Zxid.show(watched.seen()));
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
    public void onEvent(SimulatedClient client, int code, String path, long zxid) {
        View view = view(client);
        EventType type = EventType.of(code);
        List<Watch> watches = new ArrayList<>();
        if (type != EventType.NODE_CHILDREN_CHANGED) {
            take(view, path, watches);
        }
        if (type == EventType.NODE_CHILDREN_CHANGED || type == EventType.NODE_DELETED) {
            take(view, CHILDREN_OF + path, watches);
        }
        for (Watch each : watches) {
            requireFits(client, path, type, each, zxid);
            if (!client.isDoubtful()) {
                fired.add(new Fired(client, path, type, each));
            }
        }
        boolean again = type == EventType.NODE_DELETED && view.toldAgain.remove(path);
        if (watches.size() > 1 && zxid <= 0) {
            view.toldAgain.add(path);
        }
        if (watches.isEmpty() && !again && !stays(view, path, type)) {
            fail("an event comes once a registration", client, type + " of " + path + " came without");
        }
    }

    private static void take(View view, String key, List<Watch> taken) {
        Watch watch = view.watches.remove(key);
        if (watch != null) {
            taken.add(watch);
        }
    }

    private static boolean stays(View view, String path, EventType type) {
        return view.staying.contains(path)
                || (type != EventType.NODE_CHILDREN_CHANGED
                        && view.stayingBelow.stream().anyMatch(each -> covers(each, path)));
    }

    /** What is not there can only be made, and what is there can only be changed or go. */
    private void requireFits(SimulatedClient client, String path, EventType type, Watch watch, long zxid) {
        if ((type == EventType.NODE_CREATED) != (watch.seen() == NOTHING)) {
            fail(
                    "an event tells what has become of what was seen",
                    client,
                    type + " of " + path + ", which was "
                            + (watch.seen() == NOTHING ? "not there" : "there, of " + Zxid.show(watch.seen())));
        }
        if (zxid > 0 && zxid <= watch.since()) {
            fail(
                    "an event tells of what came behind the registration of its watch",
                    client,
                    type + " of " + path + " at " + Zxid.show(zxid) + ", the watch was left at "
                            + Zxid.show(watch.since()));
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

    /** At the end: a watch that did not fire is on a node that did not change, and one that did is not. */
    public void checkAgainst(Map<String, FoundNode> tree) {
        views.forEach((session, view) -> view.watches.forEach((key, watch) -> {
            long now = changed(key, tree);
            if (now == NOTHING ? watch.seen() != NOTHING : now > watch.seen()) {
                world.fail(
                        "no event is lost while the client is connected",
                        "session 0x" + Long.toHexString(session) + " left a watch on " + key + " at "
                                + Zxid.show(watch.seen()) + ", and was not told of what came later");
            }
        }));
        for (Fired each : fired) {
            if (!hasHappened(each, tree)) {
                fail(
                        "an event tells of something that has happened",
                        each.client(),
                        each.type() + " of " + each.path() + ", which is " + tree.get(each.path()) + " at the end; "
                                + each.watch());
            }
        }
    }

    private static long changed(String key, Map<String, FoundNode> tree) {
        boolean ofChildren = key.startsWith(CHILDREN_OF);
        FoundNode node = tree.get(ofChildren ? key.substring(CHILDREN_OF.length()) : key);
        if (node == null) {
            return NOTHING;
        }
        return ofChildren ? node.stat().pzxid() : node.stat().mzxid();
    }

    /** As far as the tree at the end still tells. */
    private static boolean hasHappened(Fired event, Map<String, FoundNode> tree) {
        FoundNode node = tree.get(event.path());
        long seen = event.watch().seen();
        return switch (event.type()) {
            case NODE_DATA_CHANGED -> node == null || node.stat().mzxid() > seen;
            case NODE_CHILDREN_CHANGED -> node == null || node.stat().pzxid() > seen;
            case NODE_DELETED -> node == null || node.stat().czxid() > seen;
            case NODE_CREATED -> wasMade(event, node, tree);
            default -> false;
        };
    }

    private static boolean wasMade(Fired event, @Nullable FoundNode node, Map<String, FoundNode> tree) {
        if (node != null) {
            return node.stat().czxid() > event.watch().since();
        }
        String path = event.path();
        FoundNode parent = tree.get(path.substring(0, path.lastIndexOf('/')));
        return parent == null || parent.stat().pzxid() > event.watch().since();
    }

    private View view(SimulatedClient client) {
        return current.computeIfAbsent(client, key -> new View());
    }

    private void fail(String invariant, SimulatedClient client, String found) {
        world.fail(invariant, "client " + client.id() + ": " + found);
    }
}
