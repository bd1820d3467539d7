package io.quorate.simulation.scenarios;

import io.quorate.protocol.OpCode;
import io.quorate.simulation.Plan;
import io.quorate.simulation.bugs.Bug;
import io.quorate.zab.PacketType;
import java.util.List;

/** The ambiguities that the formal specification of ZAB has found in its description. */
final class ProtocolScenarios {
    private ProtocolScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "zab-a-commits-between-newleader-and-uptodate",
                        Plan.calm(3, 0),
                        Bug.JOINER_MISSES_COMMITS,
                        ProtocolScenarios::commitsWhileJoining),
                Scenario.of(
                        "zab-b-proposal-that-the-history-held-already",
                        Plan.calm(3, 0),
                        null,
                        ProtocolScenarios::proposalsWhileJoining),
                Scenario.of(
                        "zab-c-uptodate-before-the-last-commits",
                        Plan.calm(5, 0),
                        Bug.UPTODATE_EARLY,
                        ProtocolScenarios::quorumComesOneByOne));
    }

    /** What commits between a joiner's NEWLEADER and UPTODATE is all that there is: nothing later makes up for it. */
    static void commitsWhileJoining(Stage stage) {
        stage.boot(1, 2);
        long leader = stage.leader();
        ScriptedClient reader = stage.client(leader);
        ScriptedClient writer = stage.client(leader);
        stage.write(writer, 5);
        stage.whenGot(3, PacketType.NEW_LEADER, server -> stage.cutOneWay(3, leader));
        stage.start(3);
        stage.untilNoTrigger("server 3 gets NEWLEADER");
        stage.write(writer, 3);
        stage.heal();
        stage.awaitServing(3);
        reader.connect(3);
        stage.until("the reader is at server 3", reader::isConnected);
        stage.ask(reader, OpCode.SYNC, out -> out.writeString("/"));
        stage.require("a sync shows all that was acknowledged", stage.exists(reader, "/n8"), "/n8 is not at server 3");
        stage.settle();
    }

    /** Proposals are under way when a joiner is brought up to date: some of them it gets with its history. */
    private static void proposalsWhileJoining(Stage stage) {
        stage.boot(1, 2);
        long leader = stage.leader();
        ScriptedClient client = stage.client(leader);
        stage.write(client, 5);
        stage.server(leader).slowDisk(50);
        stage.server(leader == 1 ? 2 : 1).slowDisk(50);
        for (int i = 0; i < 40; i++) {
            stage.after(5L * i, () -> stage.writeUnanswered(client, 1));
        }
        stage.start(3);
        stage.awaitServing(3);
        stage.settle();
    }

    /** Learners come one by one, and nobody serves before a quorum has the history; what is committed then comes before UPTODATE. */
    private static void quorumComesOneByOne(Stage stage) {
        stage.boot(1, 2, 3, 4, 5);
        for (int i = 0; i < 3; i++) {
            stage.write(3);
            long old = stage.leader();
            stage.kill(old);
            stage.leader();
            stage.boot(old);
        }
        stage.settle();
    }
}
