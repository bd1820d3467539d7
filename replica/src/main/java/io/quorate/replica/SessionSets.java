package io.quorate.replica;

import java.util.List;

/**
 * The sessions whose time a server keeps, in sets of those that expire together, soonest first.
 *
 * @param sessions how many there are in all sets
 */
public record SessionSets(int sessions, List<SessionSet> sets) {
    public static final SessionSets NONE = new SessionSets(0, List.of());

    /** @param expiresInMs until then, if none of them is heard of; ms */
    public record SessionSet(long expiresInMs, List<Long> ids) {}
}
