package io.quorate.client.session;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What of a session's traffic is known to have reached its server, and when, for those who must know how old the leader's knowledge can be.
 *
 * <p>The leader counts a session's time-out from what it was told last: by the handshake, which it is asked about itself, or by a follower that
 * reports, with each ping of the leader, which sessions it has heard of. So a request is known to have been reported by a certain moment only
 * if it was answered before the last report that must have happened by then.
 *
 * <p>Entries are kept for a time-out and at most {@value #PER_TIMEOUT} of them, the earlier one of two that are close: that is the careful side.
 */
public final class ActivityLog {
    private static final int PER_TIMEOUT = 32;

    private final Deque<long[]> entries = new ArrayDeque<>();
    private long helloSentNanos;
    private Snapshot snapshot = new Snapshot(0, new long[0], new long[0]);

    /**
     * @param helloSentNanos when the handshake of the present or the last connection was sent
     * @param sentNanos when requests were sent, ascending
     * @param answeredNanos when each of them was answered
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Snapshot(long helloSentNanos, long[] sentNanos, long[] answeredNanos) {
        /** The latest sending of which the server is known to have heard by {@code cutoffNanos}, or of which the leader itself was asked. */
        public long provenBefore(long cutoffNanos) {
            for (int i = sentNanos.length - 1; i >= 0; i--) {
                if (answeredNanos[i] - cutoffNanos <= 0) {
                    return sentNanos[i];
                }
            }
            return helloSentNanos;
        }
    }

    /** A server, and through it the leader, took the session. What was before is of no interest any more. */
    void attached(long sentNanos) {
        helloSentNanos = sentNanos;
        entries.clear();
        publish();
    }

    void answered(long sentNanos, long answeredNanos, long timeoutNanos) {
        long[] last = entries.peekLast();
        if (last != null && answeredNanos - last[1] < timeoutNanos / PER_TIMEOUT) {
            return;
        }
        // One that is older than the time-out stays as the first, so that there is always one.
        while (entries.size() > PER_TIMEOUT) {
            entries.removeFirst();
        }
        entries.addLast(new long[] {sentNanos, answeredNanos});
        publish();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    private void publish() {
        snapshot = new Snapshot(
                helloSentNanos,
                entries.stream().mapToLong(entry -> entry[0]).toArray(),
                entries.stream().mapToLong(entry -> entry[1]).toArray());
    }
}
