package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code kill -9} under a stream of writes, again and again. A killed process leaves the page cache behind, so this proves
 * the protocol's orders and the recovery, not that anything was forced to the disk.
 */
@Timeout(180)
class KillIT {
    private static final Kind KIND = Kind.underTest();

    /** Of each kind; the full run has many more. */
    private static final int ROUNDS = 2;

    /** Before each kill, so that it meets the ensemble at work. */
    private static final int WRITES_BEFORE = 60;

    /** While a server is away, so that it has something to catch up with. */
    private static final int WRITES_WHILE_AWAY = 60;

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void theLeaderIsKilledUnderWrites() {
        killOneAgainAndAgain(Ensemble::leader, ROUNDS);
    }

    @Test
    @Tag("full")
    void aFollowerIsKilledUnderWrites() {
        killOneAgainAndAgain(ensemble -> ensemble.followers().get(0), ROUNDS);
    }

    @Test
    void allThreeAreKilledUnderWrites() {
        killAllAgainAndAgain(ROUNDS);
    }

    @Test
    @Tag("full")
    @Timeout(1200)
    void everythingIsKilledForMinutes() {
        killOneAgainAndAgain(Ensemble::leader, 25);
        killOneAgainAndAgain(ensemble -> ensemble.followers().get(1), 25);
        killAllAgainAndAgain(25);
    }

    private void killOneAgainAndAgain(Function<Ensemble, ServerProcess> victimOf, int rounds) {
        underWrites(rounds, (ensemble, history) -> {
            ServerProcess victim = victimOf.apply(ensemble);
            victim.kill9();
            history.awaitMore(WRITES_WHILE_AWAY);
            victim.start();
            ensemble.awaitServing();
        });
    }

    private void killAllAgainAndAgain(int rounds) {
        underWrites(rounds, (ensemble, history) -> {
            ensemble.kill9All();
            ensemble.start().awaitServing();
        });
    }

    private void underWrites(int rounds, Round round) {
        // A low snapCount: kills meet snapshots being written, and recoveries read several files.
        Ensemble ensemble =
                servers.ensemble(builder -> builder.voters(KIND, KIND, KIND).config("snapCount", "200"));
        ensemble.start().awaitServing();
        try (WriteHistory history = WriteHistory.start(ensemble)) {
            for (int i = 0; i < rounds; i++) {
                history.awaitMore(WRITES_BEFORE);
                round.play(ensemble, history);
            }
            history.awaitMore(WRITES_BEFORE);
            history.stop();
            TreeDump tree = ensemble.assertEqualTrees();
            history.check(tree);
            assertDirectoriesHold(ensemble, tree);
        }
    }

    /** The reference's own code must find the same tree in every directory. */
    private static void assertDirectoriesHold(Ensemble ensemble, TreeDump tree) {
        ensemble.stopAll();
        for (ServerProcess server : ensemble.servers()) {
            OfflineTree stored = OfflineTree.load(server);
            assertThat(stored.digest())
                    .as("digest of the directory of " + server)
                    .isEqualTo(tree.digest());
            if (KIND == Kind.QUORATE) {
                assertThat(stored.mismatches())
                        .as("transactions in the directory of " + server + " that have another digest than the tree")
                        .isEmpty();
            }
        }
    }

    /** What happens between two stretches of undisturbed writes. */
    private interface Round {
        void play(Ensemble ensemble, WriteHistory history);
    }
}
