package io.quorate.zab;

import io.quorate.jute.Zxid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold at every moment, whatever happens:
 *
 * <ul>
 *   <li>what servers that serve have applied are prefixes of one history (ZAB: total order, agreement), without duplicates (integrity);
 *   <li>a leader that begins to serve has all of it (ZAB: primary integrity), so nothing that was ever served is lost;
 *   <li>an epoch has one leader, epochs on disk never go back, and none is of a history that has not been promised;
 *   <li>what is acknowledged is on disk (DESIGN §5.1, §5.2);
 *   <li>a sync is answered from a tree that has all that was committed before it.
 * </ul>
 */
final class Checker {
    /** The one history, as far as anybody who serves has shown it. */
    private final List<Proposal> committed = new ArrayList<>();

    /** Whether acknowledgements are compared with the disk; without, only their consequences count. */
    boolean watchesAcks = true;

    private final Set<String> payloads = new HashSet<>();
    private final Map<Long, Long> leaders = new TreeMap<>();

    List<Proposal> committed() {
        return committed;
    }

    // ---- what is served
    // --------------------------------------------------------------------------------------------------------------

    void applies(TestServer server, Proposal proposal) {
        require(proposal.zxid() > server.treeZxid(), server, "applies " + proposal + " twice, or out of order");
        if (server.serving) {
            agree(server, server.tree.size(), proposal);
        }
    }

    void follows(TestServer server) {
        agree(server);
    }

    void leads(TestServer server, long epoch) {
        Long other = leaders.putIfAbsent(epoch, server.sid);
        require(other == null, server, "leads epoch " + epoch + ", which server " + other + " has led");
        // A quorum's last word to a leader that it has left since may arrive late: that leader serves, but less.
        boolean newest = leaders.keySet().stream().allMatch(each -> each <= epoch);
        require(
                !newest || server.tree.size() >= committed.size(),
                server,
                "leads epoch " + epoch + " with " + server.tree + ", committed is " + committed);
        agree(server);
    }

    private void agree(TestServer server) {
        for (int i = 0; i < server.tree.size(); i++) {
            agree(server, i, server.tree.get(i));
        }
    }

    private void agree(TestServer server, int index, Proposal proposal) {
        if (index < committed.size()) {
            String expected = ZabTestCluster.show(committed.get(index));
            String found = ZabTestCluster.show(proposal);
            require(expected.equals(found), server, "has " + found + " where committed is " + expected);
            return;
        }
        require(index == committed.size(), server, "applies " + proposal + " behind a hole");
        require(payloads.add(ZabTestCluster.show(proposal)), server, "has " + proposal + " twice");
        committed.add(proposal);
    }

    /** A sync is honest when all that was committed before it can be read behind it, whoever committed it (ZOOKEEPER-1675). */
    void answersSync(TestServer server, int committedBefore) {
        require(
                server.tree.size() >= committedBefore,
                server,
                "answers a sync with " + server.tree.size() + " entries, " + committedBefore
                        + " were committed before it came");
    }

    // ---- what is acknowledged
    // --------------------------------------------------------------------------------------------------------

    void sends(TestServer server, QuorumPacket packet) {
        Learner learner = server.learner;
        if (learner == null || !watchesAcks) {
            return;
        }
        switch (packet.type()) {
            case PacketType.ACK_EPOCH ->
                require(
                        server.disk.acceptedEpoch >= learner.epoch(),
                        server,
                        "acknowledges epoch " + learner.epoch() + ", on disk is " + server.disk.acceptedEpoch);
            case PacketType.ACK -> checkAck(server, learner, packet.zxid());
            default -> {}
        }
    }

    private void checkAck(TestServer server, Learner learner, long zxid) {
        if (!Zxid.isEpochStart(zxid)) {
            require(server.disk.holds(zxid), server, "acknowledges " + Zxid.show(zxid) + ", which is not on disk");
            return;
        }
        require(
                server.disk.currentEpoch == learner.epoch(),
                server,
                "acknowledges NEWLEADER of epoch " + learner.epoch() + ", on disk is " + server.disk.currentEpoch);
        if (learner.state() == Learner.State.STORING_EPOCH) {
            long committedZxid = server.committedAtNewLeader;
            require(
                    server.disk.holds(committedZxid) && server.disk.lastZxid() <= server.history.lastZxid(),
                    server,
                    "acknowledges NEWLEADER, committed is " + Zxid.show(committedZxid) + ", on disk "
                            + Zxid.show(server.disk.lastZxid()));
        }
    }

    // ---- epochs
    // ----------------------------------------------------------------------------------------------------------------------

    void storesAcceptedEpoch(TestServer server, long old, long epoch) {
        require(epoch > old, server, "stores accepted epoch " + epoch + " over " + old);
    }

    void storesCurrentEpoch(TestServer server, long old, long epoch) {
        require(epoch >= old, server, "stores current epoch " + epoch + " over " + old);
        require(
                epoch <= server.disk.acceptedEpoch,
                server,
                "stores current epoch " + epoch + ", accepted is " + server.disk.acceptedEpoch);
    }

    private static void require(boolean holds, TestServer server, String found) {
        if (!holds) {
            throw new AssertionError("server " + server.sid + " " + found);
        }
    }
}
