package io.quorate.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.protocol.CreateMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedEnsembleTest {
    @RegisterExtension
    static final QuorateExtension SERVERS = QuorateExtension.of(3);

    @Test
    void theOthersServeWhileTheLeaderIsDeadAndItComesBackWithAll(EmbeddedEnsemble ensemble, QuorateClient client)
            throws Exception {
        client.blocking().create("/kept", new byte[] {1});
        int leader = ensemble.leader();

        ensemble.kill(leader);
        ensemble.awaitServing();

        assertThat(ensemble.isRunning(leader)).isFalse();
        assertThat(ensemble.leader()).isNotEqualTo(leader);
        try (QuorateClient other = ensemble.connect()) {
            other.blocking().setData("/kept", new byte[] {2});
        }
        ensemble.restart(leader);
        try (QuorateClient itself = QuorateClient.connect(ensemble.connectString(leader))) {
            itself.blocking().sync("/");
            assertThat(itself.blocking().getData("/kept").data()).containsExactly(2);
        }
    }

    /** What was acknowledged is there, what was not may be: nobody dies so politely that it is written out first. */
    @Test
    void allKilledAtOnceHaveWhatTheyAcknowledged(EmbeddedEnsemble ensemble) throws Exception {
        try (QuorateClient client = ensemble.connect()) {
            for (int i = 0; i < 50; i++) {
                client.blocking().create("/node-" + i, new byte[0]);
            }
            for (int id = 1; id <= ensemble.size(); id++) {
                ensemble.kill(id);
            }
            ensemble.heal();
        }

        try (QuorateClient client = ensemble.connect()) {
            assertThat(client.blocking().getChildren("/").names()).hasSize(51);
        }
    }

    @Test
    void anIsolatedLeaderIsSucceededAndLearnsWhatItMissed(EmbeddedEnsemble ensemble) throws Exception {
        int isolated = ensemble.leader();
        QuorateClient cutOff = QuorateClient.builder(ensemble.connectString(isolated))
                .sessionTimeout(Duration.ofSeconds(2))
                .connect();
        cutOff.blocking().create("/before", new byte[0]);

        ensemble.isolate(isolated);

        assertThatThrownBy(() -> cutOff.blocking().create("/lost", new byte[0]))
                .as("a write that nothing can answer")
                .isInstanceOf(QuorateException.class);
        ensemble.awaitServing();
        assertThat(ensemble.leader()).isNotEqualTo(isolated);
        try (QuorateClient client = ensemble.connect()) {
            client.blocking().create("/during", new byte[0]);
        }

        ensemble.rejoin(isolated);
        ensemble.awaitServing();

        try (QuorateClient client = QuorateClient.connect(ensemble.connectString(isolated))) {
            client.blocking().sync("/");
            assertThat(client.blocking().getChildren("/").names()).contains("before", "during");
        }
        cutOff.close();
    }

    @Test
    void aClientMovesOnWhenItsServerIsKilled(EmbeddedEnsemble ensemble) throws Exception {
        int follower = ensemble.follower();
        try (QuorateClient client = ensemble.connect()) {
            long session = client.sessionId();
            ensemble.kill(follower);
            ensemble.awaitServing();
            client.retrying(RetryPolicy.DEFAULT)
                    .create("/moved", new byte[0], CreateMode.PERSISTENT)
                    .join();
            assertThat(client.sessionId()).isEqualTo(session);
        }
    }

    @Test
    void dataInADirectoryOfTheUsersStays(@TempDir Path directory) throws Exception {
        EmbeddedEnsemble.Builder alone =
                EmbeddedEnsemble.builder().directory(directory).durable();
        try (EmbeddedEnsemble ensemble = alone.start();
                QuorateClient client = ensemble.connect()) {
            client.blocking().create("/kept", new byte[] {7});
        }
        try (EmbeddedEnsemble ensemble = alone.start();
                QuorateClient client = ensemble.connect()) {
            assertThat(client.blocking().getData("/kept").data()).containsExactly(7);
        }
    }

    @Test
    void aTemporaryDirectoryIsDeleted() throws Exception {
        Path directory;
        try (EmbeddedEnsemble ensemble = EmbeddedEnsemble.start(1)) {
            directory = ensemble.directory();
            assertThat(directory).isDirectory();
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            EmbeddedEnsemble.Builder alone = EmbeddedEnsemble.builder().basePort(taken.getLocalPort());

            assertThatThrownBy(alone::start)
                    .isInstanceOf(EmbeddedException.class)
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void whatNobodyCanStartIsRefused() {
        assertThatThrownBy(() -> EmbeddedEnsemble.builder().servers(0)).hasMessageContaining("from 1 to 9");
        try (EmbeddedEnsemble ensemble = EmbeddedEnsemble.start(1)) {
            assertThatThrownBy(() -> ensemble.kill(2)).hasMessageContaining("no server 2");
            assertThat(Files.exists(ensemble.directory())).isTrue();
        }
    }
}
