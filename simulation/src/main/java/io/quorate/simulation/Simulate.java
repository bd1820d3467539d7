package io.quorate.simulation;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code scripts/simulate.sh}. Its last line is {@code N seeds, V violations}; it exits with 1 if there were violations. */
@Command(
        name = "simulate.sh",
        mixinStandardHelpOptions = true,
        description =
                "Runs simulated ensembles of whole servers, with crashes, lost writes and partitions, from seeds.")
public final class Simulate implements Callable<Integer> {
    private static final int DEFAULT_SEEDS = 100;
    private static final long PROGRESS_NANOS = 10_000_000_000L;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "how many seeds to run, new ones each time (default: 100)")
    private @Nullable Integer seeds;

    @Option(names = "--minutes", paramLabel = "M", description = "run new seeds for that long")
    private @Nullable Double minutes;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "run this seed; with --seeds, this and the ones behind it")
    private @Nullable Long seed;

    @Option(names = "--trace", description = "show who did what to whom")
    private boolean trace;

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final Coverage coverage = new Coverage();
    private long ran;
    private long violations;
    private long steps;
    private long simulatedNanos;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Simulate()).execute(args));
    }

    @Override
    public Integer call() {
        long begin = System.nanoTime();
        long first = seed != null ? seed : RandomGenerator.getDefault().nextLong(1L << 40);
        out.println("first seed " + first);
        long shown = begin;
        while (goesOn(begin)) {
            runOne(first + ran);
            long now = System.nanoTime();
            if (now - shown > PROGRESS_NANOS) {
                shown = now;
                progress(now - begin);
            }
        }
        progress(System.nanoTime() - begin);
        out.println(coverage);
        out.println(ran + " seeds, " + violations + " violations");
        return violations == 0 ? 0 : 1;
    }

    private boolean goesOn(long begin) {
        if (minutes != null) {
            return System.nanoTime() - begin < minutes * 60e9;
        }
        int wanted = seeds != null ? seeds : seed != null ? 1 : DEFAULT_SEEDS;
        return ran < wanted;
    }

    private void runOne(long each) {
        Outcome outcome;
        try {
            outcome = new Simulation(each, trace ? Trace.to(out::println) : Trace.off()).run();
        } catch (RuntimeException | Error e) {
            throw new IllegalStateException("the simulator itself fails at seed " + each, e);
        }
        ran++;
        steps += outcome.steps();
        simulatedNanos += outcome.simulatedNanos();
        coverage.add(outcome.coverage());
        if (outcome.violation() != null) {
            violations++;
            out.println("VIOLATION " + outcome.violation());
        }
    }

    private void progress(long nanos) {
        out.printf(
                "%d seeds, %d violations, %.1f s, %d steps/s, %.1f simulated hours, %d crashes%n",
                ran,
                violations,
                nanos / 1e9,
                (long) (steps / (nanos / 1e9)),
                simulatedNanos / 3.6e12,
                coverage.of(Coverage.Event.CRASH_KILL) + coverage.of(Coverage.Event.CRASH_POWER));
    }
}
