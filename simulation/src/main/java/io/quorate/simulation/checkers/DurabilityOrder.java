package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.simulation.Dice;
import io.quorate.simulation.World;
import io.quorate.simulation.disk.DiskImage;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.PacketType;
import io.quorate.zab.QuorumPacket;

/**
 * DESIGN §5.1 and 5.2: when a server acknowledges, what it acknowledges is on the platter, as a loss of power at this very moment would leave
 * it. Epochs are looked at each time, and the log now and then, for that takes longer.
 */
public final class DurabilityOrder implements ServerObserver {
    private static final double LOG_CHANCE = 0.03;

    private final World world;
    private final Dice dice;

    public DurabilityOrder(World world) {
        this.world = world;
        this.dice = world.dice("durability");
    }

    @Override
    public void afterStep(ServerProcess process) {
        // It only looks at packets.
    }

    @Override
    public void onSent(ServerProcess process, QuorumPacket packet) {
        if (process.server().isRotten()) {
            return; // What it had forced was on the disk once.
        }
        if (packet.type() == PacketType.ACK_EPOCH || packet.type() == PacketType.LEADER_INFO) {
            long epoch = process.offeredEpoch(packet);
            require(process, packet, "acceptedEpoch", durable(process).epoch("acceptedEpoch"), epoch);
        } else if (packet.type() == PacketType.ACK && Zxid.isEpochStart(packet.zxid())) {
            long epoch = Zxid.epoch(packet.zxid());
            require(process, packet, "currentEpoch", durable(process).epoch("currentEpoch"), epoch);
        } else if (packet.type() == PacketType.ACK && dice.chance(LOG_CHANCE)) {
            long last = durable(process).lastZxid();
            if (last < packet.zxid()) {
                fail(process, packet, "its log ends at " + Zxid.show(last));
            }
        }
    }

    /** ZOOKEEPER-4643: an epoch whose history is not there yet would win an election with a history that is too short. */
    @Override
    public void onEpochStored(SimulatedServer server) {
        if (server.isRotten()) {
            return;
        }
        long durable = server.disk().durable().lastZxid();
        long logged = server.disk().seen().lastZxid();
        if (durable < logged) {
            world.fail(
                    "the current epoch is stored behind the history that it is of",
                    "server " + server.sid() + " has logged " + Zxid.show(logged) + " and forced "
                            + Zxid.show(durable));
        }
    }

    private static DiskImage durable(ServerProcess process) {
        return process.server().disk().durable();
    }

    private void require(ServerProcess process, QuorumPacket packet, String file, long stored, long acknowledged) {
        if (stored < acknowledged) {
            fail(process, packet, file + " is " + stored);
        }
    }

    private void fail(ServerProcess process, QuorumPacket packet, String found) {
        world.fail(
                "what is acknowledged is on the disk",
                "server " + process.id() + " sends " + packet + ", and on its disk " + found);
    }
}
