package io.quorate.client.lease;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a {@link LeaseMachine} stands; the transitions are drawn there. */
enum LeaseState {
    OFFLINE,
    INSPECTING,
    CLAIMING,
    BEGINNING,
    WAITING,
    HELD_BACK,
    RETRYING,
    HOLDING,
    RELEASING,
    CLOSED;

    private static final Map<LeaseState, Set<LeaseState>> NEXT = new EnumMap<>(Map.of(
            OFFLINE, EnumSet.of(INSPECTING, RELEASING, CLOSED),
            INSPECTING,
                    EnumSet.of(CLAIMING, BEGINNING, HOLDING, WAITING, HELD_BACK, RETRYING, OFFLINE, RELEASING, CLOSED),
            CLAIMING, EnumSet.of(HOLDING, INSPECTING, RETRYING, OFFLINE, RELEASING, CLOSED),
            BEGINNING, EnumSet.of(HOLDING, INSPECTING, RETRYING, OFFLINE, RELEASING, CLOSED),
            WAITING, EnumSet.of(INSPECTING, OFFLINE, RELEASING, CLOSED),
            HELD_BACK, EnumSet.of(INSPECTING, OFFLINE, RELEASING, CLOSED),
            RETRYING, EnumSet.of(INSPECTING, OFFLINE, RELEASING, CLOSED),
            HOLDING, EnumSet.of(INSPECTING, OFFLINE, RELEASING, CLOSED),
            RELEASING, EnumSet.of(INSPECTING, RETRYING, OFFLINE, CLOSED),
            CLOSED, EnumSet.noneOf(LeaseState.class)));

    boolean mayBecome(LeaseState next) {
        Set<LeaseState> allowed = NEXT.get(this);
        return allowed != null && allowed.contains(next);
    }
}
