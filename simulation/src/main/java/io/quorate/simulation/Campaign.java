package io.quorate.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs seed after seed, several side by side, and tells of them in the order of the seeds: what it says of a seed depends on nothing else.
 * Each run is one thread's alone.
 */
final class Campaign {
    private static final long PROGRESS_NANOS = 10_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_HOUR = 3.6e12;

    /**
     * How long it goes on.
     *
     * @param seeds how many at most
     * @param nanos how long new ones are begun, real time
     * @param untilFound whether the first violation ends it
     */
    record Budget(long seeds, long nanos, boolean untilFound) {}

    /** What became of a seed. */
    private record Told(Outcome outcome, List<String> lines) {}

    private final LongFunction<RunSpec> specs;
    private final Function<RunSpec, Outcome> runner;
    private final Budget budget;
    private final boolean shrink;
    private final PrintStream out;
    private final Coverage coverage = new Coverage();
    private final long beginNanos = System.nanoTime();
    private final TreeMap<Long, Told> waiting = new TreeMap<>();
    private long begun;
    private long told;
    private long violations;
    private long steps;
    private long simulatedNanos;
    private long shownNanos = beginNanos;
    private boolean found;
    private @Nullable RuntimeException failure;

    /** @param specs the number of a run, from 0 on, to what it is */
    Campaign(
            LongFunction<RunSpec> specs,
            Function<RunSpec, Outcome> runner,
            Budget budget,
            boolean shrink,
            PrintStream out) {
        this.specs = specs;
        this.runner = runner;
        this.budget = budget;
        this.shrink = shrink;
        this.out = out;
    }

    /** @return the number of violations */
    long run(int jobs) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i < jobs; i++) {
            Thread thread = new Thread(null, this::work, "seeds-" + i);
            thread.start();
            threads.add(thread);
        }
        work();
        for (Thread each : threads) {
            each.join();
        }
        if (failure != null) {
            throw failure;
        }
        progress();
        out.println("dangers met: " + coverage);
        if (!coverage.missing().isEmpty()) {
            out.println("dangers that no seed has met: " + coverage.missing());
        }
        out.println(told + " seeds, " + violations + " violations");
        return violations;
    }

    Coverage coverage() {
        return coverage;
    }

    private void work() {
        for (long number = next(); number >= 0; number = next()) {
            RunSpec spec = specs.apply(number);
            try {
                Outcome outcome = runner.apply(spec);
                tell(number, new Told(outcome, describe(outcome)));
            } catch (RuntimeException | Error e) {
                fail(new IllegalStateException("the simulator itself fails at: " + spec.command(), e));
            }
        }
    }

    private synchronized long next() {
        boolean more = begun < budget.seeds()
                && System.nanoTime() - beginNanos < budget.nanos()
                && failure == null
                && !(found && budget.untilFound());
        return more ? begun++ : -1;
    }

    private synchronized void fail(RuntimeException thrown) {
        failure = failure == null ? thrown : failure;
    }

    private List<String> describe(Outcome outcome) {
        if (outcome.violation() == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        lines.add("VIOLATION " + outcome.violation());
        lines.add("  replay: " + outcome.spec().command());
        if (shrink) {
            Outcome small = Shrinker.shrink(outcome, runner);
            lines.add("  smaller: " + small.spec().command());
            lines.add("  and then: " + small.violation());
        }
        return lines;
    }

    private synchronized void tell(long number, Told result) {
        waiting.put(number, result);
        found |= result.outcome().violation() != null;
        while (!waiting.isEmpty() && waiting.firstKey() == told) {
            count(waiting.pollFirstEntry().getValue());
        }
        long now = System.nanoTime();
        if (now - shownNanos > PROGRESS_NANOS) {
            shownNanos = now;
            progress();
        }
    }

    private void count(Told next) {
        told++;
        Outcome outcome = next.outcome();
        violations += outcome.violation() == null ? 0 : 1;
        steps += outcome.steps();
        simulatedNanos += outcome.simulatedNanos();
        coverage.add(outcome.coverage());
        next.lines().forEach(out::println);
    }

    private void progress() {
        double nanos = Math.max(1, System.nanoTime() - beginNanos);
        out.printf(
                "%d seeds, %d violations, %d steps (%.0f a second), %.2f simulated hours (%.1f an hour), faults: %s%n",
                told,
                violations,
                steps,
                steps / (nanos / NANOS_PER_SECOND),
                simulatedNanos / NANOS_PER_HOUR,
                simulatedNanos / nanos,
                coverage.faults());
    }
}
