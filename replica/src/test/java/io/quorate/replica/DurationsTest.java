package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void everyNumberIsInABucketThatIsAtMostASixteenthOfItWide() {
        assertThat(Durations.bucketOf(0)).isZero();
        for (long number = 1, last = 0; number > 0; last = number, number += 1 + number / 37) {
            int bucket = Durations.bucketOf(number);
            assertThat(bucket).isGreaterThanOrEqualTo(Durations.bucketOf(last));
            assertThat(Durations.upperEnd(bucket) - number).isBetween(0L, number / 16);
            assertThat(Durations.bucketOf(Durations.upperEnd(bucket))).isEqualTo(bucket);
        }
        assertThat(Durations.upperEnd(Durations.bucketOf(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void percentilesAreThoseOfASortedListToASixteenth() {
        Random random = new Random(7);
        long[] times = new long[5000];
        Durations durations = new Durations();
        for (int i = 0; i < times.length; i++) {
            times[i] = (long) (Math.exp(random.nextDouble() * 12) * 1_000_000);
            durations.add(times[i]);
        }
        Arrays.sort(times);
        ReplicaStatus.Summary summary = durations.summary();
        assertThat(summary.count()).isEqualTo(5000);
        assertThat(summary.sum()).isEqualTo(Arrays.stream(times).sum() / 1_000_000);
        assertThat(summary.min()).isEqualTo(times[0] / 1_000_000);
        assertThat(summary.max()).isEqualTo(times[4999] / 1_000_000);
        assertPercentile(summary.p50(), times[2499]);
        assertPercentile(summary.p95(), times[4749]);
        assertPercentile(summary.p99(), times[4949]);
        assertPercentile(summary.p999(), times[4994]);
    }

    private static void assertPercentile(long foundMs, long exactNanos) {
        long exactMs = exactNanos / 1_000_000;
        assertThat(foundMs).isBetween(exactMs, exactMs + exactMs / 16 + 1);
    }

    @Test
    void nothingIsZeros() {
        Durations durations = new Durations();
        assertThat(durations.summary()).isEqualTo(ReplicaStatus.Summary.NONE);
        durations.add(5_000_000);
        durations.reset();
        assertThat(durations.summary()).isEqualTo(ReplicaStatus.Summary.NONE);
    }
}
