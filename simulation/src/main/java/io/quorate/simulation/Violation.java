package io.quorate.simulation;

/**
 * An invariant that did not hold.
 *
 * @param invariant what should be, in a sentence
 * @param found what was found
 * @param atNanos simulated time, ns
 */
public record Violation(long seed, String invariant, String found, long atNanos) {
    @Override
    public String toString() {
        return "seed " + seed + ", " + atNanos / 1_000_000 + " ms: it should be that " + invariant + ", but " + found;
    }
}
