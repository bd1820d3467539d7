package io.quorate.simulation.client;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.SetWatchesRequest;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.protocol.Xid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The watches that a client has left and that have not fired, by which it puts them back on its next connection. */
final class Watches {
    /** One that there is. */
    record Left(String path, WatcherType type) {}

    private final Set<String> data = new TreeSet<>();
    private final Set<String> absent = new TreeSet<>();
    private final Set<String> children = new TreeSet<>();
    private final Map<String, WatchMode> staying = new TreeMap<>();

    void onStat(Operation read) {
        if (read.watch()) {
            data.add(read.path());
            absent.remove(read.path());
        }
    }

    void onAbsent(Operation read) {
        if (read.watch() && read.kind() == Operation.Kind.EXISTS) {
            absent.add(read.path());
        }
    }

    void onChildren(Operation read) {
        if (read.watch()) {
            children.add(read.path());
        }
    }

    void onEvent(int type, String path) {
        if (type == EventType.NODE_CHILDREN_CHANGED.code()) {
            children.remove(path);
        } else {
            data.remove(path);
            absent.remove(path);
            if (type == EventType.NODE_DELETED.code()) {
                children.remove(path);
            }
        }
    }

    void onAdded(Operation added) {
        staying.put(added.path(), added.watchMode());
    }

    void onRemoved(Operation removed) {
        String path = removed.path();
        WatcherType type = removed.watcherType();
        if (type == WatcherType.DATA || type == WatcherType.ANY) {
            data.remove(path);
            absent.remove(path);
        }
        if (type == WatcherType.CHILDREN || type == WatcherType.ANY) {
            children.remove(path);
        }
        if (type == WatcherType.ANY || type == typeOf(staying.get(path))) {
            staying.remove(path);
        }
    }

    private static @Nullable WatcherType typeOf(@Nullable WatchMode mode) {
        if (mode == null) {
            return null;
        }
        return mode == WatchMode.PERSISTENT ? WatcherType.PERSISTENT : WatcherType.PERSISTENT_RECURSIVE;
    }

    /** Path to the mode of each watch that stays. */
    Map<String, WatchMode> staying() {
        return staying;
    }

    /** All that there are. */
    List<Left> left() {
        List<Left> result = new ArrayList<>();
        data.forEach(path -> result.add(new Left(path, WatcherType.DATA)));
        absent.forEach(path -> result.add(new Left(path, WatcherType.DATA)));
        children.forEach(path -> result.add(new Left(path, WatcherType.CHILDREN)));
        staying.keySet().forEach(path -> {
            WatcherType type = typeOf(staying.get(path));
            result.add(new Left(path, type == null ? WatcherType.ANY : type));
        });
        return result;
    }

    boolean isEmpty() {
        return data.isEmpty() && absent.isEmpty() && children.isEmpty() && staying.isEmpty();
    }

    void clear() {
        data.clear();
        absent.clear();
        children.clear();
        staying.clear();
    }

    JuteWriter encode(long lastZxidSeen) {
        JuteWriter out = new JuteWriter(128);
        if (staying.isEmpty()) {
            new RequestHeader(Xid.SET_WATCHES, OpCode.SET_WATCHES).write(out);
            new SetWatchesRequest(lastZxidSeen, List.copyOf(data), List.copyOf(absent), List.copyOf(children))
                    .write(out);
            return out;
        }
        new RequestHeader(Xid.SET_WATCHES, OpCode.SET_WATCHES2).write(out);
        new SetWatches2Request(
                        lastZxidSeen,
                        List.copyOf(data),
                        List.copyOf(absent),
                        List.copyOf(children),
                        staying(WatchMode.PERSISTENT),
                        staying(WatchMode.PERSISTENT_RECURSIVE))
                .write(out);
        return out;
    }

    private List<String> staying(WatchMode mode) {
        return staying.keySet().stream()
                .filter(path -> staying.get(path) == mode)
                .toList();
    }
}
