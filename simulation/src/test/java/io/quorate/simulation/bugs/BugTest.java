package io.quorate.simulation.bugs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.RunSpec;
import io.quorate.simulation.Simulation;
import io.quorate.simulation.Trace;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each deliberate bug, switched on alone, is found within the number of seeds that {@link Bug#seedsNeeded} states. The seeds are fixed: this asks
 * whether the simulation sees something, not whether it is lucky today.
 */
class BugTest {
    /** Those that are found soon. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "LOST_FORCE_LOG",
                "ACK_BEFORE_FORCE",
                "COMMIT_WITHOUT_QUORUM",
                "EVENT_BEHIND_REPLY",
                "REMOVED_WATCH_FIRES",
                "REPLIES_SWAPPED",
                "EPHEMERAL_OUTLIVES_SESSION",
                "SEQUENCE_REUSED"
            })
    void aBugIsFoundSoon(Bug bug) {
        requireFound(bug);
    }

    static Stream<Bug> bugsThatSeedsFind() {
        return Stream.of(Bug.values()).filter(bug -> bug.seedsNeeded() > 0);
    }

    @ParameterizedTest
    @MethodSource("bugsThatSeedsFind")
    @Tag("full")
    void everyBugIsFound(Bug bug) {
        requireFound(bug);
    }

    private static void requireFound(Bug bug) {
        assertThat(LongStream.rangeClosed(1, bug.seedsNeeded()).anyMatch(seed -> finds(seed, bug)))
                .as("one of %d seeds finds %s", bug.seedsNeeded(), bug.label())
                .isTrue();
    }

    private static boolean finds(long seed, Bug bug) {
        return new Simulation(RunSpec.of(seed, bug), Trace.off()).run().violation() != null;
    }
}
