package io.quorate.client.election;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a {@link MasterElectionMachine} stands; the transitions are drawn there. */
enum ElectionState {
    OFFLINE,
    INSPECTING,
    CLAIMING,
    RECLAIMING,
    WAITING,
    RETRYING,
    LEADING,
    CLOSED;

    private static final Map<ElectionState, Set<ElectionState>> NEXT = new EnumMap<>(Map.of(
            OFFLINE, EnumSet.of(INSPECTING, CLOSED),
            INSPECTING, EnumSet.of(CLAIMING, RECLAIMING, WAITING, RETRYING, OFFLINE, CLOSED),
            CLAIMING, EnumSet.of(LEADING, INSPECTING, RETRYING, OFFLINE, CLOSED),
            RECLAIMING, EnumSet.of(LEADING, INSPECTING, RETRYING, OFFLINE, CLOSED),
            WAITING, EnumSet.of(INSPECTING, OFFLINE, CLOSED),
            RETRYING, EnumSet.of(INSPECTING, OFFLINE, CLOSED),
            LEADING, EnumSet.of(INSPECTING, WAITING, OFFLINE, CLOSED),
            CLOSED, EnumSet.noneOf(ElectionState.class)));

    boolean mayBecome(ElectionState next) {
        Set<ElectionState> allowed = NEXT.get(this);
        return allowed != null && allowed.contains(next);
    }
}
