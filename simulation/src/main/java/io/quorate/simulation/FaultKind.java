package io.quorate.simulation;

import java.util.Locale;

/** What goes wrong, by name. A run draws its favourites; some are likelier than others. */
public enum FaultKind {
    CRASH(2),
    CRASH_ALL(1),
    CRASH_IN_DISK_WORK(2),
    CRASH_AT_PACKET(2),
    CRASH_AT_FILE(2),
    STOP(1),
    PAUSE(1),
    PARTITION(1),
    ISOLATION(2),
    DEPOSED_LEADER(3),
    ONE_WAY_PARTITION(2),
    LINK_CUT(1),
    CONNECTION_BREAK(2),
    CLIENT_CONNECTIONS_BREAK(1),
    CLIENT_CUT_OFF(1),
    SLOW_LINK(1),
    SLOW_NETWORK(1),
    SLOW_DISK(1),
    FAILING_DISK(1),
    FULL_DISK(2),
    BIT_ROT(1),
    EMPTY_DISK(1),
    CLOCK_JUMP(1),
    /** Drawn only where there are servers to take in. */
    MEMBERSHIP_CHANGE(0);

    private final int weight;

    FaultKind(int weight) {
        this.weight = weight;
    }

    int weight() {
        return weight;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
