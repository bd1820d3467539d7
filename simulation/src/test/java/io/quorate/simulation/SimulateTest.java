package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.bugs.Bug;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line: what it prints, and how it exits. */
class SimulateTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private int execute(String arguments) {
        bytes.reset();
        return Simulate.execute(new PrintStream(bytes, true, StandardCharsets.UTF_8), arguments.split(" "));
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String lastLine() {
        return lines().get(lines().size() - 1);
    }

    @Test
    void withoutAViolationItExitsWithZero() {
        assertThat(execute("--seed 42 --seeds 2")).isZero();
        assertThat(lastLine()).isEqualTo("2 seeds, 0 violations");
    }

    @Test
    void aViolationIsShownWithTheCommandsThatReplayIt() {
        assertThat(execute("--bug replies-swapped --shrink")).isEqualTo(1);
        assertThat(lastLine()).isEqualTo("1 seeds, 1 violations");
        assertThat(lines()).anyMatch(line -> line.startsWith("VIOLATION seed 1, "));
        assertThat(lines()).contains("  replay: scripts/simulate.sh --seed 1 --bug replies-swapped --trace");
        String smaller = lines().stream()
                .filter(line -> line.startsWith("  smaller: "))
                .findFirst()
                .orElseThrow();
        assertThat(smaller).contains("--faults ").contains("--clients 1");
        assertThat(execute(smaller.substring(smaller.indexOf("--seed")))).isEqualTo(1);
        assertThat(lines()).anyMatch(line -> line.contains("client -1") && line.contains("-> CONNECTED"));
    }

    @Test
    void whatIsSaidOfASeedDoesNotDependOnWhoRunsBesideIt() {
        execute("--seed 1 --seeds 4 --faults none --operations 20 --fault-ms 3000");
        List<String> alone = withoutProgress();
        execute("--seed 1 --seeds 4 --faults none --operations 20 --fault-ms 3000 --jobs 3");
        assertThat(withoutProgress()).isEqualTo(alone);
    }

    private List<String> withoutProgress() {
        return lines().stream()
                .filter(line -> !line.contains("simulated hours"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ack-overtakes-newleader", "log-without-snapshot-skipped"})
    void aBugThatNoSeedBringsAboutIsPlayedInItsScenario(String bug) {
        assertThat(execute("--bug " + bug)).isEqualTo(1);
        assertThat(lines())
                .anyMatch(line -> line.matches("only the scenario zk-\\d+-\\S+ brings that about: it is played"));
        String replay = lines().stream()
                .filter(line -> line.startsWith("  replay: "))
                .findFirst()
                .orElseThrow();
        assertThat(execute(replay.substring(replay.indexOf("--seed")).replace(" --trace", "")))
                .isEqualTo(1);
    }

    @Test
    void aSeedIsOneSeedAlsoOfAScenario() {
        assertThat(execute("--scenario zk-1667-event-type-after-a-reconnect --seed 5"))
                .isZero();
        assertThat(lastLine()).isEqualTo("1 seeds, 0 violations");
    }

    @Test
    void everyBugIsListed() {
        assertThat(execute("--list bugs")).isZero();
        assertThat(lines())
                .isEqualTo(Arrays.stream(Bug.values()).map(Bug::label).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--seeds 0",
                "--seeds many",
                "--jobs 0",
                "--minutes -1",
                "--minutes 1 --seeds 5",
                "--bug no-such-bug",
                "--scenario no-such-scenario",
                "--list nothing",
                "--faults one",
                "--trace --jobs 2",
                "--unknown"
            })
    void whatItDoesNotUnderstandItSays(String arguments) {
        assertThat(execute(arguments)).isEqualTo(2);
    }
}
