package io.quorate.replica;

/**
 * When the next snapshot may be begun after one that did not come about.
 *
 * <ul>
 *   <li>The tree changed faster than it was written: after a pause that doubles, so that a busy server does not write files for nothing all
 *       the time. The next view may hold back twice as much as the one before, up to a factor, since a pause alone would keep a learner out
 *       for as long as the load lasts.
 *   <li>The disk did not take it: after a pause that doubles as well.
 * </ul>
 */
final class SnapshotRetries {
    /** Abandoned in a row. */
    private int abandoned;

    /** Failed in a row. */
    private int failed;

    private long pauseNanos;
    private long notBeforeNanos;

    void onAbandoned(long nowNanos) {
        pause(abandoned, ReplicaLimits.MAX_VIEW_PAUSE_DOUBLINGS, nowNanos);
        abandoned++;
    }

    void onFailed(long nowNanos) {
        pause(failed, ReplicaLimits.MAX_SNAPSHOT_FAILURE_DOUBLINGS, nowNanos);
        failed++;
    }

    private void pause(int before, int maxDoublings, long nowNanos) {
        pauseNanos = ReplicaLimits.FIRST_VIEW_PAUSE_NANOS << Math.min(before, maxDoublings);
        notBeforeNanos = nowNanos + pauseNanos;
    }

    void onWritten() {
        abandoned = 0;
        failed = 0;
    }

    /** Whether the last one was given up since the tree changed faster than it was written: then the next must not be held back besides. */
    boolean areOutrun() {
        return abandoned > 0;
    }

    boolean mayBegin(long nowNanos) {
        return abandoned + failed == 0 || nowNanos - notBeforeNanos >= 0;
    }

    /** How much the next view may hold back, in bytes. */
    int bound(int usual) {
        long raised = (long) usual << Math.min(abandoned, ReplicaLimits.MAX_VIEW_BOUND_DOUBLINGS);
        return (int) Math.min(raised, Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        return "That was number " + (abandoned + failed) + " in a row; the next one is not begun within "
                + pauseNanos / 1_000_000_000L + " s.";
    }
}
