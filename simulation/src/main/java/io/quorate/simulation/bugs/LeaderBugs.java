package io.quorate.simulation.bugs;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.simulation.Dice;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.util.ArrayDeque;
import java.util.List;

/** What a leader can get wrong towards a learner. */
final class LeaderBugs {
    private LeaderBugs() {}

    /** What was sent counts as acknowledged. */
    static final class CommitsWithoutQuorum extends PeerTap {
        private boolean follows;

        CommitsWithoutQuorum(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            send(packet);
            follows |= packet.type() == PacketType.UP_TO_DATE;
            if (follows && packet.type() == PacketType.PROPOSAL) {
                handLater(QuorumPacket.of(PacketType.ACK, packet.zxid()));
            }
        }
    }

    /** UPTODATE goes out as soon as the learner has the history, whether a quorum has it or not. */
    static final class SendsUpToDateEarly extends PeerTap {
        private final ArrayDeque<QuorumPacket> waiting = new ArrayDeque<>();
        private boolean ahead;
        private boolean done;

        SendsUpToDateEarly(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            if (ahead && packet.type() != PacketType.ACK) {
                waiting.add(packet);
                return;
            }
            hand(packet, nowNanos);
            if (!done && !ahead && packet.type() == PacketType.ACK && Zxid.isEpochStart(packet.zxid())) {
                ahead = true;
                send(QuorumPacket.of(PacketType.UP_TO_DATE, -1));
            }
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            if (!ahead || packet.type() != PacketType.UP_TO_DATE) {
                done |= packet.type() == PacketType.UP_TO_DATE;
                send(packet);
                return;
            }
            done = true;
            process.soon(() -> {
                ahead = false;
                while (!waiting.isEmpty()) {
                    incoming(waiting.removeFirst(), process.nowNanos());
                }
            });
        }
    }

    /** A sync is answered at once, by whoever believes to lead: ZOOKEEPER-1675. */
    static final class AnswersSyncAtOnce extends PeerTap {
        AnswersSyncAtOnce(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            if (isSync(packet)) {
                send(QuorumPacket.of(PacketType.SYNC, 0));
            } else {
                hand(packet, nowNanos);
            }
        }

        private static boolean isSync(QuorumPacket packet) {
            if (packet.type() != PacketType.REQUEST || packet.data() == null) {
                return false;
            }
            JuteReader in = new JuteReader(packet.data());
            in.readLong(); // session
            in.readInt(); // cxid
            return in.readInt() == OpCode.SYNC;
        }
    }

    /** What is proposed and committed between NEWLEADER and UPTODATE does not get to the joiner: the formal specification's ambiguity A. */
    static final class WithholdsFromJoiner extends PeerTap {
        private boolean joins;

        WithholdsFromJoiner(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            joins |= packet.type() == PacketType.NEW_LEADER;
            joins &= packet.type() != PacketType.UP_TO_DATE;
            boolean history = packet.type() == PacketType.PROPOSAL || packet.type() == PacketType.COMMIT;
            if (!joins || !history) {
                send(packet);
            }
        }
    }

    /** Who needs the tree is told that it needs nothing: ZOOKEEPER-4352. */
    static final class SendsDiffForSnap extends PeerTap {
        SendsDiffForSnap(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            send(packet.type() == PacketType.SNAP ? QuorumPacket.of(PacketType.DIFF, packet.zxid()) : packet);
        }

        @Override
        protected boolean letsRawThrough() {
            return false;
        }
    }

    /** In what a learner is sent to be brought up to date, the ends of sessions are errors that change nothing: ZOOKEEPER-5010. */
    static final class LeavesSessionsOpen extends PeerTap {
        private boolean upToDate;

        LeavesSessionsOpen(ServerProcess process, PeerListener listener) {
            super(process, listener);
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            upToDate |= packet.type() == PacketType.NEW_LEADER;
            byte[] data = packet.data();
            if (upToDate || packet.type() != PacketType.PROPOSAL || data == null) {
                send(packet);
            } else {
                send(QuorumPacket.of(PacketType.PROPOSAL, packet.zxid(), withoutEnd(data)));
            }
        }

        private static byte[] withoutEnd(byte[] txn) {
            TxnHeader header = TxnHeader.read(new JuteReader(txn));
            if (header.type() != OpCode.CLOSE_SESSION) {
                return txn;
            }
            JuteWriter out = new JuteWriter(TxnHeader.BYTES + Integer.BYTES);
            new TxnHeader(header.clientId(), header.cxid(), header.zxid(), header.time(), OpCode.ERROR).write(out);
            out.writeInt(ErrorCode.SESSION_EXPIRED.code());
            return out.toByteArray();
        }
    }

    /** A leader that is told of a proposal by one that has not acknowledged NEWLEADER sends all away, and so gives up: ZOOKEEPER-4685. */
    static final class GivesUpOnOvertaking extends PeerTap {
        private final List<GivesUpOnOvertaking> all;
        private boolean acknowledged;

        /** @param all of the same process */
        GivesUpOnOvertaking(ServerProcess process, PeerListener listener, List<GivesUpOnOvertaking> all) {
            super(process, listener);
            this.all = all;
            all.add(this);
        }

        @Override
        protected void incoming(QuorumPacket packet, long nowNanos) {
            boolean ack = packet.type() == PacketType.ACK;
            acknowledged |= ack && Zxid.isEpochStart(packet.zxid());
            if (ack && !acknowledged) {
                List.copyOf(all).forEach(each -> each.cut("an acknowledgement before that of NEWLEADER"));
            } else {
                hand(packet, nowNanos);
            }
        }
    }

    /** A COMMIT gets lost now and then. */
    static final class DropsCommits extends PeerTap {
        private static final double CHANCE = 0.2;
        private final Dice dice;

        DropsCommits(ServerProcess process, PeerListener listener, Dice dice) {
            super(process, listener);
            this.dice = dice;
        }

        @Override
        protected void outgoing(QuorumPacket packet) {
            if (packet.type() != PacketType.COMMIT || !dice.chance(CHANCE)) {
                send(packet);
            }
        }
    }
}
