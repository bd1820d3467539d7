package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.simulation.World;
import io.quorate.simulation.server.ServerObserver;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import io.quorate.zab.QuorumPacket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Integrity and local primary order, ZAB §4: a zxid stands for one transaction, whoever sends it and whenever; and a leader numbers the
 * transactions of its own epoch without a gap, in the order in which it sends them first.
 */
public final class PrimaryOrder implements ServerObserver {
    private record Sent(int hash, long sid) {}

    private final World world;
    private final boolean shared;
    private final Map<Long, Sent> byZxid = new HashMap<>();

    /** Epoch to the last number that was given in it. */
    private final Map<Long, Long> last = new HashMap<>();

    /** @param shared whether a leader has to send what it proposes in order to commit it */
    public PrimaryOrder(World world, boolean shared) {
        this.world = world;
        this.shared = shared;
    }

    @Override
    public void afterStep(ServerProcess process) {
        // It only looks at packets.
    }

    @Override
    public void onSent(ServerProcess process, QuorumPacket packet) {
        boolean carries = packet.type() == PacketType.PROPOSAL || packet.type() == PacketType.INFORM;
        if (!carries || packet.data() == null) {
            return;
        }
        Sent sent = new Sent(Arrays.hashCode(packet.data()), process.id());
        Sent earlier = byZxid.putIfAbsent(packet.zxid(), sent);
        if (earlier != null && earlier.hash() != sent.hash()) {
            world.fail(
                    "a zxid stands for one transaction",
                    Zxid.show(packet.zxid()) + " of server " + earlier.sid() + " is another one than that of server "
                            + process.id());
        } else if (earlier == null && shared) {
            requireNext(process, packet.zxid());
        }
    }

    private void requireNext(ServerProcess process, long zxid) {
        long epoch = Zxid.epoch(zxid);
        if (process.status().currentEpoch() != epoch) {
            return; // It was logged in an earlier epoch, and was not sent to anybody then.
        }
        long expected = last.getOrDefault(epoch, 0L) + 1;
        if (Zxid.counter(zxid) < expected) {
            world.fail(
                    "a leader proposes in the order of its numbers",
                    "server " + process.id() + " sends " + Zxid.show(zxid) + " for the first time, behind number "
                            + (expected - 1));
        }
        last.put(epoch, Zxid.counter(zxid));
    }
}
