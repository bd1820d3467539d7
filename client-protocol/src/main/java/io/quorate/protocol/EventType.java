package io.quorate.protocol;

/** What happened to a watched node. */
public enum EventType {
    NODE_CREATED(1),
    NODE_DELETED(2),
    NODE_DATA_CHANGED(3),
    NODE_CHILDREN_CHANGED(4);

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException for a number that no server sends */
    public static EventType of(int code) {
        if (code < 1 || code > values().length) {
            throw new IllegalArgumentException("event type " + code + " is outside 1..4");
        }
        return values()[code - 1];
    }
}
