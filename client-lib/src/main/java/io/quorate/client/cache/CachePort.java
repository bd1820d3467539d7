package io.quorate.client.cache;

/** What a {@link CacheMachine} asks of the world. The read of number {@code id} is answered by the machine's {@code onX} with that number, once. */
interface CachePort {
    /** Leave a recursive persistent watch; {@link CacheMachine#onWatching} or {@link CacheMachine#onReadFailed} answers. */
    void watch(long id);

    /** {@link CacheMachine#onData} answers. */
    void read(long id, String path);

    /** {@link CacheMachine#onStat} answers. */
    void check(long id, String path);

    /** {@link CacheMachine#onChildren} answers. */
    void list(long id, String path);

    void changed(CacheChange change);

    void stateChanged(CacheState state, String reason);

    /** All that is known has been read: the content is the tree of one moment. */
    void settled();
}
