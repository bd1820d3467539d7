package io.quorate.simulation.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.RunSpec;
import io.quorate.simulation.Trace;
import io.quorate.simulation.Violation;
import io.quorate.simulation.bugs.Bug;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known danger is met, and is one: with its protection switched off, the scenario that is named after it fails. */
class ScenarioTest {
    private static final int SEEDS = 3;
    private static final int BROKEN_SEEDS = 20;

    static Stream<String> names() {
        return Scenarios.all().stream().map(Scenario::name);
    }

    static Stream<String> namesOfMutations() {
        return Scenarios.all().stream().filter(each -> each.broken() != null).map(Scenario::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theEnsembleBearsIt(String name) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            assertThat(play(name, seed, null)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("namesOfMutations")
    void withoutItsProtectionItFails(String name) {
        Bug broken = Scenarios.named(name).orElseThrow().broken();
        assertThat(LongStream.rangeClosed(1, BROKEN_SEEDS).anyMatch(seed -> play(name, seed, broken) != null))
                .as("one of %d seeds of %s fails with %s", BROKEN_SEEDS, name, broken)
                .isTrue();
    }

    @Test
    void eachHasANameOfItsOwn() {
        assertThat(names().toList()).doesNotHaveDuplicates();
    }

    private static @Nullable Violation play(String name, long seed, @Nullable Bug bug) {
        Scenario scenario = Scenarios.named(name).orElseThrow();
        return scenario.run(RunSpec.of(seed, bug), Trace.off()).violation();
    }
}
