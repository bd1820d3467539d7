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

    static Stream<String> names() {
        return Scenarios.all().stream().map(Scenario::name);
    }

    static Stream<String> namesOfMutations() {
        return Scenarios.all().stream().filter(each -> each.broken() != null).map(Scenario::name);
    }

    static Stream<String> namesOfLateMutations() {
        return Scenarios.all().stream().filter(Scenario::breaksLate).map(Scenario::name);
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
        assertThat(LongStream.rangeClosed(1, SEEDS).anyMatch(seed -> play(name, seed, broken) != null))
                .as("one of %d seeds of %s fails with %s", SEEDS, name, broken)
                .isTrue();
    }

    /** Else it would not be the scenario's situation in which it fails. */
    @ParameterizedTest
    @MethodSource("namesOfLateMutations")
    void itFailsOnceItsSituationIsThere(String name) {
        Scenario scenario = Scenarios.named(name).orElseThrow();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Stage stage = scenario.stage(RunSpec.of(seed, scenario.broken()), Trace.off());
            Violation violation = stage.play(scenario.script()).violation();
            assertThat(stage.brokenAtNanos()).as("the script comes to it").isPresent();
            if (violation != null) {
                assertThat(violation.atNanos())
                        .isGreaterThanOrEqualTo(stage.brokenAtNanos().getAsLong());
            }
        }
    }

    /** The control: an ensemble with that bug is sound until a script switches it on. */
    @ParameterizedTest
    @MethodSource("namesOfLateMutations")
    void aBugThatIsNotSwitchedOnIsNotThere(String name) {
        Scenario scenario = Scenarios.named(name).orElseThrow();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Stage stage = scenario.stage(RunSpec.of(seed, scenario.broken()), Trace.off());
            assertThat(stage.play(now -> quietLife(now, scenario.plan().servers()))
                            .violation())
                    .isNull();
            assertThat(stage.brokenAtNanos()).isEmpty();
        }
    }

    private static void quietLife(Stage stage, int servers) {
        stage.boot(LongStream.rangeClosed(1, servers).toArray());
        stage.write(5);
        stage.power(stage.leader());
        stage.write(5);
        stage.settle();
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
