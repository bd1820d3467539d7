package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A test that reads as a conversation: a file of inputs, each followed by what it brought about.
 *
 * <pre>
 *   # a comment
 *   > an input
 *   what the machine did
 * </pre>
 *
 * Run with {@code -Dtranscript.record=true} the files are written anew, to be reviewed as text.
 */
public final class Transcript {
    private static final Path ROOT = Path.of("src", "test", "resources", "transcripts");

    private Transcript() {}

    public static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> all = Files.list(ROOT.resolve(folder))) {
            return all.filter(path -> path.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    /** @param machine takes an input and returns what came of it, one line each */
    public static void check(Path file, Function<String, List<String>> machine) throws IOException {
        String expected = Files.readString(file);
        StringBuilder actual = new StringBuilder();
        for (String line : expected.lines().toList()) {
            if (line.startsWith("> ")) {
                actual.append(line).append('\n');
                machine.apply(line.substring(2))
                        .forEach(each -> actual.append(each).append('\n'));
            } else if (line.startsWith("# ") || line.isBlank()) {
                actual.append(line).append('\n');
            }
        }
        if (Boolean.getBoolean("transcript.record")) {
            Files.writeString(file, actual);
        } else {
            assertThat(actual.toString())
                    .describedAs(file.getFileName().toString())
                    .isEqualTo(expected);
        }
    }
}
