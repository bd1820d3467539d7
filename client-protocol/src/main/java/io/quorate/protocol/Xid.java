package io.quorate.protocol;

/** Request numbers with a meaning of their own. A client's ordinary requests count from 1. */
public final class Xid {
    public static final int WATCH_EVENT = -1;
    public static final int PING = -2;
    public static final int AUTH = -4;
    public static final int SET_WATCHES = -8;

    private Xid() {}
}
