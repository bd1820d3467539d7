package io.quorate.election;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** More than half of the voters. */
public final class MajorityQuorum implements QuorumVerifier {
    private final Set<Long> voters;
    /** Ascending; the same ids as {@link #voters}. */
    private final long[] sorted;

    public MajorityQuorum(Collection<Long> voters) {
        this.voters = Collections.unmodifiableSet(new TreeSet<>(voters));
        this.sorted = this.voters.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public boolean containsQuorum(Set<Long> sids) {
        int present = 0;
        for (long voter : sorted) {
            if (sids.contains(voter)) {
                present++;
            }
        }
        return isMajority(present);
    }

    @Override
    public boolean isQuorum(long[] sids, int count) {
        int present = 0;
        for (int i = 0; i < count; i++) {
            if (isVoter(sids[i])) {
                present++;
            }
        }
        return isMajority(present);
    }

    @Override
    public long weight(long sid) {
        return isVoter(sid) ? 1 : 0;
    }

    @Override
    public Set<Long> voters() {
        return voters;
    }

    private boolean isVoter(long sid) {
        return Arrays.binarySearch(sorted, sid) >= 0;
    }

    private boolean isMajority(int present) {
        return present > sorted.length / 2;
    }

    @Override
    public String toString() {
        return "majority of " + voters;
    }
}
