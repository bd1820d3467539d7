package io.quorate.tree;

/** The limits of this module. */
final class TreeLimits {
    /** How much a view may hold back by default, in bytes. */
    static final int DEFAULT_MAX_PRESERVED_BYTES = 64 << 20;

    /** Longest name of a node, in bytes: what the layout of {@link Node} has bits for. Paths have the limit of a client's frame, below it. */
    static final int MAX_NAME_BYTES = (1 << 23) - 1;

    private TreeLimits() {}
}
