package io.quorate.client.cache;

/** Told of what a {@link TreeCache} learns, one thing after the other. */
public interface CacheListener {
    /** In the order in which the servers did it; after a time without a connection, in the order in which it is found out. */
    void changed(CacheChange change);

    /** @param reason for people */
    default void stateChanged(CacheState state, String reason) {}
}
