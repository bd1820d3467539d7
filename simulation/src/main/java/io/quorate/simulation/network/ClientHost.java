package io.quorate.simulation.network;

/** A client, as the network knows it. */
public interface ClientHost extends Host {
    /** The connection is there. */
    void onOpen(ClientLink link);

    void onFrame(ClientLink link, byte[] frame);

    /** It is gone, or could not be made. */
    void onClosed(ClientLink link, String reason);
}
