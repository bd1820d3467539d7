package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuorumTest {
    /** Both ways to ask must agree. */
    private static boolean isQuorum(QuorumVerifier verifier, long... sids) {
        Set<Long> set = new HashSet<>();
        for (long sid : sids) {
            set.add(sid);
        }
        boolean quorum = verifier.containsQuorum(set);
        assertThat(verifier.isQuorum(sids, sids.length)).isEqualTo(quorum);
        return quorum;
    }

    @Test
    void aMajorityIsMoreThanHalfOfTheVoters() {
        QuorumVerifier three = new MajorityQuorum(List.of(3L, 1L, 2L));
        assertThat(isQuorum(three, 1)).isFalse();
        assertThat(isQuorum(three, 1, 3)).isTrue();
        assertThat(isQuorum(three, 1, 7, 8)).as("strangers do not count").isFalse();
        QuorumVerifier four = new MajorityQuorum(List.of(1L, 2L, 3L, 4L));
        assertThat(isQuorum(four, 1, 2)).isFalse();
        assertThat(isQuorum(four, 1, 2, 4)).isTrue();
        assertThat(isQuorum(new MajorityQuorum(List.of(5L)), 5)).isTrue();
        assertThat(three.voters()).containsExactly(1L, 2L, 3L);
        assertThat(three.weight(2)).isEqualTo(1);
        assertThat(three.weight(7)).isZero();
    }

    @Test
    void nobodyHasNoQuorum() {
        assertThat(isQuorum(new MajorityQuorum(List.of()))).isFalse();
        assertThat(isQuorum(new HierarchicalQuorum(Map.of(), Map.of()), 1, 2)).isFalse();
        assertThat(isQuorum(new HierarchicalQuorum(Map.of(1L, 1L), Map.of(1L, 0L)), 1))
                .isFalse();
    }

    @Test
    void onlyTheFirstEntriesOfTheArrayCount() {
        assertThat(new MajorityQuorum(List.of(1L, 2L, 3L)).isQuorum(new long[] {1, 2, 3}, 1))
                .isFalse();
        assertThat(new HierarchicalQuorum(Map.of(1L, 1L, 2L, 1L), Map.of()).isQuorum(new long[] {1, 2}, 1))
                .isFalse();
    }

    /** election.md §8, seen at Apache ZooKeeper's verifier. */
    @Test
    void groupsCountByTheirWeight() {
        Map<Long, Long> groups = Map.of(1L, 1L, 2L, 1L, 3L, 1L, 4L, 2L, 5L, 2L, 6L, 2L);
        QuorumVerifier verifier = new HierarchicalQuorum(groups, Map.of(6L, 0L));
        assertThat(isQuorum(verifier, 1, 2)).isFalse();
        assertThat(isQuorum(verifier, 1, 2, 4)).isFalse();
        assertThat(isQuorum(verifier, 1, 2, 4, 5)).isTrue();
        assertThat(isQuorum(verifier, 1, 2, 4, 6)).isFalse();
        assertThat(isQuorum(verifier, 4, 5, 6)).isFalse();
        assertThat(verifier.weight(6)).isZero();
        assertThat(verifier.weight(1)).isEqualTo(1);
        assertThat(verifier.weight(9)).isZero();
        assertThat(verifier.voters()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void groupsWithoutWeightDoNotCount() {
        Map<Long, Long> groups = Map.of(1L, 1L, 2L, 2L, 3L, 3L);
        QuorumVerifier verifier = new HierarchicalQuorum(groups, Map.of(3L, 0L, 2L, 0L));
        assertThat(isQuorum(verifier, 1)).isTrue();
        assertThat(isQuorum(verifier, 2, 3)).isFalse();
    }

    @Test
    void weightsAreChecked() {
        assertThatThrownBy(() -> new HierarchicalQuorum(Map.of(1L, 1L), Map.of(1L, -1L)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("weight.1=-1: expected an integer of 0..2147483647");
    }

    /** What safety rests on: two quorums share a voter. */
    @Test
    void anyTwoQuorumsIntersect() {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            Map<Long, Long> groups = new HashMap<>();
            Map<Long, Long> weights = new HashMap<>();
            int voters = 1 + random.nextInt(8);
            for (long sid = 1; sid <= voters; sid++) {
                groups.put(sid, (long) random.nextInt(3));
                weights.put(sid, (long) random.nextInt(4));
            }
            QuorumVerifier verifier = random.nextBoolean()
                    ? new MajorityQuorum(groups.keySet())
                    : new HierarchicalQuorum(groups, weights);
            for (int mask = 0; mask < 1 << voters; mask++) {
                boolean one = isQuorum(verifier, members(mask));
                boolean rest = isQuorum(verifier, members(~mask & ((1 << voters) - 1)));
                assertThat(one && rest)
                        .as("%s split by %s", verifier, Integer.toBinaryString(mask))
                        .isFalse();
            }
        }
    }

    private static long[] members(int mask) {
        return java.util.stream.LongStream.rangeClosed(1, 31)
                .filter(sid -> (mask >> (sid - 1) & 1) != 0)
                .toArray();
    }
}
