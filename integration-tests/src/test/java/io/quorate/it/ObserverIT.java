package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind.Pair;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An observer serves reads, forwards writes, and is never counted. */
@Timeout(120)
class ObserverIT {
    /** Ample for a commit on loopback, short beside the leader's patience with silent followers (8 ticks). */
    private static final long NO_COMMIT_MS = 1000;

    private static final int NOT_ANSWERED = Integer.MIN_VALUE;

    @RegisterExtension
    final Servers servers = new Servers();

    @ParameterizedTest
    @MethodSource("io.quorate.it.harness.Kind$Pair#byRun")
    void anObserverServesReadsAndForwardsWritesAndIsNeverCounted(Pair pair) throws Exception {
        Ensemble ensemble = servers.ensemble(builder ->
                builder.voters(pair.leader(), pair.leader(), pair.leader()).observers(pair.learner()));
        ServerProcess observer = ensemble.server(4);
        ensemble.start().awaitServing();
        assertThat(observer.mode()).contains("observer");
        StockClient onObserver = servers.client(observer);
        StockClient onLeader = servers.client(ensemble.leader());

        onObserver.create("/forwarded", "1");
        onLeader.sync();
        assertThat(onLeader.get("/forwarded")).isEqualTo("1");
        onLeader.set("/forwarded", "2");
        onObserver.sync();
        assertThat(onObserver.get("/forwarded")).isEqualTo("2");
        ensemble.assertEqualTrees();

        itsAcknowledgementDoesNotCommit(ensemble, onLeader);
        itDoesNotMakeAQuorum(ensemble, observer);
    }

    /** With both followers standing still, the leader and the observer are two of four servers, and one of three voters. */
    private static void itsAcknowledgementDoesNotCommit(Ensemble ensemble, StockClient onLeader) throws Exception {
        var followers = ensemble.followers();
        assertThat(followers).hasSize(2);
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        followers.forEach(ServerProcess::pause);
        onLeader.zooKeeper()
                .create(
                        "/needs-a-quorum",
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (rc, path, context, name) -> answer.complete(rc),
                        null);
        answer.completeOnTimeout(NOT_ANSWERED, NO_COMMIT_MS, TimeUnit.MILLISECONDS);
        assertThat(answer.get()).as("answer without a quorum of voters").isEqualTo(NOT_ANSWERED);
        followers.forEach(ServerProcess::resume);
        ensemble.awaitServing();
    }

    private static void itDoesNotMakeAQuorum(Ensemble ensemble, ServerProcess observer) throws Exception {
        ServerProcess leader = ensemble.leader();
        ensemble.followers().forEach(ServerProcess::kill9);

        leader.awaitNotServing();
        observer.awaitNotServing();

        ensemble.start().awaitServing();
        assertThat(ensemble.assertEqualTrees().nodes().get("/forwarded").text()).isEqualTo("2");
    }
}
