package io.quorate.client;

import io.quorate.client.apache.ApacheServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The guide's programs are those that are compiled here, and they run. */
@Timeout(60)
class RecipesExampleTest {
    @Test
    void theProgramsRun(@TempDir Path directory) throws Exception {
        try (ApacheServer server = new ApacheServer()) {
            SessionKeeper sessions = RecipesExample.open(server.address());
            RecipesExample example = new RecipesExample(sessions, directory);
            sessions.client().blocking().create("/catalogue", null);
            example.cache();
            example.presence();
            example.group();
            example.values();
            example.names();
            example.queue();
            example.configuration();
            example.services();
            sessions.close();
        }
    }

    @Test
    void theGuidePrintsThem() throws Exception {
        Guide.assertPrints("recipes.md", "RecipesExample", 9);
    }
}
