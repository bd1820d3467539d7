package io.quorate.replica;

/** Counts of requests and how long they took. */
final class RequestStats {
    private static final long NANOS_PER_MS = 1_000_000L;

    private long received;
    private long sent;
    private long answered;
    private long totalNanos;
    private long minNanos = Long.MAX_VALUE;
    private long maxNanos;
    private long lastNanos;

    void onReceived() {
        received++;
    }

    void onSent() {
        sent++;
    }

    void onAnswered(long nanos) {
        answered++;
        totalNanos += nanos;
        lastNanos = nanos;
        minNanos = Math.min(minNanos, nanos);
        maxNanos = Math.max(maxNanos, nanos);
    }

    void reset() {
        received = 0;
        sent = 0;
        answered = 0;
        totalNanos = 0;
        minNanos = Long.MAX_VALUE;
        maxNanos = 0;
        lastNanos = 0;
    }

    long received() {
        return received;
    }

    long sent() {
        return sent;
    }

    long minMs() {
        return answered == 0 ? 0 : minNanos / NANOS_PER_MS;
    }

    double avgMs() {
        return answered == 0 ? 0 : (double) totalNanos / answered / NANOS_PER_MS;
    }

    long maxMs() {
        return maxNanos / NANOS_PER_MS;
    }

    long lastMs() {
        return lastNanos / NANOS_PER_MS;
    }
}
