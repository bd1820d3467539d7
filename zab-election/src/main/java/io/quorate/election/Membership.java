package io.quorate.election;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The configurations that count during an election: the current one, and the newest one this server has seen, which is the same unless a
 * reconfiguration was proposed and its commit not yet seen. A quorum is one in both.
 */
record Membership(EnsembleConfig current, EnsembleConfig lastSeen) {
    /** Nobody: before the first election. */
    static final Membership NONE = of(EnsembleConfig.parse(""));

    Membership {
        if (lastSeen.version() <= current.version()) {
            lastSeen = current;
        }
    }

    static Membership of(EnsembleConfig config) {
        return new Membership(config, config);
    }

    boolean isVoter(long sid) {
        return current.isVoter(sid) || lastSeen.isVoter(sid);
    }

    SortedSet<Long> voters() {
        SortedSet<Long> voters = new TreeSet<>(current.voters());
        voters.addAll(lastSeen.voters());
        return voters;
    }

    boolean containsQuorum(Set<Long> sids) {
        return current.quorum().containsQuorum(sids)
                && (lastSeen.version() == current.version() || lastSeen.quorum().containsQuorum(sids));
    }

    /** Whether a server may lead at all. */
    boolean isElectable(long sid) {
        return current.quorum().weight(sid) != 0;
    }
}
