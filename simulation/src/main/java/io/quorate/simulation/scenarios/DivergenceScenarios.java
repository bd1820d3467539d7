package io.quorate.simulation.scenarios;

import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.replica.Replica;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.PeerTap;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** Servers with {@code resyncOnDivergence}, of which one has another tree than its leader. */
final class DivergenceScenarios {
    private static final int SERVERS = 3;
    private static final int TRIES = 10;
    private static final int WRITING_MS = 1_500;

    /** What a node is called whose data is changed on its way into a tree; the data is the path. */
    private static final String TRUTH = "/truth";

    private static final byte[] TRUTH_BYTES = TRUTH.getBytes(StandardCharsets.UTF_8);

    private DivergenceScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("tree-wrong-in-memory", () -> new InMemory(1), DivergenceScenarios::memory),
                of("tree-wrong-on-disk", () -> new OnDisk(1), DivergenceScenarios::disk),
                of("tree-of-the-leader-wrong", () -> new OnDisk(2), DivergenceScenarios::leader),
                of("tree-of-the-leader-wrong-one-away", WrongDigests::new, DivergenceScenarios::oneAway),
                of("tree-of-the-leader-wrong-and-writes-fail", WrongDigests::new, DivergenceScenarios::writesFail),
                of("tree-of-the-leader-wrong-since-the-last-write", WrongDigests::new, DivergenceScenarios::lastWrite));
    }

    private static Scenario of(String name, Supplier<Seams> own, Stage.Script script) {
        return new Scenario(
                name, Plan.calm(SERVERS, 0).with(ServerPlan::resyncingOnDivergence), own, null, false, script);
    }

    /** Changes one byte of the data of {@link #TRUTH} at the first learners that get it, once at each. */
    private abstract static class Changing implements Seams {
        private final int victims;
        private final Set<Long> changed = new HashSet<>();

        Changing(int victims) {
            this.victims = victims;
        }

        boolean mayChange(ServerProcess process, QuorumPacket packet) {
            return packet.type() == PacketType.PROPOSAL
                    && !changed.contains(process.id())
                    && changed.size() < victims
                    && dataOfTruth(packet) >= 0;
        }

        void change(ServerProcess process, QuorumPacket proposal) {
            changed.add(process.id());
            byte[] txn = proposal.data();
            if (txn != null) {
                txn[dataOfTruth(proposal)] ^= 1;
            }
        }

        /** Where the data is, which is the path once more; -1 if that is not what is proposed. */
        private static int dataOfTruth(QuorumPacket proposal) {
            byte[] txn = proposal.data();
            if (txn == null) {
                return -1;
            }
            int path = indexOf(txn, 0);
            return path < 0 ? -1 : indexOf(txn, path + 1);
        }
    }

    private static int indexOf(byte[] txn, int from) {
        for (int at = from; at + TRUTH_BYTES.length <= txn.length; at++) {
            if (Arrays.equals(txn, at, at + TRUTH_BYTES.length, TRUTH_BYTES, 0, TRUTH_BYTES.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Before it is logged. */
    private static final class OnDisk extends Changing {
        OnDisk(int victims) {
            super(victims);
        }

        @Override
        public PeerListener learner(ServerProcess process, PeerListener learner) {
            return new PeerTap(process, learner) {
                @Override
                protected void incoming(QuorumPacket packet, long nowNanos) {
                    if (mayChange(process, packet)) {
                        change(process, packet);
                    }
                    hand(packet, nowNanos);
                }
            };
        }
    }

    /** What a leader sends from the first {@link #TRUTH} on has wrong digests, as if its memory were wrong. */
    private static final class WrongDigests implements Seams {
        private long wrongLeader;
        private long firstZxid;

        @Override
        public PeerListener learner(ServerProcess process, PeerListener learner) {
            return new PeerTap(process, learner) {
                @Override
                protected void incoming(QuorumPacket packet, long nowNanos) {
                    byte[] txn = packet.type() == PacketType.PROPOSAL ? packet.data() : null;
                    long leader = process.status().leaderSid();
                    if (txn != null && wrongLeader == 0 && indexOf(txn, 0) >= 0) {
                        wrongLeader = leader;
                        firstZxid = packet.zxid();
                    }
                    if (txn != null && leader == wrongLeader && packet.zxid() >= firstZxid && !isRefusal(txn)) {
                        txn[txn.length - 1] ^= 1;
                    }
                    hand(packet, nowNanos);
                }
            };
        }

        /** It has an error code at its end, and no digest. */
        private static boolean isRefusal(byte[] txn) {
            return TxnHeader.read(new JuteReader(txn)).type() == OpCode.ERROR;
        }
    }

    /** When it is logged, and before it is applied: by then it is acknowledged. */
    private static final class InMemory extends Changing {
        InMemory(int victims) {
            super(victims);
        }

        @Override
        public PeerListener learner(ServerProcess process, PeerListener learner) {
            return new PeerTap(process, learner) {
                private QuorumPacket logged = QuorumPacket.of(PacketType.PING, 0);
                private long committedZxid;

                @Override
                protected void incoming(QuorumPacket packet, long nowNanos) {
                    if (mayChange(process, packet)) {
                        logged = packet;
                    } else if (packet.type() == PacketType.COMMIT) {
                        committedZxid = packet.zxid();
                    }
                    hand(packet, nowNanos);
                }

                @Override
                protected void outgoing(QuorumPacket packet) {
                    if (packet.type() == PacketType.ACK
                            && packet.zxid() == logged.zxid()
                            && packet.zxid() > committedZxid
                            && mayChange(process, logged)) {
                        change(process, logged);
                    }
                    send(packet);
                }
            };
        }
    }

    /** The files are right, and make it right again; nothing is asked of the leader. */
    private static void memory(Stage stage) {
        begin(stage);
        long leader = makeTreesDiffer(stage);
        stage.until("its tree is made anew", () -> areSame(stage, leader));
        stage.write(2);
        stage.settle();
        requireAside(stage, 0);
    }

    /** The leader, with whom the other one agrees, gives its tree to it. */
    private static void disk(Stage stage) {
        begin(stage);
        long leader = makeTreesDiffer(stage);
        keepWriting(stage, leader, WRITING_MS);
        stage.until("the leader's tree is there", () -> areSame(stage, leader));
        stage.settle();
        requireAside(stage, 1);
        stage.power(1, 2, 3);
        stage.boot(1, 2, 3);
        stage.settle();
        requireAside(stage, 1);
    }

    /**
     * Most differ from the leader, so nobody takes its tree, whoever starts anew. Once another leads that has
     * no doubt, the one takes the tree of most.
     */
    private static void leader(Stage stage) {
        begin(stage);
        long wrong = makeTreesDiffer(stage);
        stage.until("most have left the leader", () -> stage.leaderNow() == 0);
        for (int round = 0; round < 4; round++) {
            stage.awaitServing(1, 2, 3);
            tryToWrite(stage, stage.leader());
            requireAside(stage, 0);
            long one = stage.follower();
            stage.power(one);
            stage.boot(one);
            requireAside(stage, 0);
        }
        stage.isolate(wrong);
        stage.until("another leads", () -> stage.leaderOtherThan(wrong) != 0);
        long next = stage.leaderOtherThan(wrong);
        tryToWrite(stage, next);
        // They began in doubt, since the last digest in their logs was that of the wrong leader. Now it is another's.
        long third = stage.third(wrong, next);
        stage.power(third);
        stage.boot(third);
        tryToWrite(stage, stage.leaderOtherThan(wrong));
        keepWriting(stage, stage.leaderOtherThan(wrong), 6_000);
        stage.heal();
        stage.until("it has the tree of most", () -> stage.leaderNow() != 0 && areSame(stage, stage.leaderNow()));
        stage.settle();
        requireAside(stage, 1);
    }

    /** Servers leave their leaders because of what is written, so that answers may get lost. */
    private static void tryToWrite(Stage stage, long leader) {
        keepWriting(stage, leader, WRITING_MS);
        stage.pass(WRITING_MS);
    }

    /** From now on: a leader offers its tree only while others compare theirs. */
    private static void keepWriting(Stage stage, long leader, int forMs) {
        ScriptedClient client = stage.client(leader);
        for (int ms = 0; ms < forMs; ms += 50) {
            stage.after(ms, () -> stage.writeUnanswered(client, 1));
        }
    }

    /** The digests of one leader are wrong, and its followers are right. One of them was away, so that it has not seen it when the other has. */
    private static void oneAway(Stage stage) {
        leaveAWrongLeader(stage);
        for (int round = 0; round < 6; round++) {
            stage.awaitServing(1, 2, 3);
            tryToWrite(stage, stage.leader());
            requireAside(stage, 0);
        }
        stage.settle();
        requireAside(stage, 0);
    }

    /** Returns who has left. */
    private static long leaveAWrongLeader(Stage stage) {
        begin(stage);
        stage.letServersDiffer();
        long wrong = stage.leader();
        long one = stage.follower();
        long away = stage.third(wrong, one);
        stage.power(away);
        ScriptedClient client = stage.client(wrong);
        stage.createNode(client, TRUTH);
        stage.createNode(client, "/behind");
        stage.until("the other has left", () -> stage.leaderNow() == 0);
        stage.start(away);
        return one;
    }

    /** The same, and what is written while they compare is refused, which carries no digest. */
    private static void writesFail(Stage stage) {
        long one = leaveAWrongLeader(stage);
        stage.awaitServing(1, 2, 3);
        ScriptedClient failing = stage.client(stage.leader());
        stage.power(one);
        stage.start(one);
        for (int ms = 0; ms < WRITING_MS; ms += 50) {
            stage.after(ms, () -> failing.send(OpCode.DELETE, out -> new PathVersionRequest("/none", -1).write(out)));
        }
        stage.pass(WRITING_MS);
        stage.awaitServing(1, 2, 3);
        requireAside(stage, 0);
    }

    /** Nobody has left, for that takes two; and one starts again. */
    private static void lastWrite(Stage stage) {
        begin(stage);
        stage.letServersDiffer();
        long wrong = stage.leader();
        long one = stage.follower();
        ScriptedClient client = stage.client(wrong);
        stage.createNode(client, TRUTH);
        stage.pass(3_000);
        stage.power(one);
        stage.boot(one);
        stage.awaitServing(1, 2, 3);
        requireAside(stage, 0);
    }

    /** All have a history of their own, so that nobody has its leader's snapshot. */
    private static void begin(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        stage.awaitServing(1, 2, 3);
        stage.power(1, 2, 3);
        stage.boot(1, 2, 3);
        stage.write(2);
    }

    /** Returns who led. */
    private static long makeTreesDiffer(Stage stage) {
        long leader = stage.leader();
        stage.letServersDiffer();
        ScriptedClient client = stage.client(leader);
        for (int i = 0; i < TRIES && !anyDiffered(stage); i++) {
            stage.createNode(client, TRUTH + i);
            stage.until("all have applied it", () -> anyDiffered(stage) || areSame(stage, leader));
        }
        stage.require("a tree has differed", anyDiffered(stage), "the change was of no effect");
        stage.createNode(client, "/behind"); // One difference may be a wrong digest.
        return leader;
    }

    private static boolean anyDiffered(Stage stage) {
        return LongStream.rangeClosed(1, SERVERS)
                .anyMatch(sid -> stage.counts(sid).digestMismatches() > 0);
    }

    private static boolean areSame(Stage stage, long leader) {
        Replica.TreeState leaders = stage.tree(leader);
        return LongStream.rangeClosed(1, SERVERS)
                .allMatch(sid -> stage.isServing(sid)
                        && stage.tree(sid).appliedZxid() == leaders.appliedZxid()
                        && stage.tree(sid).digest() == leaders.digest());
    }

    private static void requireAside(Stage stage, int servers) {
        int found = 0;
        for (long sid = 1; sid <= SERVERS; sid++) {
            boolean any = stage.server(sid).disk().allNames(DiskDirectory.DATA).stream()
                    .anyMatch(name -> name.startsWith("version-2.aside-"));
            found += any ? 1 : 0;
        }
        stage.require(servers + " servers have replaced their trees", found == servers, "these are " + found);
    }
}
