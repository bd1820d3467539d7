package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/tools.md, in their order. */
class ToolsDocTest {
    private static final String COMMAND = "    scripts/zkTool.sh ";

    @TempDir
    private Path root;

    @Test
    void everyExampleRuns() throws IOException {
        Path data = root.resolve("var/lib/quorate");
        WrittenDirectory written = new WrittenDirectory(data, data);
        written.createMany("/a", 2);
        written.snapshot();
        List<String> examples = Files.readAllLines(Path.of("..", "docs", "tools.md")).stream()
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> line.substring(COMMAND.length()))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(9);
        for (String example : examples) {
            Object[] words = List.of(example.split(" ")).stream()
                    .map(word -> word.startsWith("/") ? root + word : word)
                    .toArray();
            ToolRun run = ToolRun.of(words);
            assertThat(run.exit()).as("%s: %s", example, run).isZero();
            assertThat(run.err()).as(example).isEmpty();
            assertThat(run.out()).as(example).isNotEmpty();
        }
    }

    @Test
    void theTableHasEveryCommand() throws IOException {
        String text = Files.readString(Path.of("..", "docs", "tools.md"));
        ToolRun.of("--help")
                .out()
                .lines()
                .dropWhile(line -> !line.startsWith("Commands:"))
                .skip(1)
                .takeWhile(line -> line.startsWith("  "))
                .filter(line -> !line.startsWith("   "))
                .map(line -> line.strip().replaceFirst(" .*", ""))
                .filter(command -> !command.equals("help"))
                .forEach(command -> assertThat(text).contains("| `" + command + " "));
    }
}
