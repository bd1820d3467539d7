package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Quorate and Apache ZooKeeper in one ensemble, and one after the other on the same directory. A real peer is the best
 * oracle for a format that there is.
 */
@Timeout(180)
class MixedEnsembleIT {
    private static final Kind OURS = Kind.underTest();
    private static final Kind THEIRS = Kind.APACHE;
    private static final int WRITES = 50;

    @RegisterExtension
    final Servers servers = new Servers();

    /** By sid; the last one leads first. */
    static Stream<List<Kind>> compositions() {
        Stream<List<Kind>> oneLeadsTwoOthers = Stream.of(List.of(THEIRS, THEIRS, OURS), List.of(OURS, OURS, THEIRS));
        Stream<List<Kind>> oneFollows = Stream.of(List.of(OURS, THEIRS, THEIRS), List.of(THEIRS, OURS, OURS));
        return Kind.isFullRun()
                ? Stream.concat(oneLeadsTwoOthers, oneFollows).distinct()
                : oneLeadsTwoOthers.distinct();
    }

    @ParameterizedTest
    @MethodSource("compositions")
    void aMixedEnsembleElectsReplicatesAndSurvivesItsLeaders(List<Kind> kinds) {
        Ensemble ensemble = servers.ensemble(
                builder -> builder.voters(kinds.toArray(Kind[]::new)).config("snapCount", "200"));
        ServerProcess first = ensemble.server(3);
        first.start();
        ensemble.server(1).start();
        ensemble.awaitServing();
        ensemble.start().awaitServing();
        assertThat(ensemble.leader()).isEqualTo(first);

        try (WriteHistory history = WriteHistory.start(ensemble)) {
            history.awaitMore(WRITES);
            ServerProcess second = killTheLeader(ensemble, history);
            assertThat(second).isNotEqualTo(first);
            killTheLeader(ensemble, history);
            history.stop();
            TreeDump tree = ensemble.assertEqualTrees();
            history.check(tree);
            ensemble.stopAll();
            for (ServerProcess server : ensemble.servers()) {
                assertThat(OfflineTree.load(server).digest())
                        .as("directory of " + server)
                        .isEqualTo(tree.digest());
            }
        }
    }

    /** Kills the leader under writes, and brings it back as a follower of the one that took over, which is returned. */
    private static ServerProcess killTheLeader(Ensemble ensemble, WriteHistory history) {
        ServerProcess killed = ensemble.leader();
        killed.kill9();
        history.awaitMore(WRITES);
        killed.start();
        ensemble.awaitServing();
        history.awaitMore(WRITES);
        return ensemble.leader();
    }

    /** How an operator would move: one server after the other, while clients work, and back again. */
    @Test
    void anEnsembleMovesToTheOtherKindAndBackUnderWrites() throws Exception {
        Ensemble ensemble = servers.ensemble(THEIRS, THEIRS, THEIRS).start().awaitServing();
        StockClient holder = servers.closing(StockClient.connect(ensemble.connectString()));
        holder.create("/held", "by one session", CreateMode.EPHEMERAL);
        long session = holder.zooKeeper().getSessionId();

        try (WriteHistory history = WriteHistory.start(ensemble)) {
            for (Kind kind : List.of(OURS, THEIRS)) {
                for (ServerProcess server : ensemble.servers()) {
                    history.awaitMore(WRITES);
                    server.stop();
                    server.switchTo(kind);
                    server.start();
                    ensemble.awaitServing();
                }
                history.awaitMore(WRITES);
                holder.sync();
                assertThat(holder.zooKeeper().exists("/held", false).getEphemeralOwner())
                        .as("the session lives on in an ensemble of " + kind)
                        .isEqualTo(session);
            }
            history.stop();
            history.check(ensemble.assertEqualTrees());
        }
    }
}
