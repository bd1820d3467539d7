package io.quorate.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The time, the order and the chance of one run. Everything that happens is an event on one heap, ordered by its time and, at one time, by
 * when it was asked for; everything that is drawn comes from the seed. So a seed is a run.
 */
public final class World {
    /** Simulated time begins here, since 1970, ms. */
    public static final long WALL_BEGIN_MS = 1_700_000_000_000L;

    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(number, other.number);
        }
    }

    private final long seed;
    private final Trace trace;
    private final PriorityQueue<Event> events = new PriorityQueue<>();

    /** Never goes back. */
    private long nowNanos;

    private long scheduled;
    private long steps;
    private @Nullable Violation violation;

    public World(long seed, Trace trace) {
        this.seed = seed;
        this.trace = trace;
    }

    /**
     * The chance of one concern. Each has a generator of its own, so that a draw more in one of them does not change the others.
     *
     * @param concern names the generator; asking twice for one name gives the same numbers twice
     */
    public Dice dice(String concern) {
        return new Dice(new SplittableRandom(seed ^ mix(concern.hashCode())));
    }

    private static long mix(long value) {
        long mixed = (value + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
        return mixed ^ (mixed >>> 31);
    }

    public long seed() {
        return seed;
    }

    /** Since the beginning of the run, ns. */
    public long nowNanos() {
        return nowNanos;
    }

    public Trace trace() {
        return trace;
    }

    /** Tells the trace what happens. Callers that have to make up the text ask {@link Trace#isOn} first. */
    public void trace(String who, String what) {
        trace.line(nowNanos, who, what);
    }

    /** Lets something happen later. */
    public void after(long delayNanos, Runnable action) {
        events.add(new Event(nowNanos + Math.max(0, delayNanos), scheduled++, action));
    }

    /** Lets the next event happen; false if there is none. */
    public boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.atNanos();
        steps++;
        trace.event(nowNanos, next.number());
        next.action().run();
        return true;
    }

    public long steps() {
        return steps;
    }

    /** Something is wrong. The first is kept, and ends the run. */
    public void fail(String invariant, String found) {
        if (violation == null) {
            violation = new Violation(seed, invariant, found, nowNanos);
            trace("VIOLATION", invariant + ": " + found);
        }
    }

    public @Nullable Violation violation() {
        return violation;
    }
}
