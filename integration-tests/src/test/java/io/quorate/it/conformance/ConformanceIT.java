package io.quorate.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.conformance.Case.Profile;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Every case against Apache ZooKeeper and against Quorate. The transcripts of the last run are in {@code target/conformance}.
 * {@code -Dquorate.it.case=REGEX} leaves only the cases whose "operation: name" has a match.
 */
@TestInstance(Lifecycle.PER_CLASS)
class ConformanceIT {
    private static final Pattern WANTED = Pattern.compile(System.getProperty("quorate.it.case", ""));
    private static final Path TRANSCRIPTS =
            Repository.root().resolve(Path.of("integration-tests", "target", "conformance"));

    /** The two servers of one configuration. */
    private record Pair(Side apache, Side quorate) {}

    private final Map<Profile, Pair> pairs = new EnumMap<>(Profile.class);
    private int played;

    @TestFactory
    Stream<DynamicContainer> operations() {
        List<Case> cases = Cases.all().stream()
                .filter(each -> WANTED.matcher(each.toString()).find())
                .toList();
        return cases.stream()
                .map(Case::operation)
                .distinct()
                .map(operation -> DynamicContainer.dynamicContainer(
                        operation,
                        cases.stream()
                                .filter(each -> each.operation().equals(operation))
                                .map(each -> DynamicTest.dynamicTest(each.name(), () -> play(each)))));
    }

    private void play(Case which) throws IOException {
        Pair pair = pairs.computeIfAbsent(which.profile(), ConformanceIT::start);
        String folder = "/c%05d".formatted(++played);
        String apache = pair.apache().play(which, folder);
        String quorate = pair.quorate().play(which, folder);
        keep(which, Kind.APACHE, apache);
        keep(which, Kind.QUORATE, quorate);
        Case.Difference difference = which.difference().orElse(null);
        if (difference instanceof Case.AsRecorded) {
            Recorded.check(which, apache, quorate);
        } else if (difference instanceof Case.InZxids) {
            assertSame(which, Transcript.withoutZxids(apache), Transcript.withoutZxids(quorate));
        } else {
            assertSame(which, apache, quorate);
        }
    }

    private static void assertSame(Case which, String apache, String quorate) {
        assertThat(quorate)
                .as(which + ": Quorate's transcript against that of Apache ZooKeeper")
                .isEqualTo(apache);
    }

    private static Pair start(Profile profile) {
        Side apache = Side.start(Kind.APACHE, profile);
        try {
            return new Pair(apache, Side.start(Kind.QUORATE, profile));
        } catch (AssertionError e) {
            apache.close();
            throw e;
        }
    }

    private static void keep(Case which, Kind kind, String transcript) throws IOException {
        Files.createDirectories(TRANSCRIPTS);
        Files.writeString(TRANSCRIPTS.resolve(which.fileName() + "." + kind + ".txt"), transcript);
    }

    @AfterAll
    void stop() {
        pairs.values().forEach(pair -> {
            pair.apache().close();
            pair.quorate().close();
        });
    }
}
