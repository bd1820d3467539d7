package io.quorate.zab;

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
 * Conversations of whole ensembles, one a file of {@code src/test/resources/transcripts}, in the language of {@link Transcript}. Run with
 * {@code -Dtranscripts.record=true} they are written anew: read the difference before you commit it.
 */
class TranscriptTest {
    private static final Path SOURCES = Path.of("src", "test", "resources", "transcripts");

    @TestFactory
    List<DynamicTest> transcripts() throws IOException, URISyntaxException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory())) {
            files = listed.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> play(file)))
                .toList();
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
