package io.quorate.simulation.checkers;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.OpCode;
import io.quorate.replica.ReplicaStatus;
import io.quorate.simulation.World;
import io.quorate.simulation.linearizability.Call;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
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

    /**
     * A transaction that is in a log.
     *
     * @param nanos when it was first written to one
     */
    private record Logged(Request request, long nanos) {}

    private final World world;

    /** By zxid. */
    private final NavigableMap<Long, Logged> logged = new TreeMap<>();

    private final Map<Request, Long> zxids = new HashMap<>();

    /** A deposed leader may log alone what another one has committed under another zxid. */
    private final Map<Event, Set<Long>> events = new HashMap<>();

    /** By epoch: up to where a server has served its transactions. */
    private final Map<Long, Long> served = new HashMap<>();

    /** What a leader had when it was established: all of that is committed, whoever served it before. */
    private final Set<Long> inherited = new HashSet<>();

    private long establishedEpoch;

    public LoggedOrder(World world) {
        this.world = world;
    }

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
        Logged before = logged.get(header.zxid());
        if (before != null && !before.request().equals(request)) {
            forgetFrom(header.zxid());
        }
        logged.putIfAbsent(header.zxid(), new Logged(request, world.nowNanos()));
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

    /** A server alone that has lost the end of its log gives its zxids again. */
    private void forgetFrom(long zxid) {
        NavigableMap<Long, Logged> lost = logged.tailMap(zxid, true);
        lost.forEach((each, txn) -> {
            zxids.remove(txn.request(), each);
            events.values().forEach(known -> known.remove(each));
        });
        lost.clear();
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
        OptionalLong zxid = zxidOf(event);
        return zxid.isPresent() ? hint(zxid.getAsLong()) : Call.NO_HINT;
    }

    private OptionalLong zxidOf(Event event) {
        return events.getOrDefault(event, Set.of()).stream()
                .filter(this::isServed)
                .mapToLong(Long::longValue)
                .findFirst();
    }

    /** When the end that a session came to was first written to a log; empty if it came to none. */
    OptionalLong endNanos(long session) {
        OptionalLong zxid = zxidOf(Event.end(session));
        Logged end = zxid.isPresent() ? logged.get(zxid.getAsLong()) : null;
        return end == null ? OptionalLong.empty() : OptionalLong.of(end.nanos());
    }

    /** Writes come before the reads that see them. */
    private static long hint(long zxid) {
        return 2 * zxid;
    }

    /** Whether any server has served from a tree that has it. */
    private boolean isServed(long zxid) {
        return zxid <= served.getOrDefault(Zxid.epoch(zxid), 0L) || inherited.contains(zxid);
    }
}
