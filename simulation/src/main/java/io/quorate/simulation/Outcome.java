package io.quorate.simulation;

import org.jspecify.annotations.Nullable;

/**
 * How a run went.
 *
 * @param violation the first; null if every invariant held
 * @param steps events that happened
 * @param simulatedNanos how long it lasted by its own time
 * @param traceHash of two runs of one seed it is the same
 */
public record Outcome(
        long seed, @Nullable Violation violation, Coverage coverage, long steps, long simulatedNanos, long traceHash) {}
