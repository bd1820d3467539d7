package io.quorate.replica;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Would-be learners that came before this server knows whether it leads. Each waits a tick at most. */
final class ParkedPeers {
    private final long patienceNanos;
    private final Map<AcceptedPeer, Long> deadlines = new LinkedHashMap<>();

    ParkedPeers(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    void park(AcceptedPeer peer, long nowNanos) {
        if (deadlines.size() >= ReplicaLimits.MAX_PARKED_PEERS) {
            peer.refuse("too many connections wait for this server's election");
        } else {
            deadlines.put(peer, nowNanos + patienceNanos);
        }
    }

    void forget(AcceptedPeer peer) {
        deadlines.remove(peer);
    }

    void dropStale(long nowNanos) {
        for (Map.Entry<AcceptedPeer, Long> each : List.copyOf(deadlines.entrySet())) {
            if (nowNanos - each.getValue() > 0) {
                deadlines.remove(each.getKey());
                each.getKey().refuse("this server was not elected within a tick");
            }
        }
    }

    void refuseAll(String reason) {
        takeAll().forEach(each -> each.refuse(reason));
    }

    List<AcceptedPeer> takeAll() {
        List<AcceptedPeer> waiting = List.copyOf(deadlines.keySet());
        deadlines.clear();
        return waiting;
    }
}
