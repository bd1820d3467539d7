package io.quorate.simulation.linearizability;

import io.quorate.simulation.linearizability.TreeOperation.Data;
import io.quorate.simulation.linearizability.TreeOperation.SetData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Spares a search the many orders of writes that nobody can tell from each other.
 *
 * <p>Sets of a node's data that were not answered, ask for the same version, and whose data nobody has read differ in nothing but when they
 * were asked for. If some of them have happened, then it could as well have been as many of the earliest of them: each of these was
 * asked for no later than the one that it stands for. So they are only tried in the order in which they were asked for.
 */
public final class UnseenWrites {
    private UnseenWrites() {}

    /** @param history calls about one node */
    public static List<Call<TreeOperation>> inOneOrder(List<Call<TreeOperation>> history) {
        Set<String> seen = new HashSet<>();
        List<Integer> byInvocation = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            byInvocation.add(i);
            if (history.get(i).operation().answer() instanceof Data data) {
                seen.add(data.data());
            }
        }
        byInvocation.sort(Comparator.comparingLong(i -> history.get(i).invoked()));
        List<Call<TreeOperation>> result = new ArrayList<>(history);
        Map<Integer, Integer> previous = new HashMap<>();
        for (int each : byInvocation) {
            Call<TreeOperation> call = history.get(each);
            boolean free = !call.required() && call.after() == Call.NONE;
            if (free && call.operation().request() instanceof SetData set && !seen.contains(set.data())) {
                Integer before = previous.put(set.expectedVersion(), each);
                if (before != null) {
                    result.set(each, call.behind(before));
                }
            }
        }
        return result;
    }
}
