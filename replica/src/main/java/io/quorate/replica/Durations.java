package io.quorate.replica;

import java.util.Arrays;

/**
 * How long things took, in buckets whose width grows with the time: a sixteenth of it, so that a percentile is at most that much too high.
 * Costs an addition a time, and no memory after the first.
 */
public final class Durations {
    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    /** A long has 63 bits; the first buckets hold what is too short to be divided. */
    private static final int BUCKETS = (Long.SIZE - SUB_BITS) * SUB_BUCKETS;

    private static final long NANOS_PER_MS = 1_000_000L;

    /** By microseconds. */
    private final long[] counts = new long[BUCKETS];

    private long count;
    private long sumNanos;
    private long minNanos = Long.MAX_VALUE;
    private long maxNanos;

    public void add(long nanos) {
        long time = Math.max(0, nanos);
        counts[bucketOf(time / 1000)]++;
        count++;
        sumNanos += time;
        minNanos = Math.min(minNanos, time);
        maxNanos = Math.max(maxNanos, time);
    }

    void reset() {
        Arrays.fill(counts, 0);
        count = 0;
        sumNanos = 0;
        minNanos = Long.MAX_VALUE;
        maxNanos = 0;
    }

    public ReplicaStatus.Summary summary() {
        if (count == 0) {
            return ReplicaStatus.Summary.NONE;
        }
        return new ReplicaStatus.Summary(
                count,
                sumNanos / NANOS_PER_MS,
                minNanos / NANOS_PER_MS,
                maxNanos / NANOS_PER_MS,
                percentile(0.5),
                percentile(0.95),
                percentile(0.99),
                percentile(0.999));
    }

    /** The upper end of the bucket that the percentile falls into, ms; never above the largest time. */
    private long percentile(double part) {
        long wanted = (long) Math.ceil(part * count);
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.min(maxNanos, upperEnd(i) * 1000) / NANOS_PER_MS;
            }
        }
        return maxNanos / NANOS_PER_MS;
    }

    /**
     * <pre>
     *   0..15            one bucket each
     *   16..31, 32..63…  sixteen buckets each
     * </pre>
     */
    static int bucketOf(long micros) {
        if (micros < SUB_BUCKETS) {
            return (int) micros;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
        return (shift + 1) * SUB_BUCKETS + (int) (micros >>> shift) - SUB_BUCKETS;
    }

    /** The largest number of the bucket. */
    static long upperEnd(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int shift = bucket / SUB_BUCKETS - 1;
        long first = (long) (bucket % SUB_BUCKETS + SUB_BUCKETS) << shift;
        return first + (1L << shift) - 1;
    }
}
