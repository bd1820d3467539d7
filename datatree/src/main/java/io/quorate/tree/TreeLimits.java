package io.quorate.tree;

/** The limits of this module. */
final class TreeLimits {
    /** How much a view may hold back by default, in bytes. */
    static final int DEFAULT_MAX_PRESERVED_BYTES = 64 << 20;

    private TreeLimits() {}
}
