package io.quorate.simulation;

import io.quorate.simulation.bugs.Bug;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What makes a run: two runs of one specification are the same to the byte.
 *
 * @param seed all that is drawn comes from it
 * @param scenario that is played; null for what the seed draws
 * @param bug that is switched on; null for none
 * @param faults numbers of the faults that happen, from 1 on; null for all
 * @param clients at most so many
 * @param operations at most so many of each client
 * @param faultMs at most so long there are faults, simulated ms
 */
public record RunSpec(
        long seed,
        @Nullable String scenario,
        @Nullable Bug bug,
        @Nullable SortedSet<Integer> faults,
        int clients,
        int operations,
        int faultMs) {
    public static RunSpec of(long seed) {
        return new RunSpec(seed, null, null, null, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    public static RunSpec of(long seed, @Nullable Bug bug) {
        return of(seed).withBug(bug);
    }

    public RunSpec withSeed(long newSeed) {
        return new RunSpec(newSeed, scenario, bug, faults, clients, operations, faultMs);
    }

    public RunSpec withBug(@Nullable Bug newBug) {
        return new RunSpec(seed, scenario, newBug, faults, clients, operations, faultMs);
    }

    RunSpec withScenario(@Nullable String name) {
        return new RunSpec(seed, name, bug, faults, clients, operations, faultMs);
    }

    public RunSpec withFaults(@Nullable SortedSet<Integer> newFaults) {
        return new RunSpec(seed, scenario, bug, newFaults, clients, operations, faultMs);
    }

    public RunSpec withClients(int most) {
        return new RunSpec(seed, scenario, bug, faults, most, operations, faultMs);
    }

    public RunSpec withOperations(int most) {
        return new RunSpec(seed, scenario, bug, faults, clients, most, faultMs);
    }

    public RunSpec withFaultMs(int most) {
        return new RunSpec(seed, scenario, bug, faults, clients, operations, most);
    }

    boolean happens(int fault) {
        return faults == null || faults.contains(fault);
    }

    /** The command that does it again. */
    public String command() {
        StringBuilder text = new StringBuilder("scripts/simulate.sh --seed ").append(seed);
        if (scenario != null) {
            text.append(" --scenario ").append(scenario);
        }
        if (bug != null) {
            text.append(" --bug ").append(bug.label());
        }
        if (faults != null) {
            text.append(" --faults ")
                    .append(
                            faults.isEmpty()
                                    ? "none"
                                    : faults.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        append(text, " --clients ", clients);
        append(text, " --operations ", operations);
        append(text, " --fault-ms ", faultMs);
        return text.append(" --trace").toString();
    }

    private static void append(StringBuilder text, String option, int limit) {
        if (limit != Integer.MAX_VALUE) {
            text.append(option).append(limit);
        }
    }
}
