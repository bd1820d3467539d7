package io.quorate.embedded.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.embedded.ConnectString;
import io.quorate.embedded.EmbeddedEnsemble;
import io.quorate.embedded.QuorateExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JobsTest {
    @RegisterExtension
    static final QuorateExtension SERVERS = QuorateExtension.of(3);

    @Test
    void jobsSurviveTheLeader(EmbeddedEnsemble ensemble, QuorateClient client, @ConnectString String servers)
            throws Exception {
        client.blocking().create("/job", "to do".getBytes(UTF_8));

        ensemble.kill(ensemble.leader());
        ensemble.awaitServing();

        try (QuorateClient worker = QuorateClient.connect(servers)) {
            assertThat(worker.blocking().getData("/job").text()).isEqualTo("to do");
        }
    }
}
