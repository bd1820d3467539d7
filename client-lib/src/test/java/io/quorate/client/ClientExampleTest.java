package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.apache.ApacheServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guide's programs are those that are compiled here, and they run. */
@Timeout(60)
class ClientExampleTest {
    @Test
    void theProgramsRun(@TempDir Path directory) throws Exception {
        try (ApacheServer server = new ApacheServer()) {
            ClientExample example = new ClientExample(server.address());
            example.first();
            assertThat(example.measured())
                    .as("the read, and the end of the session")
                    .isGreaterThanOrEqualTo(1);
        }
        assertThatThrownBy(() -> ClientExample.secure(directory).connect()).hasMessageContaining("key.p12 (PKCS12)");
    }

    @Test
    void theGuidePrintsThem() throws Exception {
        Guide.assertPrints("client.md", "ClientExample", 3);
    }
}
