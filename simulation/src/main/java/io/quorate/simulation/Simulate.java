package io.quorate.simulation;

import io.quorate.simulation.bugs.Bug;
import io.quorate.simulation.scenarios.Scenario;
import io.quorate.simulation.scenarios.Scenarios;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code scripts/simulate.sh}. Its last line is {@code N seeds, V violations}. It exits with 0 without and with 1 with violations, with
 * 2 when it was asked for something that it does not understand, and with 3 when the simulator itself has failed.
 */
@Command(
        name = "simulate.sh",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeOnExecutionException = Simulate.BROKEN,
        description =
                "Runs simulated ensembles of whole servers, with crashes, lost writes and partitions, from seeds. Its last line is \"N seeds, V violations\".",
        footer = {"", "Exit code: 0 no violation, 1 violations, 2 wrong arguments, 3 the simulator itself failed."})
public final class Simulate implements Callable<Integer> {
    static final int BROKEN = 3;
    private static final int DEFAULT_SEEDS = 100;
    private static final int SCENARIO_SEEDS = 10;
    private static final int MAX_JOBS = 1024;
    private static final double NANOS_PER_MINUTE = 60e9;
    private static final String SCENARIOS = "scenarios";
    private static final String BUGS = "bugs";

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many seeds to run, new ones each time (default: 100).")
    private @Nullable Integer seeds;

    @Option(names = "--minutes", paramLabel = "M", description = "Run new seeds for that long.")
    private @Nullable Double minutes;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many seeds run side by side (default: 1, with --minutes as many as there are cores).")
    private @Nullable Integer jobs;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Run this seed; with --seeds, this and the ones behind it.")
    private @Nullable Long seed;

