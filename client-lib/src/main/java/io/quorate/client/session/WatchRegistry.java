package io.quorate.client.session;

import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The watches of a session, which servers forget with the connection and a client must put back.
 *
 * <pre>
 *   request               found the node      did not (-101)
 *   getData               data                nothing
 *   exists                data                exist
 *   getChildren           child               nothing
 *   addWatch              persistent or recursive, node or no node
 *
 *   event                 takes the listeners from        tells, and keeps, those of
 *   created               data, exist                     persistent; recursive here and above
 *   data changed          data, exist                     persistent; recursive here and above
 *   deleted               data, exist, child              persistent; recursive here and above
 *   children changed      child                           persistent
 * </pre>
 *
 * The lists go back to the server apart from each other, because it answers differently for each when the node is missing. For persistent
 * watches it tells nothing of what happened without a connection.
 */
final class WatchRegistry {
    /** DATA, EXISTS and CHILDREN are kept under the name of the list that they stand in: data, exist, child. */
    private final Map<WatchRequest.Kind, Map<String, Set<WatchListener>>> lists =
            new EnumMap<>(WatchRequest.Kind.class);

    WatchRegistry() {
        for (WatchRequest.Kind each : WatchRequest.Kind.values()) {
            lists.put(each, new LinkedHashMap<>());
        }
    }

    boolean isEmpty() {
        return lists.values().stream().allMatch(Map::isEmpty);
    }

    /** @return how many paths are watched, each kind of watch counted */
    int size() {
        return lists.values().stream().mapToInt(Map::size).sum();
    }

    /** Keeps the watch of a request that was answered, where the server has one now. */
    void answered(WatchRequest request, int err) {
        boolean found = err == ErrorCode.OK.code();
        if (found) {
            add(request.kind() == WatchRequest.Kind.EXISTS ? WatchRequest.Kind.DATA : request.kind(), request);
        } else if (request.kind() == WatchRequest.Kind.EXISTS && err == ErrorCode.NO_NODE.code()) {
            add(WatchRequest.Kind.EXISTS, request);
        }
    }

    private void add(WatchRequest.Kind list, WatchRequest request) {
        list(list)
                .computeIfAbsent(request.path(), path -> new LinkedHashSet<>())
                .add(request.listener());
    }

    private Map<String, Set<WatchListener>> list(WatchRequest.Kind kind) {
        return lists.getOrDefault(kind, Map.of());
    }

    /** @return the listeners of this event, each once; those that are told once are forgotten */
    List<WatchListener> fire(EventType type, String path) {
        Set<WatchListener> result = new LinkedHashSet<>();
        if (type != EventType.NODE_CHILDREN_CHANGED) {
            take(result, WatchRequest.Kind.DATA, path);
            take(result, WatchRequest.Kind.EXISTS, path);
        }
        if (type == EventType.NODE_DELETED || type == EventType.NODE_CHILDREN_CHANGED) {
            take(result, WatchRequest.Kind.CHILDREN, path);
        }
        result.addAll(list(WatchRequest.Kind.PERSISTENT).getOrDefault(path, Set.of()));
        if (type != EventType.NODE_CHILDREN_CHANGED) {
            addRecursive(result, path);
        }
        return List.copyOf(result);
    }

    private void take(Set<WatchListener> into, WatchRequest.Kind kind, String path) {
        Set<WatchListener> taken = list(kind).remove(path);
        if (taken != null) {
            into.addAll(taken);
        }
    }

    private void addRecursive(Set<WatchListener> into, String path) {
        Map<String, Set<WatchListener>> recursive = list(WatchRequest.Kind.RECURSIVE);
        if (recursive.isEmpty()) {
            return;
        }
        String at = path;
        into.addAll(recursive.getOrDefault(at, Set.of()));
        while (!at.equals(Paths.ROOT)) {
            at = Paths.parent(at);
            into.addAll(recursive.getOrDefault(at, Set.of()));
        }
    }

    /** Whether somebody else than the listener of this removal has a watch of its kind and path. */
    boolean hasOthers(WatchRemoval removal) {
        for (Map.Entry<WatchRequest.Kind, Map<String, Set<WatchListener>>> each : lists.entrySet()) {
            Set<WatchListener> here = each.getValue().getOrDefault(removal.path(), Set.of());
            if (each.getKey().isTakenBy(removal.type())
                    && here.stream().anyMatch(listener -> !listener.equals(removal.listener()))) {
                return true;
            }
        }
        return false;
    }

    /** @return whether there was such a watch */
    boolean remove(WatchRemoval removal) {
        boolean found = false;
        for (Map.Entry<WatchRequest.Kind, Map<String, Set<WatchListener>>> each : lists.entrySet()) {
            if (each.getKey().isTakenBy(removal.type())) {
                found |= remove(each.getValue(), removal);
            }
        }
        return found;
    }

    private static boolean remove(Map<String, Set<WatchListener>> list, WatchRemoval removal) {
        WatchListener listener = removal.listener();
        if (listener == null) {
            return list.remove(removal.path()) != null;
        }
        Set<WatchListener> here = list.getOrDefault(removal.path(), Set.of());
        boolean found = here.contains(listener) && here.remove(listener);
        if (found && here.isEmpty()) {
            list.remove(removal.path());
        }
        return found;
    }

    /** The requests that put all back, each with at most {@code batchBytes} of path text (but at least one path). */
    List<SetWatchesBatch> toSetWatches(long relativeZxid, int batchBytes) {
        List<SetWatchesBatch> done = new ArrayList<>();
        SetWatchesBatch batch = new SetWatchesBatch(relativeZxid);
        int bytes = 0;
        for (Map.Entry<WatchRequest.Kind, Map<String, Set<WatchListener>>> each : lists.entrySet()) {
            for (String path : each.getValue().keySet()) {
                int length = path.getBytes(StandardCharsets.UTF_8).length;
                if (bytes > 0 && bytes + length > batchBytes) {
                    done.add(batch);
                    batch = new SetWatchesBatch(relativeZxid);
                    bytes = 0;
                }
                batch.add(each.getKey(), path);
                bytes += length;
            }
        }
        if (!batch.isEmpty()) {
            done.add(batch);
        }
        return done;
    }
}
