package io.quorate.simulation.bugs;

import io.quorate.jute.Zxid;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.util.ArrayDeque;

/** What a learner can get wrong towards its leader. */
final class LearnerBugs {
    private LearnerBugs() {}

    /** A proposal is acknowledged as it comes, and not when it is forced. */
    static final class AcknowledgesBeforeForce extends PeerTap {
        private boolean follows;
        private long acked;

        AcknowledgesBeforeForce(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            hand(packet, nowNanos);
            follows |= packet.type() == PacketType.UP_TO_DATE;
            if (follows && packet.type() == PacketType.PROPOSAL && packet.zxid() > acked) {
                acked = packet.zxid();
                send(QuorumPacket.of(PacketType.ACK, acked));
            }
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            if (packet.type() != PacketType.ACK || packet.zxid() > acked) {
                send(packet);
            }
        }
    }

    /** What the leader wants taken back stays: ZOOKEEPER-1549, 4837. */
    static final class KeepsWhatIsCut extends PeerTap {
        KeepsWhatIsCut(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            boolean cut = packet.type() == PacketType.TRUNC;
            hand(cut ? QuorumPacket.of(PacketType.DIFF, packet.zxid()) : packet, nowNanos);
        }
    }

    /** What is proposed between NEWLEADER and its acknowledgement is acknowledged as it comes, and so before it: ZOOKEEPER-4685. */
    static final class OvertakesNewLeader extends PeerTap {
        private boolean owesNewLeader;

        OvertakesNewLeader(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            hand(packet, nowNanos);
            owesNewLeader |= packet.type() == PacketType.NEW_LEADER;
            if (owesNewLeader && packet.type() == PacketType.PROPOSAL) {
                send(QuorumPacket.of(PacketType.ACK, packet.zxid()));
            }
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            owesNewLeader &= packet.type() != PacketType.ACK;
            send(packet);
        }
    }

    /** NEWLEADER is acknowledged as it comes: ZOOKEEPER-3911, 4646. The leader's next words wait until the machine has come so far. */
    static final class AcknowledgesNewLeaderBeforeHistory extends PeerTap {
        private final ArrayDeque<QuorumPacket> waiting = new ArrayDeque<>();
        private boolean ahead;

        AcknowledgesNewLeaderBeforeHistory(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            if (ahead) {
                waiting.add(packet);
                return;
            }
            hand(packet, nowNanos);
            if (packet.type() == PacketType.NEW_LEADER) {
                ahead = true;
                send(QuorumPacket.of(PacketType.ACK, packet.zxid()));
            }
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            if (!ahead || packet.type() != PacketType.ACK || !Zxid.isEpochStart(packet.zxid())) {
                send(packet);
                return;
            }
            process.soon(() -> {
                ahead = false;
                while (!waiting.isEmpty()) {
                    incoming(waiting.removeFirst(), process.nowNanos());
                }
            });
        }
    }
}