    @Option(names = "--trace", description = "Show who did what to whom.")
    private boolean trace;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description =
                    "Play one situation that is known to be dangerous, with 10 seeds; --bug takes a protection away.")
    private @Nullable String scenario;

    @Option(
            names = "--bug",
            paramLabel = "NAME",
            description =
                    "Switch a deliberate bug on, and run seeds from 1 on until one finds it, or as many as it should take have not. A bug that only a scenario brings about is played in that one.")
    private @Nullable String bug;

    @Option(names = "--list", paramLabel = "scenarios|bugs", description = "List what there is, a name a line.")
    private @Nullable String list;

    @Option(
            names = "--shrink",
            negatable = true,
            description = "Look for a smaller run that breaks the same (default: yes, but not with --bug).")
    private @Nullable Boolean shrink;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "N",
            description = "Only these faults of the run happen; \"none\" for none.")
    private @Nullable List<String> faults;

    @Option(names = "--clients", paramLabel = "N", description = "At most so many clients.")
    private int clients = Integer.MAX_VALUE;

    @Option(names = "--operations", paramLabel = "N", description = "At most so many operations of each client.")
    private int operations = Integer.MAX_VALUE;

    @Option(names = "--fault-ms", paramLabel = "MS", description = "At most so long there are faults, simulated ms.")
    private int faultMs = Integer.MAX_VALUE;

    @Spec
    private @Nullable CommandSpec commandSpec;

    private final PrintStream out;

    Simulate(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(
                execute(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8), args));
    }

    static int execute(PrintStream out, String... args) {
        return new CommandLine(new Simulate(out)).execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (list != null) {
            listed(list).forEach(out::println);
            return 0;
        }
        requireSense();
        Bug chosen = bug == null ? null : chosenBug(bug);
        long first = seed != null
                ? seed
                : chosen != null ? 1 : RandomGenerator.getDefault().nextLong(1L << 40);
        Scenario played = scenario != null ? chosenScenario(scenario) : scenarioOf(chosen);
        RunSpec wanted = wanted(chosen, played);
        out.println("first seed " + first);
        Campaign campaign = new Campaign(
                number -> wanted.withSeed(first + number),
                spec -> runOne(spec, played),
                budget(chosen, played),
                shrink != null ? shrink : chosen == null && played == null,
                out);
        return campaign.run(jobs()) == 0 ? 0 : 1;
    }

    private Outcome runOne(RunSpec spec, @Nullable Scenario played) {
        Trace shown = trace ? Trace.to(out::println) : Trace.off();
        return played == null ? new Simulation(spec, shown).run() : played.run(spec, shown);
    }

    private Scenario chosenScenario(String name) {
        return Scenarios.named(name)
                .orElseThrow(() ->
                        wrong("there is no scenario \"" + name + "\"; --list scenarios shows those that there are"));
    }

    /** Where a bug is to be seen that no seed brings about; null for one that seeds find. */
    private @Nullable Scenario scenarioOf(@Nullable Bug chosen) {
        if (chosen == null || chosen.seedsNeeded() > 0) {
            return null;
        }
        Scenario only = Scenarios.all().stream()
                .filter(each -> each.broken() == chosen)
                .findFirst()
                .orElseThrow();
        out.println("only the scenario " + only.name() + " brings that about: it is played");
        return only;
    }

    private List<String> listed(String what) {
        return switch (what) {
            case BUGS -> Arrays.stream(Bug.values()).map(Bug::label).toList();
            case SCENARIOS -> Scenarios.all().stream().map(Scenario::name).toList();
            default -> throw wrong("--list " + what + ": there is " + SCENARIOS + " and " + BUGS + " to list");
        };
    }

    private void requireSense() {
        requirePositive("--seeds", seeds == null ? 1 : seeds);
        requirePositive("--jobs", jobs());
        requirePositive("--clients", clients);
        requirePositive("--operations", operations);
        requirePositive("--fault-ms", faultMs);
        if (jobs() > MAX_JOBS) {
            throw wrong("--jobs " + jobs() + ": at most " + MAX_JOBS + " seeds can run side by side");
        }
        if (minutes != null && !(minutes > 0 && minutes < 1e6)) {
            throw wrong("--minutes " + minutes + ": a positive number is expected");
        }
        if (minutes != null && seeds != null) {
            throw wrong("--minutes and --seeds both say when to stop: leave one of them out");
        }
        if (trace && jobs() > 1) {
            throw wrong("--trace tells the story of one seed at a time: leave --jobs out");
        }
    }

    private int jobs() {
        if (jobs != null) {
            return jobs;
        }
        return minutes == null || trace ? 1 : Runtime.getRuntime().availableProcessors();
    }

    private void requirePositive(String option, int value) {
        if (value <= 0) {
            throw wrong(option + " " + value + ": a positive number is expected");
        }
    }

    private Bug chosenBug(String name) {
        return Arrays.stream(Bug.values())
                .filter(each -> each.label().equals(name))
                .findFirst()
                .orElseThrow(() -> wrong("there is no bug \"" + name + "\"; --list bugs shows those that there are"));
    }

    private RunSpec wanted(@Nullable Bug chosen, @Nullable Scenario played) {
        return RunSpec.of(0, chosen)
                .withScenario(played == null ? null : played.name())
                .withFaults(chosenFaults())
                .withClients(clients)
                .withOperations(operations)
                .withFaultMs(faultMs);
    }

    private @Nullable SortedSet<Integer> chosenFaults() {
        if (faults == null) {
            return null;
        }
        SortedSet<Integer> result = new TreeSet<>();
        if (faults.equals(List.of("none"))) {
            return result;
        }
        for (String each : faults) {
            try {
                result.add(Integer.parseInt(each.strip()));
            } catch (NumberFormatException e) {
                throw wrong("--faults " + each + ": the numbers of faults are expected, from 1 on, or \"none\"");
            }
        }
        return result;
    }

    private Campaign.Budget budget(@Nullable Bug chosen, @Nullable Scenario played) {
        if (minutes != null) {
            return new Campaign.Budget(Long.MAX_VALUE, (long) (minutes * NANOS_PER_MINUTE), chosen != null);
        }
        long most = seed != null
                ? 1
                : played != null ? SCENARIO_SEEDS : chosen != null ? chosen.seedsNeeded() : DEFAULT_SEEDS;
        return new Campaign.Budget(seeds != null ? seeds : most, Long.MAX_VALUE, chosen != null);
    }

    private ParameterException wrong(String message) {
        if (commandSpec == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(commandSpec.commandLine(), message);
    }
}
