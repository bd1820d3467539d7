package io.quorate.protocol;

/** Which watches on a path checkWatches and removeWatches mean. The first three mean those that reads leave, which fire once. */
public enum WatcherType {
    CHILDREN(1),
    /** Of getData and exists. */
    DATA(2),
    /** {@link #CHILDREN} and {@link #DATA}; removal takes the persistent ones as well. */
    ANY(3),
    PERSISTENT(4),
    PERSISTENT_RECURSIVE(5);

    private final int code;

    WatcherType(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }
}
