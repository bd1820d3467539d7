package io.quorate.election;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * More than half of the groups, each by more than half of its weight. Groups whose voters all weigh 0 do not count.
 */
public final class HierarchicalQuorum implements QuorumVerifier {
    private final Set<Long> voters;

    // Three columns, a row for each voter, by ascending id.
    private final long[] ids;
    private final long[] weights;
    /** Index into {@link #groupWeights}. */
    private final int[] groupOf;

    private final long[] groupWeights;
    /** Groups whose weight is not 0. */
    private final int countedGroups;

    /**
     * @param groupByVoter the group of every voter: its keys are the voters
     * @param weightByVoter weights, not negative; a voter that is missing weighs 1, an entry that is no voter is ignored
     * @throws ConfigException if a weight is negative
     */
    public HierarchicalQuorum(Map<Long, Long> groupByVoter, Map<Long, Long> weightByVoter) {
        TreeMap<Long, Long> sorted = new TreeMap<>(groupByVoter);
        long[] groups = sorted.values().stream()
                .mapToLong(Long::longValue)
                .sorted()
                .distinct()
                .toArray();
        voters = Collections.unmodifiableSet(new TreeSet<>(sorted.keySet()));
        ids = new long[sorted.size()];
        weights = new long[ids.length];
        groupOf = new int[ids.length];
        groupWeights = new long[groups.length];
        int row = 0;
        for (Map.Entry<Long, Long> voter : sorted.entrySet()) {
            long weight = weightByVoter.getOrDefault(voter.getKey(), 1L);
            if (weight < 0 || weight > ElectionLimits.MAX_WEIGHT) {
                throw new ConfigException(
                        "weight." + voter.getKey(),
                        String.valueOf(weight),
                        "an integer of 0.." + ElectionLimits.MAX_WEIGHT);
            }
            ids[row] = voter.getKey();
            weights[row] = weight;
            groupOf[row] = Arrays.binarySearch(groups, voter.getValue());
            groupWeights[groupOf[row]] += weight;
            row++;
        }
        countedGroups = (int) Arrays.stream(groupWeights).filter(w -> w != 0).count();
    }

    @Override
    public boolean containsQuorum(Set<Long> sids) {
        long[] present = new long[ids.length];
        int count = 0;
        for (long id : ids) {
            if (sids.contains(id)) {
                present[count++] = id;
            }
        }
        return isQuorum(present, count);
    }

    @Override
    public boolean isQuorum(long[] sids, int count) {
        int won = 0;
        for (int group = 0; group < groupWeights.length; group++) {
            if (wins(group, sids, count)) {
                won++;
            }
        }
        return won > countedGroups / 2;
    }

    /** A group of weight 0 has no majority and never wins. */
    private boolean wins(int group, long[] sids, int count) {
        long present = 0;
        for (int i = 0; i < count; i++) {
            int row = Arrays.binarySearch(ids, sids[i]);
            if (row >= 0 && groupOf[row] == group) {
                present += weights[row];
            }
        }
        return present > groupWeights[group] / 2;
    }

    @Override
    public long weight(long sid) {
        int row = Arrays.binarySearch(ids, sid);
        return row < 0 ? 0 : weights[row];
    }

    @Override
    public Set<Long> voters() {
        return voters;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("majority of groups");
        for (int group = 0; group < groupWeights.length; group++) {
            text.append(group == 0 ? " {" : ", {");
            String separator = "";
            for (int row = 0; row < ids.length; row++) {
                if (groupOf[row] == group) {
                    text.append(separator).append(ids[row]).append("*").append(weights[row]);
                    separator = " ";
                }
            }
            text.append('}');
        }
        return text.toString();
    }
}
