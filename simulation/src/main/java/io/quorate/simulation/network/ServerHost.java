package io.quorate.simulation.network;

import io.quorate.replica.ClientConnection;
import io.quorate.replica.port.ClientChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;

/** A running server, as the network knows it. All but {@link #nowNanos} is called inside an {@link #input}. */
public interface ServerHost extends Host {
    /** By its own monotonic clock. */
    long nowNanos();

    /** By its own wall clock. */
    long wallMs();

    /** Whether all that its tree holds is known to it to be committed: it has served with it, and not only read it from its log. */
    boolean knowsItsTreeCommitted();

    PeerListener acceptPeer();

    ClientConnection acceptClient(ClientChannel channel);

    /** @param first whether it is the first of its connection */
    void clientFrame(ClientConnection connection, byte[] frame, boolean first);

    void electionMessage(long sid, byte[] message);

    /** A packet has left. */
    void sent(QuorumPacket packet);

    /** The last byte of a packet has come, and is being handed over. */
    void received(int packetType, long zxid);
}
