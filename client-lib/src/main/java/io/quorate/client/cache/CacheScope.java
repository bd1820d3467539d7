package io.quorate.client.cache;

/** How far below its path a {@link TreeCache} looks. */
public enum CacheScope {
    NODE(0),
    CHILDREN(1),
    TREE(Integer.MAX_VALUE);

    private final int depth;

    CacheScope(int depth) {
        this.depth = depth;
    }

    int depth() {
        return depth;
    }
}
