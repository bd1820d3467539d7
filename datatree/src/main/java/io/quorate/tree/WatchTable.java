package io.quorate.tree;

import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Perms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for what (client-protocol.md §7). One {@link Watch} stands for all that one watcher wants to know of one path, and is found
 * from both sides: an event looks at the watchers of its path alone, and a watcher that leaves takes along what it holds and nothing else.
 */
final class WatchTable {
    /** One-shot: creation, deletion, change of data. */
    static final int DATA = 1;

    /** One-shot: change of the list of children, deletion. */
    static final int CHILD = 2;

    /** Both of the above, again and again. */
    static final int PERSISTENT = 4;

    /** Creation, deletion, change of data of the node and of all that is below it, again and again. */
    static final int RECURSIVE = 8;

    static final int ALL = DATA | CHILD | PERSISTENT | RECURSIVE;

    private static final class Watch {
        final Holder holder;
        final Watched watched;

        /** Never 0 while it is in the table. */
        int modes;

        /** Where it stands in {@link Watched#watches}. */
        int index;

        Watch(Holder holder, Watched watched) {
            this.holder = holder;
            this.watched = watched;
        }
    }

    /** A path and its watches, of which there is at least one. */
    private static final class Watched {
        final String path;

        @Nullable
        Watch[] watches = new Watch[1];

        int count;

        Watched(String path) {
            this.path = path;
        }

        Watch at(int index) {
            Watch watch = watches[index];
            if (watch == null) {
                throw new AssertionError("no watch " + index + " of " + count + " on " + path);
            }
            return watch;
        }
    }

    /** A watcher and its watches, of which there is at least one. */
    private static final class Holder {
        final Watcher watcher;
        final Map<String, Watch> watches = new HashMap<>(4);

        /** The number of the last event that it got: none reaches it twice. */
        long lastEvent;

        Holder(Watcher watcher) {
            this.watcher = watcher;
        }
    }

    private final Authentication authentication;
    private final Map<String, Watched> byPath = new HashMap<>();
    private final IdentityHashMap<Watcher, Holder> byWatcher = new IdentityHashMap<>();
    private final List<Watcher> receivers = new ArrayList<>();
    private long events;
    private int recursive;
    private int size;

    WatchTable(Authentication authentication) {
        this.authentication = authentication;
    }

    /** Number of watches: on data and on children counted apart, as ZooKeeper does. */
    int size() {
        return size;
    }

    int pathCount() {
        return byPath.size();
    }

    int watcherCount() {
        return byWatcher.size();
    }

    /** All watches on nodes themselves, those of a path together. */
    List<DataWatch> dataWatches() {
        List<DataWatch> result = new ArrayList<>(size);
        for (Watched watched : byPath.values()) {
            for (int i = 0; i < watched.count; i++) {
                Watch watch = watched.at(i);
                if ((watch.modes & (DATA | PERSISTENT | RECURSIVE)) != 0) {
                    result.add(new DataWatch(watched.path, watch.holder.watcher.sessionId()));
                }
            }
        }
        return result;
    }

    /** The strings that stand for paths, each object once. */
    Set<String> pathsHeld() {
        Set<String> result = Collections.newSetFromMap(new IdentityHashMap<>());
        result.addAll(byPath.keySet());
        byWatcher.values().forEach(holder -> result.addAll(holder.watches.keySet()));
        return result;
    }

    // --- registration

    void add(String path, Watcher watcher, int modes) {
        Holder holder = byWatcher.computeIfAbsent(watcher, Holder::new);
        Watch watch = holder.watches.get(path);
        if (watch == null) {
            Watched watched = byPath.computeIfAbsent(path, Watched::new);
            watch = new Watch(holder, watched);
            append(watched, watch);
            holder.watches.put(watched.path, watch); // The string that all watchers of the path share.
        }
        setModes(watch, watch.modes | modes);
    }

    boolean contains(String path, Watcher watcher, int modes) {
        Watch watch = find(path, watcher);
        return watch != null && (watch.modes & modes) != 0;
    }

    /** @return whether there was any */
    boolean remove(String path, Watcher watcher, int modes) {
        Watch watch = find(path, watcher);
        if (watch == null || (watch.modes & modes) == 0) {
            return false;
        }
        reduce(watch, watch.modes & ~modes);
        return true;
    }

