package io.quorate.tree;

import org.jspecify.annotations.Nullable;

/** What only some nodes have: those with children now or in the past, with an owner, or with an ACL that was changed. 48 bytes. */
final class NodeExtras {
    ChildTable children = ChildTable.empty();

    /** Number of children ever created. */
    int cversion;

    int aversion;
    long pzxid;

    /** See {@link Node#owner()}. */
    long owner;

    /** Neighbours in the list of the session's ephemerals, of the containers, or of the TTL nodes. */
    @Nullable
    Node previous;

    @Nullable
    Node next;

    NodeExtras(long pzxid) {
        this.pzxid = pzxid;
    }
}
