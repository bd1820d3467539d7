package io.quorate.it.bench;

import io.quorate.it.harness.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long writes took, apart for those that met a snapshot being written. */
final class WriteLatencies {
    /** Of each sort, so that a p99 says something. */
    private static final int ENOUGH = 1_000;

    private record Sample(long startNanos, long endNanos) {
        double ms() {
            return (endNanos - startNanos) / 1e6;
        }
    }

    private final SnapshotTimes times;
    private final List<Sample> samples = new ArrayList<>();

    WriteLatencies(SnapshotTimes times) {
        this.times = times;
    }

    synchronized void answered(long startNanos, long endNanos, boolean ok) {
        if (ok) {
            samples.add(new Sample(startNanos, endNanos));
        }
    }

    private synchronized int count() {
        return samples.size();
    }

    void await(int wanted, Duration patience) {
        Await.until(wanted + " writes to be answered", patience, () -> count() >= wanted);
    }

    synchronized boolean enough() {
        long during = samples.stream().filter(this::metOne).count();
        return during >= ENOUGH && samples.size() - during >= ENOUGH && snapshots() > 0;
    }

    private boolean metOne(Sample sample) {
        return times.during(sample.startNanos(), sample.endNanos());
    }

    private long snapshots() {
        return times.whole(
                samples.get(0).startNanos(), samples.get(samples.size() - 1).endNanos());
    }

    @Override
    public synchronized String toString() {
        double[] without = samples.stream()
                .filter(each -> !metOne(each))
                .mapToDouble(Sample::ms)
                .sorted()
                .toArray();
        double[] during = samples.stream()
                .filter(this::metOne)
                .mapToDouble(Sample::ms)
                .sorted()
                .toArray();
        if (without.length == 0 || during.length == 0) {
            return samples.size() + " writes, " + during.length + " of them met a snapshot";
        }
        return String.format(
                Locale.ROOT,
                "%d snapshots; ratio of p99 %.2f; without %s; during %s",
                snapshots(),
                part(during, 0.99) / part(without, 0.99),
                show(without),
                show(during));
    }

    private static String show(double[] sorted) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f ms of %d",
                part(sorted, 0.5),
                part(sorted, 0.99),
                part(sorted, 0.999),
                sorted[sorted.length - 1],
                sorted.length);
    }

    private static double part(double[] sorted, double part) {
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
    }
}
