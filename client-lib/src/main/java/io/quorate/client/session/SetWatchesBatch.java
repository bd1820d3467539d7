package io.quorate.client.session;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.SetWatchesRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One request that puts watches back. Without persistent ones it is setWatches, which every server knows. */
final class SetWatchesBatch {
    private final long relativeZxid;
    private final Map<WatchRequest.Kind, List<String>> paths = new EnumMap<>(WatchRequest.Kind.class);

    SetWatchesBatch(long relativeZxid) {
        this.relativeZxid = relativeZxid;
    }

    void add(WatchRequest.Kind kind, String path) {
        paths.computeIfAbsent(kind, each -> new ArrayList<>()).add(path);
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    int opCode() {
        return of(WatchRequest.Kind.PERSISTENT).isEmpty()
                        && of(WatchRequest.Kind.RECURSIVE).isEmpty()
                ? OpCode.SET_WATCHES
                : OpCode.SET_WATCHES2;
    }

    void write(JuteWriter out) {
        List<String> data = of(WatchRequest.Kind.DATA);
        List<String> exist = of(WatchRequest.Kind.EXISTS);
        List<String> child = of(WatchRequest.Kind.CHILDREN);
        if (opCode() == OpCode.SET_WATCHES) {
            new SetWatchesRequest(relativeZxid, data, exist, child).write(out);
        } else {
            new SetWatches2Request(
                            relativeZxid,
                            data,
                            exist,
                            child,
                            of(WatchRequest.Kind.PERSISTENT),
                            of(WatchRequest.Kind.RECURSIVE))
                    .write(out);
        }
    }

    private List<String> of(WatchRequest.Kind kind) {
        return paths.getOrDefault(kind, List.of());
    }
}
