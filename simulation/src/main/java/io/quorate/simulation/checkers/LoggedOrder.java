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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the order a request stands that nobody was told of, as far as a server has logged its transaction and any has served from a tree that has it.
 * What was refused has no place. It is only where a search begins: nothing is concluded from it.
 */
public final class LoggedOrder implements ServerObserver {
    private record Request(long session, int cxid) {}

    private final Map<Request, Long> zxids = new HashMap<>();
    private final Map<Long, Long> ends = new HashMap<>();
    private final Map<String, Long> reapings = new HashMap<>();

    /** By epoch: up to where a server has served its transactions. */
    private final Map<Long, Long> served = new HashMap<>();

    @Override
    public void afterStep(ServerProcess process) {
        ReplicaStatus status = process.status();
        if (status.serving() && status.mode() != ReplicaStatus.Mode.READ_ONLY) {
            long applied = process.replica().treeState().appliedZxid();
            served.merge(Zxid.epoch(applied), applied, Math::max);
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
        switch (header.type()) {
            case OpCode.ERROR -> {
                return;
            }
            case OpCode.MULTI -> {
                boolean refused = in.readVectorCount() > 0 && in.readInt() == OpCode.ERROR;
                if (refused) {
                    return;
                }
            }
            case OpCode.CLOSE_SESSION -> ends.put(header.clientId(), header.zxid());
            case OpCode.DELETE_CONTAINER -> reapings.put(in.readString(), header.zxid());
            default -> {
                // The header says what is needed.
            }
        }
        zxids.put(new Request(header.clientId(), header.cxid()), header.zxid());
    }

    /** The hint of a request's {@link Call}; {@link Call#NO_HINT} if it probably did not happen. */
    long hintOf(long session, int cxid) {
        return hint(zxids.get(new Request(session, cxid)));
    }

    /** The hint of a session's end. */
    long hintOfEnd(long session) {
        return hint(ends.get(session));
    }

    /** The hint of the deletion of a container, or of a node with a time to live, that nobody asked for. */
    long hintOfReaping(String path) {
        return hint(reapings.get(path));
    }

    /** Writes come before the reads that see them. */
    private long hint(@Nullable Long zxid) {
        return zxid == null || !isServed(zxid) ? Call.NO_HINT : 2 * zxid;
    }

    /** Whether any server has served from a tree that has it. */
    boolean isServed(long zxid) {
        return zxid <= served.getOrDefault(Zxid.epoch(zxid), 0L);
    }
}
