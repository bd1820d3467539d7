package io.quorate.simulation.checkers;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.OpCode;
import io.quorate.simulation.linearizability.Call;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import io.quorate.zab.QuorumPacket;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in the order a request stands that may have become a transaction, as far as servers have sent it to each other. It is only where a
 * search begins: a transaction that was sent may be lost, and nothing is concluded from it.
 */
public final class ProposedOrder implements ServerObserver {
    private record Request(long session, int cxid) {}

    private final Map<Request, Long> zxids = new HashMap<>();
    private final Map<Long, Long> ends = new HashMap<>();

    @Override
    public void afterStep(ServerProcess process) {
        // It only looks at packets.
    }

    @Override
    public void onSent(ServerProcess process, QuorumPacket packet) {
        boolean carries = packet.type() == PacketType.PROPOSAL || packet.type() == PacketType.INFORM;
        byte[] data = packet.data();
        if (!carries || data == null) {
            return;
        }
        TxnHeader header;
        try {
            header = TxnHeader.read(new JuteReader(data));
        } catch (JuteException e) {
            return; // Somebody else's concern.
        }
        zxids.put(new Request(header.clientId(), header.cxid()), header.zxid());
        if (header.type() == OpCode.CLOSE_SESSION) {
            ends.put(header.clientId(), header.zxid());
        }
    }

    /** The hint of a request's {@link Call}; {@link Call#NO_HINT} if it was never sent. */
    long hintOf(long session, int cxid) {
        return hint(zxids.get(new Request(session, cxid)));
    }

    /** The hint of a session's end. */
    long hintOfEnd(long session) {
        return hint(ends.get(session));
    }

    /** Writes come before the reads that see them. */
    private static long hint(@Nullable Long zxid) {
        return zxid == null ? Call.NO_HINT : 2 * zxid;
    }
}
