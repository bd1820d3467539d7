package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole ensembles from seeds. A failure names its seed: {@code scripts/simulate.sh --seed S --trace} shows who did what to whom. How long
 * the runs take says nothing: their number is fixed.
 */
class SimulationTest {
    private static final int SEEDS = 60;
    private static final int MAX_ROUNDS = 12;
    private static final int FULL_SEEDS = 2000;

    /** What is dangerous must have been met by then; more seeds are added where chance was against it. */
    @Test
    void newSeedsBreakNothingAndBringAboutWhatIsDangerous() {
        long first = RandomGenerator.getDefault().nextLong(1L << 40);
        Coverage coverage = run(first, SEEDS);
        for (int more = 1; more < MAX_ROUNDS && !coverage.missing().isEmpty(); more++) {
            coverage.add(run(first + (long) more * SEEDS, SEEDS));
        }
        assertThat(coverage.missing()).as("dangers that no seed has met").isEmpty();
    }

    @Test
    @Tag("full")
    void manySeedsBreakNothing() {
        run(RandomGenerator.getDefault().nextLong(1L << 40), FULL_SEEDS);
    }

    /** Seeds that found a fault once. */
    @ParameterizedTest
    @ValueSource(longs = {1000})
    void seedsThatFoundSomethingOnceBreakNothing(long seed) {
        assertThat(new Simulation(seed, Trace.off()).run().violation()).isNull();
    }

    /** Also to the letter of what its trace says. */
    @Test
    void aSeedIsTheSameRunEachTime() {
        Outcome first = new Simulation(42, Trace.hashing()).run();
        Outcome second = new Simulation(42, Trace.hashing()).run();
        assertThat(second.traceHash()).isEqualTo(first.traceHash());
        assertThat(second.steps()).isEqualTo(first.steps());
        assertThat(new Simulation(42, Trace.off()).run().steps()).isEqualTo(first.steps());
        assertThat(new Simulation(43, Trace.hashing()).run().traceHash()).isNotEqualTo(first.traceHash());
    }

    private static Coverage run(long firstSeed, int count) {
        Coverage coverage = new Coverage();
        List<Violation> violations = new ArrayList<>();
        System.out.println("seeds " + firstSeed + " to " + (firstSeed + count - 1));
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            Outcome outcome = new Simulation(seed, Trace.off()).run();
            coverage.add(outcome.coverage());
            if (outcome.violation() != null) {
                violations.add(outcome.violation());
            }
        }
        System.out.println(coverage);
        assertThat(violations).isEmpty();
        return coverage;
    }
}
