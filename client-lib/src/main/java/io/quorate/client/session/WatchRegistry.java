package io.quorate.client.session;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.SetWatchesRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one-shot watches of a session, which servers forget with the connection and a client must put back.
 *
 * <pre>
 *   read             found the node      did not (-101)
 *   getData          data                nothing
 *   exists           data                exist
 *   getChildren      child               nothing
 *
 *   event            takes the listeners from
 *   created          data, exist
 *   data changed     data, exist
 *   deleted          data, exist, child
 *   children changed child
 * </pre>
 *
 * The three lists go back to the server apart from each other, because it answers differently for each when the node is missing.
 */
final class WatchRegistry {
    private final Map<String, Set<WatchListener>> data = new LinkedHashMap<>();
    private final Map<String, Set<WatchListener>> exist = new LinkedHashMap<>();
    private final Map<String, Set<WatchListener>> child = new LinkedHashMap<>();

    boolean isEmpty() {
        return data.isEmpty() && exist.isEmpty() && child.isEmpty();
    }

    /** Keeps the watch of a read that was answered, where the server has one now. */
    void answered(WatchRequest request, int err) {
        boolean found = err == ErrorCode.OK.code();
        boolean missing = err == ErrorCode.NO_NODE.code();
        switch (request.kind()) {
            case DATA -> addIf(found, data, request);
            case CHILDREN -> addIf(found, child, request);
            case EXISTS -> {
                addIf(found, data, request);
                addIf(missing, exist, request);
            }
        }
    }

    private static void addIf(boolean condition, Map<String, Set<WatchListener>> map, WatchRequest request) {
        if (condition) {
            map.computeIfAbsent(request.path(), path -> new LinkedHashSet<>()).add(request.listener());
        }
    }

    /** @return the listeners of this event, each once; they are forgotten */
    List<WatchListener> fire(EventType type, String path) {
        Set<WatchListener> result = new LinkedHashSet<>();
        switch (type) {
            case NODE_CREATED, NODE_DATA_CHANGED -> take(result, path, data, exist);
            case NODE_DELETED -> {
                take(result, path, data, exist);
                take(result, path, child, child);
            }
            case NODE_CHILDREN_CHANGED -> take(result, path, child, child);
        }
        return List.copyOf(result);
    }

    private static void take(
            Set<WatchListener> into,
            String path,
            Map<String, Set<WatchListener>> first,
            Map<String, Set<WatchListener>> second) {
        into.addAll(orEmpty(first.remove(path)));
        into.addAll(orEmpty(second.remove(path)));
    }

    private static Collection<WatchListener> orEmpty(@org.jspecify.annotations.Nullable Set<WatchListener> set) {
        return set == null ? Set.of() : set;
    }

    /** The bodies of the setWatches requests that put all back, each with at most {@code batchBytes} of path text (but at least one path). */
    List<JuteWriter> toSetWatches(long relativeZxid, int batchBytes) {
        Batches batches = new Batches(relativeZxid, batchBytes);
        data.keySet().forEach(path -> batches.add(0, path));
        exist.keySet().forEach(path -> batches.add(1, path));
        child.keySet().forEach(path -> batches.add(2, path));
        return batches.finish();
    }

    private static final class Batches {
        private final long relativeZxid;
        private final int batchBytes;
        private final List<JuteWriter> done = new ArrayList<>();
        private List<List<String>> lists = newLists();
        private int bytes;

        Batches(long relativeZxid, int batchBytes) {
            this.relativeZxid = relativeZxid;
            this.batchBytes = batchBytes;
        }

        void add(int list, String path) {
            int length = path.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > 0 && bytes + length > batchBytes) {
                flush();
            }
            lists.get(list).add(path);
            bytes += length;
        }

        List<JuteWriter> finish() {
            if (bytes > 0) {
                flush();
            }
            return done;
        }

        private void flush() {
            JuteWriter out = new JuteWriter(bytes + 64);
            new SetWatchesRequest(relativeZxid, lists.get(0), lists.get(1), lists.get(2)).write(out);
            done.add(out);
            lists = newLists();
            bytes = 0;
        }

        private static List<List<String>> newLists() {
            return List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }
}
