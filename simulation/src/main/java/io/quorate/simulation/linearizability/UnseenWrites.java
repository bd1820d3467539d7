package io.quorate.simulation.linearizability;

import io.quorate.simulation.linearizability.TreeOperation.Data;
import io.quorate.simulation.linearizability.TreeOperation.SetData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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
        Map<Integer, List<Integer>> alike = new TreeMap<>();
        for (int each : byInvocation) {
            Call<TreeOperation> call = history.get(each);
            boolean free = !call.required() && call.after() == Call.NONE;
            if (free && call.operation().request() instanceof SetData set && !seen.contains(set.data())) {
                alike.computeIfAbsent(set.expectedVersion(), any -> new ArrayList<>())
                        .add(each);
            }
        }
        List<Call<TreeOperation>> result = new ArrayList<>(history);
        alike.values().forEach(chain -> link(chain, result));
        return result;
    }

    /** One behind the other, and where one of them is to be looked for, the earliest that is left is. */
    private static void link(List<Integer> chain, List<Call<TreeOperation>> calls) {
        long[] hints = chain.stream()
                .mapToLong(each -> calls.get(each).hint())
                .sorted()
                .toArray();
        for (int i = 0; i < hints.length; i++) {
            int number = chain.get(i);
            Call<TreeOperation> call = calls.get(number).withHint(hints[i]);
            calls.set(number, i == 0 ? call : call.behind(chain.get(i - 1)));
        }
    }
}
