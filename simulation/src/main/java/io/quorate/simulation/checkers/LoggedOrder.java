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
import io.quorate.zab.PacketType;
import io.quorate.zab.QuorumPacket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the order a request stands that nobody was told of, as far as servers have sent its transaction to each other and then served from a
 * tree that has it. It is only where a search begins: nothing is concluded from it.
 */
public final class ProposedOrder implements ServerObserver {
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
    public void onSent(ServerProcess process, QuorumPacket packet) {
        boolean carries = packet.type() == PacketType.PROPOSAL || packet.type() == PacketType.INFORM;
        byte[] data = packet.data();
        if (!carries || data == null) {
            return;
        }
        try {
            note(new JuteReader(data));
        } catch (JuteException e) {
            // Somebody else's concern.
        }
    }

    private void note(JuteReader in) {
        TxnHeader header = TxnHeader.read(in);
        zxids.put(new Request(header.clientId(), header.cxid()), header.zxid());
        if (header.type() == OpCode.CLOSE_SESSION) {
            ends.put(header.clientId(), header.zxid());
        }
        if (header.type() == OpCode.DELETE_CONTAINER) {
            reapings.put(in.readString(), header.zxid());
        }
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
        if (zxid == null || zxid > served.getOrDefault(Zxid.epoch(zxid), 0L)) {
            return Call.NO_HINT;
        }
        return 2 * zxid;
    }
}
