package io.quorate.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The differences on purpose, line by line: what both servers say, what only Apache ZooKeeper says ({@code -}), what only Quorate says
 * ({@code +}). {@code -Dquorate.it.record=true} writes the files anew, to be reviewed as text.
 */
final class Recorded {
    private static final boolean RECORD = Boolean.getBoolean("quorate.it.record");
    private static final Path FOLDER = Repository.root()
            .resolve(Path.of("integration-tests", "src", "test", "resources", "io", "quorate", "it", "conformance"));

    private Recorded() {}

    /** @throws AssertionError if the servers differ in another way than was recorded, or not at all */
    static void check(Case which, String apache, String quorate) throws IOException {
        Path file = FOLDER.resolve(which.fileName() + ".txt");
        String found = compare(apache.lines().toList(), quorate.lines().toList());
        if (RECORD) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, found);
        }
        assertThat(quorate).as(which + ": a difference on purpose").isNotEqualTo(apache);
        assertThat(found).as(which + ": the recorded difference on purpose").isEqualTo(Files.readString(file));
    }

    /** By a longest common subsequence. */
    static String compare(List<String> left, List<String> right) {
        int[][] common = new int[left.size() + 1][right.size() + 1];
        for (int i = left.size() - 1; i >= 0; i--) {
            for (int j = right.size() - 1; j >= 0; j--) {
                common[i][j] = left.get(i).equals(right.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        StringBuilder text = new StringBuilder();
        int i = 0;
        int j = 0;
        while (i < left.size() || j < right.size()) {
            if (i < left.size() && j < right.size() && left.get(i).equals(right.get(j))) {
                line(text, ' ', left.get(i++));
                j++;
            } else if (j == right.size() || (i < left.size() && common[i + 1][j] >= common[i][j + 1])) {
                line(text, '-', left.get(i++));
            } else {
                line(text, '+', right.get(j++));
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, char mark, String line) {
        text.append((mark + " " + line).stripTrailing()).append('\n');
    }
}
