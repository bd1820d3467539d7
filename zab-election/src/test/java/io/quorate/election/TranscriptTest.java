package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file of {@code src/test/resources/transcripts} is a scenario: commands, and what the machines answered. Run with {@code
 * -Dtranscripts.record=true} to write down the answers of today, and review the difference as text. What a command {@code expect} says
 * must hold then, too.
 */
class TranscriptTest {
    private static final Path SOURCES = Path.of("src", "test", "resources", "transcripts");

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException, URISyntaxException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory())) {
            files = listed.sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
    }

    private static void play(Path file) throws IOException {
        String recorded = Files.readString(file);
        String played = Transcript.play(recorded);
        if (isRecording()) {
            Files.writeString(file, played);
        } else {
            assertThat(played).isEqualTo(recorded);
        }
    }

    private static Path directory() throws URISyntaxException {
        return isRecording()
                ? SOURCES
                : Path.of(Objects.requireNonNull(TranscriptTest.class.getResource("/transcripts"))
                        .toURI());
    }

    private static boolean isRecording() {
        return Boolean.getBoolean("transcripts.record");
    }
}
