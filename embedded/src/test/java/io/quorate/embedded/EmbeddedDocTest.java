package io.quorate.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page's example is a test of this module, so that it is compiled and run. */
class EmbeddedDocTest {
    @Test
    void theExampleIsTheTestThatRuns() throws Exception {
        String test = Files.readString(Path.of("src/test/java/io/quorate/embedded/example/JobsTest.java"));
        String example = test.substring(test.indexOf("import "));

        assertThat(Files.readString(Path.of("..", "docs", "embedded.md"))).contains("```java\n" + example + "```");
    }
}
