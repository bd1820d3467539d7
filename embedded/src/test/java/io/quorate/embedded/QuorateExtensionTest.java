package io.quorate.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each repetition leaves nodes behind and a dead server; the next one sees nothing of it. */
@Timeout(120)
@ExtendWith(QuorateExtension.class)
class QuorateExtensionTest {
    private static final Set<String> ADDRESSES = new HashSet<>();
    private static final Set<Long> SESSIONS = new HashSet<>();

    @RepeatedTest(3)
    void eachTestFindsAnEmptyTreeAndAllServers(
            QuorateClient client, QuorateClient another, @ConnectString String servers, EmbeddedEnsemble ensemble)
            throws Exception {
        ADDRESSES.add(servers);
        assertThat(SESSIONS.add(client.sessionId()) && SESSIONS.add(another.sessionId()))
                .as("sessions of their own")
                .isTrue();
        assertThat(client.blocking().getChildren("/").names()).containsExactly("zookeeper");

        client.blocking().create("/left", new byte[0]);
        client.blocking().create("/left/behind", new byte[0]);
        ensemble.kill(1);

        assertThat(ADDRESSES).as("the tests share the server").hasSize(1);
    }
}
