package io.quorate.simulation.server;

import io.quorate.simulation.Coverage;

/** How far a server has come in its way to serve, as the packets that it sent and got tell. */
public enum Phase {
    ELECTION(Coverage.Event.CRASH_ELECTION),
    LEADER_DISCOVERY(Coverage.Event.CRASH_LEADER_DISCOVERY),
    LEADER_SYNCHRONIZATION(Coverage.Event.CRASH_LEADER_SYNCHRONIZATION),
    LEADER_BROADCAST(Coverage.Event.CRASH_LEADER_BROADCAST),
    LEARNER_DISCOVERY(Coverage.Event.CRASH_LEARNER_DISCOVERY),
    LEARNER_EPOCH_ACCEPTED(Coverage.Event.CRASH_LEARNER_EPOCH_ACCEPTED),
    LEARNER_DIFF(Coverage.Event.CRASH_LEARNER_DIFF),
    LEARNER_TRUNC(Coverage.Event.CRASH_LEARNER_TRUNC),
    LEARNER_SNAP(Coverage.Event.CRASH_LEARNER_SNAP),
    LEARNER_NEWLEADER(Coverage.Event.CRASH_LEARNER_NEWLEADER),
    LEARNER_ACKED(Coverage.Event.CRASH_LEARNER_ACKED),
    LEARNER_BROADCAST(Coverage.Event.CRASH_LEARNER_BROADCAST);

    private final Coverage.Event crash;

    Phase(Coverage.Event crash) {
        this.crash = crash;
    }

    public Coverage.Event crash() {
        return crash;
    }
}
