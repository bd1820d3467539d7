package io.quorate.simulation;

import org.jspecify.annotations.Nullable;

/**
 * How a run went.
 *
 * @param violation the first; null if every invariant held
 * @param faults how many there were, those included that its specification left out
 * @param plan what it was like
 * @param steps events that happened
 * @param simulatedNanos how long it lasted by its own time
 * @param traceHash of two runs of one seed it is the same
 */
public record Outcome(
        RunSpec spec,
        @Nullable Violation violation,
        Coverage coverage,
        int faults,
        Plan plan,
        long steps,
        long simulatedNanos,
        long traceHash) {}
