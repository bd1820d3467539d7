package io.quorate.tree;

import io.quorate.protocol.Acl;
import java.util.List;

/** An ACL that nodes share. */
final class AclEntry {
    /** The number in snapshots. */
    final long id;

    final List<Acl> list;

    /** What {@code world:anyone} may do; most checks end here. */
    final int worldPerms;

    /** A fuzzy snapshot named it without saying what it is; the transactions that follow put that right. */
    final boolean unknown;

    /** Number of nodes that have it. */
    int uses;

    AclEntry(long id, List<Acl> list, boolean unknown) {
        this.id = id;
        this.list = List.copyOf(list);
        this.unknown = unknown;
        int perms = 0;
        for (Acl each : list) {
            if (each.id().equals(Acl.ANYONE)) {
                perms |= each.perms();
            }
        }
        this.worldPerms = perms;
    }
}
