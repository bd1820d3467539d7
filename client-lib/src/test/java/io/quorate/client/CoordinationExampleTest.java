package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.apache.ApacheServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
        List<String> code = Files.readAllLines(
                Path.of("src", "test", "java", "io", "quorate", "client", "CoordinationExample.java"));
        String compiled = squeeze(String.join("\n", code));
        String guide = Files.readString(Path.of("..", "docs", "coordination.md"));
        List<String> programs = Arrays.stream(guide.split("```java\n", -1))
                .skip(1)
                .map(part -> part.substring(0, part.indexOf("```")))
                .toList();
        assertThat(programs)
                .hasSizeGreaterThan(5)
                .allSatisfy(program -> assertThat(compiled).contains(squeeze(program)));
    }

    /** Without what indentation and line breaks make of it. */
    private static String squeeze(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
