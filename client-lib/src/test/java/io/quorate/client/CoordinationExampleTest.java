package io.quorate.client;

import io.quorate.client.apache.ApacheServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guide's programs are those that are compiled here, and they run. */
@Timeout(60)
class CoordinationExampleTest {
    @Test
    void theProgramsRun() throws Exception {
        System.setProperty("zookeeper.admin.enableServer", "false");
        try (ApacheServer server = new ApacheServer()) {
            CoordinationExample example = new CoordinationExample(server.address());
            example.elections();
            example.flap();
            example.key();
            example.lock();
            example.otherLocks();
            example.barriers();
        }
    }

    @Test
    void theGuidePrintsThem() throws Exception {
        Guide.assertPrints("coordination.md", "CoordinationExample", 6);
    }
}