    void removeWatcher(Watcher watcher) {
        Holder holder = byWatcher.remove(watcher);
        if (holder == null) {
            return;
        }
        for (Watch watch : holder.watches.values()) {
            setModes(watch, 0);
            unlink(watch);
        }
    }

    private @Nullable Watch find(String path, Watcher watcher) {
        Holder holder = byWatcher.get(watcher);
        return holder == null ? null : holder.watches.get(path);
    }

    private static void append(Watched watched, Watch watch) {
        if (watched.count == watched.watches.length) {
            watched.watches = Arrays.copyOf(watched.watches, Math.max(4, watched.count * 2));
        }
        watch.index = watched.count;
        watched.watches[watched.count++] = watch;
    }

    private void setModes(Watch watch, int modes) {
        size += weight(modes) - weight(watch.modes);
        recursive += ((modes & RECURSIVE) - (watch.modes & RECURSIVE)) / RECURSIVE;
        watch.modes = modes;
    }

    private static int weight(int modes) {
        int onData = (modes & (DATA | PERSISTENT | RECURSIVE)) != 0 ? 1 : 0;
        int onChildren = (modes & (CHILD | PERSISTENT)) != 0 ? 1 : 0;
        return onData + onChildren;
    }

    private void reduce(Watch watch, int modes) {
        setModes(watch, modes);
        if (modes != 0) {
            return;
        }
        unlink(watch);
        Holder holder = watch.holder;
        holder.watches.remove(watch.watched.path);
        if (holder.watches.isEmpty()) {
            byWatcher.remove(holder.watcher);
        }
    }

    /** Takes it from its path; the last one there takes its place. */
    private void unlink(Watch watch) {
        Watched watched = watch.watched;
        Watch last = watched.at(watched.count - 1);
        watched.watches[watch.index] = last;
        last.index = watch.index;
        watched.watches[--watched.count] = null;
        if (watched.count == 0) {
            byPath.remove(watched.path);
        }
    }

    // --- events

    /** @param acl the new node's */
    void created(String path, long zxid, AclEntry acl) {
        fire(EventType.NODE_CREATED, path, zxid, acl, DATA | PERSISTENT | RECURSIVE);
    }

    void dataChanged(String path, long zxid, AclEntry acl) {
        fire(EventType.NODE_DATA_CHANGED, path, zxid, acl, DATA | PERSISTENT | RECURSIVE);
    }

    /** @param acl the one that the node had */
    void deleted(String path, long zxid, AclEntry acl) {
        fire(EventType.NODE_DELETED, path, zxid, acl, ALL);
    }

    void childrenChanged(String path, long zxid, AclEntry acl) {
        fire(EventType.NODE_CHILDREN_CHANGED, path, zxid, acl, CHILD | PERSISTENT);
    }

    boolean isEmpty() {
        return byPath.isEmpty();
    }

    private void fire(EventType type, String path, long zxid, AclEntry acl, int modes) {
        if (byPath.isEmpty()) {
            return;
        }
        events++;
        Watched watched = byPath.get(path);
        if (watched != null) {
            collect(watched, modes);
        }
        if (recursive > 0 && (modes & RECURSIVE) != 0) {
            collectAbove(path);
        }
        if (!receivers.isEmpty()) {
            deliver(new WatchEvent(type, path, zxid), acl);
        }
    }

    /** From the last to the first, because what fires once leaves its place to the last. */
    private void collect(Watched watched, int modes) {
        for (int i = watched.count - 1; i >= 0; i--) {
            Watch watch = watched.at(i);
            if ((watch.modes & modes) != 0) {
                receive(watch.holder);
                reduce(watch, watch.modes & ~(modes & (DATA | CHILD)));
            }
        }
    }

    private void collectAbove(String path) {
        String above = path;
        while (above.length() > 1) {
            above = Paths.parent(above);
            Watched watched = byPath.get(above);
            for (int i = 0; watched != null && i < watched.count; i++) {
                Watch watch = watched.at(i);
                if ((watch.modes & RECURSIVE) != 0) {
                    receive(watch.holder);
                }
            }
        }
    }

    private void receive(Holder holder) {
        if (holder.lastEvent != events) {
            holder.lastEvent = events;
            receivers.add(holder.watcher);
        }
    }

    private void deliver(WatchEvent event, AclEntry acl) {
        try {
            for (Watcher watcher : receivers) {
                if (authentication.allows(acl, Perms.READ, watcher.identities())) {
                    watcher.onEvent(event);
                }
            }
        } finally {
            receivers.clear();
        }
    }
}
