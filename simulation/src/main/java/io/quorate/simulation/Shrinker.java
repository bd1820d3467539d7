package io.quorate.simulation;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a run that breaks something smaller, as long as it still breaks the same invariant: fewer faults, fewer clients, fewer operations, an
 * earlier end. Each fault has dice of its own, so that the others stay what they are when it is left out; what the network does changes with
 * everything, so a smaller run is found by trying.
 */
final class Shrinker {
    /** So often a run is tried again at most. */
    static final int MAX_RUNS = 150;

    private final Function<RunSpec, Outcome> runner;
    private Outcome best;
    private int runs;

    private Shrinker(Outcome failed, Function<RunSpec, Outcome> runner) {
        this.best = failed;
        this.runner = runner;
    }

    /** @return the smallest run that was found; the one that was given if there is none */
    static Outcome shrink(Outcome failed, Function<RunSpec, Outcome> runner) {
        Shrinker shrinker = new Shrinker(failed, runner);
        shrinker.shrink();
        return shrinker.best;
    }

    private void shrink() {
        Violation violation = best.violation();
        if (violation == null) {
            return;
        }
        int ms = (int) Math.min(Integer.MAX_VALUE, violation.atNanos() / 1_000_000 + 1);
        attempt(best.spec().withFaultMs(ms));
        leaveFaultsOut();
        fewer(best.plan().load().clients(), 1, RunSpec::withClients);
        fewer(best.plan().load().operations(), 1, RunSpec::withOperations);
        leaveFaultsOut();
    }

    /** Halves, quarters, … of the faults, down to one by one. */
    private void leaveFaultsOut() {
        SortedSet<Integer> kept = new TreeSet<>();
        for (int number = 1; number <= best.faults(); number++) {
            if (best.spec().happens(number)) {
                kept.add(number);
            }
        }
        for (int size = kept.size(); size >= 1 && runs < MAX_RUNS; size /= 2) {
            for (int from = 0; from < kept.size() && runs < MAX_RUNS; ) {
                SortedSet<Integer> fewer = without(kept, from, size);
                if (attempt(best.spec().withFaults(fewer))) {
                    kept = fewer;
                } else {
                    from += size;
                }
            }
        }
    }

    private static SortedSet<Integer> without(SortedSet<Integer> all, int from, int count) {
        SortedSet<Integer> result = new TreeSet<>();
        int index = 0;
        for (int each : all) {
            if (index < from || index >= from + count) {
                result.add(each);
            }
            index++;
        }
        return result;
    }

    private interface Limit {
        RunSpec apply(RunSpec spec, int most);
    }

    private void fewer(int now, int least, Limit limit) {
        int most = now;
        for (int step = Math.max(1, now / 2); step >= 1 && runs < MAX_RUNS; step /= 2) {
            while (most - step >= least && runs < MAX_RUNS && attempt(limit.apply(best.spec(), most - step))) {
                most -= step;
            }
        }
    }

    private boolean attempt(RunSpec spec) {
        runs++;
        Outcome outcome = runner.apply(spec);
        if (!isSame(outcome.violation())) {
            return false;
        }
        best = outcome;
        return true;
    }

    private boolean isSame(@Nullable Violation violation) {
        Violation wanted = best.violation();
        return violation != null && wanted != null && violation.invariant().equals(wanted.invariant());
    }
}
