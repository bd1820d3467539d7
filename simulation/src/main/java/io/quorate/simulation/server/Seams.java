package io.quorate.simulation.server;

import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.storage.DiskPort;
import io.quorate.zab.PeerListener;
import org.jspecify.annotations.Nullable;

/** What stands between a replica and each of its ports: nothing, but where a run has a deliberate bug. */
public interface Seams {
    Seams NONE = new Seams() {};

    default DiskPort disk(ServerProcess process, DiskPort disk) {
        return disk;
    }

    /** @param learner hears what the leader sends */
    default PeerListener learner(ServerProcess process, PeerListener learner) {
        return learner;
    }

    /** @param leader hears what a would-be learner sends */
    default PeerListener leader(ServerProcess process, PeerListener leader) {
        return leader;
    }

    default byte[] election(ServerProcess process, byte[] message) {
        return message;
    }

    default ClientChannel clientChannel(ServerProcess process, ClientChannel channel) {
        return channel;
    }

    /**
     * A frame of a client.
     *
     * @param first whether it is the first of its connection
     * @return what the replica gets; null for nothing
     */
    default byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
        return frame;
    }
}
