package io.quorate.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.conformance.Case.Profile;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
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
 * Every case against Apache ZooKeeper and against Quorate, both in the same place of an ensemble. The transcripts of the last run are
 * in {@code target/conformance}. {@code -Dquorate.it.case=REGEX} leaves only the cases whose "operation: name" has a match.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ConformanceRun {
    private static final Pattern WANTED = Pattern.compile(System.getProperty("quorate.it.case", ""));
    private static final Path TRANSCRIPTS =
            Repository.root().resolve(Path.of("integration-tests", "target", "conformance"));

    /** The servers of one configuration; {@code alone} is an Apache server without an ensemble, and the same as {@code apache} there. */
    private record Sides(Side apache, Side alone, Side quorate) {
        Stream<Side> all() {
            return Stream.of(apache, alone, quorate).distinct();
        }
    }

    /** How a transcript shows the answer to what could not be read. */
    private static final Pattern UNREADABLE = Pattern.compile(" MARSHALLING_ERROR\\b");

    private final Place place;
    private final Map<Profile, Sides> sides = new EnumMap<>(Profile.class);
    private int played;

    ConformanceRun(Place place) {
        this.place = place;
    }

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
                                .map(each -> DynamicTest.dynamicTest(each.toString(), () -> play(each)))));
    }

    private void play(Case which) throws IOException {
        Sides here = sides.computeIfAbsent(which.profile(), this::start);
        String folder = "/c%05d".formatted(++played);
        String apache = ofApache(here, which, folder);
        String quorate = here.quorate().play(which, folder);
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

    /** A write that cannot be read stops an ensemble of Apache's, as docs/compatibility.md says; its answer is that of a server alone. */
    private String ofApache(Sides here, Case which, String folder) {
        String alone = here.alone().play(which, folder);
        if (place == Place.ALONE) {
            return alone;
        }
        if (UNREADABLE.matcher(alone).find()) {
            here.apache().skip(folder);
            return alone;
        }
        return here.apache().play(which, folder);
    }

    private static void assertSame(Case which, String apache, String quorate) {
        assertThat(quorate)
                .as(which + ": Quorate's transcript against that of Apache ZooKeeper")
                .isEqualTo(apache);
    }

    private Sides start(Profile profile) {
        List<Side> started = new ArrayList<>();
        try {
            started.add(Side.start(Kind.APACHE, profile, Place.ALONE));
            if (place != Place.ALONE) {
                started.add(Side.start(Kind.APACHE, profile, place));
            }
            started.add(Side.start(Kind.QUORATE, profile, place));
        } catch (AssertionError e) {
            started.forEach(Side::close);
            throw e;
        }
        return new Sides(started.get(started.size() - 2), started.get(0), started.get(started.size() - 1));
    }

    private void keep(Case which, Kind kind, String transcript) throws IOException {
        Path folder = Files.createDirectories(TRANSCRIPTS.resolve(place.name().toLowerCase(Locale.ROOT)));
        Files.writeString(folder.resolve(which.fileName() + "." + kind + ".txt"), transcript);
    }

    @AfterAll
    void stop() {
        sides.values().stream().flatMap(Sides::all).forEach(Side::close);
    }
}
