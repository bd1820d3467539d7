package io.quorate.simulation.checkers;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.OpCode;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.linearizability.Call;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where in the order a request stands that nobody was told of, as far as a server has logged its transaction and any has served from a tree that has it.
 * What was refused has no place. It is only where a search begins: nothing is concluded from it.
 */
public final class LoggedOrder implements ServerObserver {
    private record Request(long session, int cxid) {}

    /** A session's end, or a node that goes by itself. */
    private record Event(long session, String path) {
        static Event end(long session) {
            return new Event(session, "");
        }

        static Event reaping(String path) {
            return new Event(0, path);
        }
    }

    /** By zxid; a server alone that has lost the end of its log gives its zxids again. */
    private final Map<Long, Request> requests = new HashMap<>();

    private final Map<Request, Long> zxids = new HashMap<>();

    /** A deposed leader may log alone what another one has committed under another zxid. */
    private final Map<Event, Set<Long>> events = new HashMap<>();

    /** By epoch: up to where a server has served its transactions. */
    private final Map<Long, Long> served = new HashMap<>();

    /** What a leader had when it was established: all of that is committed, whoever served it before. */
    private final Set<Long> inherited = new HashSet<>();

    private long establishedEpoch;

    @Override
    public void afterStep(ServerProcess process) {
        ReplicaStatus status = process.status();
        if (status.serving() && status.mode() != ReplicaStatus.Mode.READ_ONLY) {
            long applied = process.replica().treeState().appliedZxid();
            served.merge(Zxid.epoch(applied), applied, Math::max);
            if (status.mode() == ReplicaStatus.Mode.LEADER && status.currentEpoch() > establishedEpoch) {
                establishedEpoch = status.currentEpoch();
                process.server().disk().seen().logged().stream()
                        .filter(zxid -> Zxid.epoch(zxid) < establishedEpoch)
                        .forEach(inherited::add);
            }
        }
    }

    @Override
    public void onLogged(byte[] txn) {
        try {
            note(new JuteReader(txn));
        } catch (JuteException e) {
            // Somebody else's concern.
        }
    }

    private void note(JuteReader in) {
        TxnHeader header = TxnHeader.read(in);
        Request request = new Request(header.clientId(), header.cxid());
        Request lost = requests.put(header.zxid(), request);
        if (lost != null && !lost.equals(request)) {
            zxids.remove(lost, header.zxid());
            events.values().forEach(each -> each.remove(header.zxid()));
        }
        switch (header.type()) {
            case OpCode.ERROR -> {
                return;
            }
            case OpCode.MULTI -> {
                if (isRefused(in)) {
                    return;
                }
            }
            case OpCode.CLOSE_SESSION -> note(Event.end(header.clientId()), header.zxid());
            case OpCode.DELETE_CONTAINER -> note(Event.reaping(String.valueOf(in.readString())), header.zxid());
            default -> {
                // The header says what is needed.
            }
        }
        zxids.put(request, header.zxid());
    }

    /** Of a multi that was refused, the parts before the one that was the reason stand there as if they had been done. */
    private static boolean isRefused(JuteReader multi) {
        int count = multi.readVectorCount();
        for (int i = 0; i < count; i++) {
            if (multi.readInt() == OpCode.ERROR) {
                return true;
            }
            multi.readBuffer();
        }
        return false;
    }

    private void note(Event event, long zxid) {
        events.computeIfAbsent(event, any -> new TreeSet<>()).add(zxid);
    }

    /** The hint of a request's {@link Call}; {@link Call#NO_HINT} if it probably did not happen. */
    long hintOf(long session, int cxid) {
        Long zxid = zxids.get(new Request(session, cxid));
        return zxid == null || !isServed(zxid) ? Call.NO_HINT : hint(zxid);
    }

    /** The hint of a session's end. */
    long hintOfEnd(long session) {
        return hintOf(Event.end(session));
    }

    /** The hint of the deletion of a container, or of a node with a time to live, that nobody asked for. */
    long hintOfReaping(String path) {
        return hintOf(Event.reaping(path));
    }

    private long hintOf(Event event) {
        return events.getOrDefault(event, Set.of()).stream()
                .filter(this::isServed)
                .mapToLong(LoggedOrder::hint)
                .findFirst()
                .orElse(Call.NO_HINT);
    }

    /** Writes come before the reads that see them. */
    private static long hint(long zxid) {
        return 2 * zxid;
    }

    /** Whether any server has served from a tree that has it. */
    boolean isServed(long zxid) {
        return zxid <= served.getOrDefault(Zxid.epoch(zxid), 0L) || inherited.contains(zxid);
    }
}
