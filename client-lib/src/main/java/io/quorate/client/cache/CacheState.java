package io.quorate.client.cache;

/** How far a {@link TreeCache} can be relied on. */
public enum CacheState {
    /** Reads what there is, at the beginning or after a time without a connection. What it has may be old. */
    SYNCING,

    /** Has been brought up to date, and hears of each change from here on. */
    CURRENT,

    /** Without a connection. What it has may be old, and stays readable. */
    STALE,

    /** Given up, for too many nodes; its content stays as it was. */
    FAILED,
    CLOSED
}
