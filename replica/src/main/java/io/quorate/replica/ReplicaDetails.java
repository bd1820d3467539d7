package io.quorate.replica;

import io.quorate.tree.DataWatch;
import io.quorate.tree.ZxidDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replica holds, in full, for those who look into it. To collect it costs as much as there is, so only what is asked for is there.
 *
 * @param tracked the sessions that this server lets expire as a leader or alone; null where a leader does
 * @param local the sessions that only this server knows; null where there are no such
 * @param globals the sessions of the tree with their time-outs, ms
 * @param ephemerals paths by the sessions that own them
 */
public record ReplicaDetails(
        @Nullable SessionSets tracked,
        @Nullable SessionSets local,
        Map<Long, Integer> globals,
        Map<Long, List<String>> ephemerals,
        List<DataWatch> watches,
        List<ZxidDigest> digests) {
    /** What can be asked for. */
    public enum Kind {
        NOTHING,
        SESSIONS,
        WATCHES,
        DIGESTS
    }

    public static final ReplicaDetails NONE = new ReplicaDetails(null, null, Map.of(), Map.of(), List.of(), List.of());

    static ReplicaDetails ofSessions(
            @Nullable SessionSets tracked,
            @Nullable SessionSets local,
            Map<Long, Integer> globals,
            Map<Long, List<String>> ephemerals) {
        return new ReplicaDetails(tracked, local, globals, ephemerals, List.of(), List.of());
    }

    static ReplicaDetails ofWatches(List<DataWatch> watches) {
        return new ReplicaDetails(null, null, Map.of(), Map.of(), watches, List.of());
    }

    static ReplicaDetails ofDigests(List<ZxidDigest> digests) {
        return new ReplicaDetails(null, null, Map.of(), Map.of(), List.of(), digests);
    }
}
