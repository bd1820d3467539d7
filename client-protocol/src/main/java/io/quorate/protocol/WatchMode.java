package io.quorate.protocol;

/** How an {@link AddWatchRequest} watches: in both modes until it is removed, however often it fires. */
public enum WatchMode {
    /** The node's creation, deletion and data, and its list of children. */
    PERSISTENT(0),

    /** The creation, deletion and data of the node and of everything below it; lists of children are not told. */
    PERSISTENT_RECURSIVE(1);

    private final int code;

    WatchMode(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }
}
