package io.quorate.client;

import io.quorate.protocol.Stat;
import java.util.List;

/** The names of a node's children, in no order, and the node's own {@link Stat}. */
public record NodeChildren(List<String> names, Stat stat) {
    public NodeChildren {
        names = List.copyOf(names);
    }
}
