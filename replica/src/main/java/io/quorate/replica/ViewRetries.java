package io.quorate.replica;

/**
 * What follows when the tree changes faster than its snapshot is written. The next view is begun after a pause that doubles, so that a busy
 * server does not write files for nothing all the time; and it may hold back twice as much as the one before, up to a factor, since a pause
 * alone would keep a learner out for as long as the load lasts.
 */
final class ViewRetries {
    /** Abandoned in a row. */
    private int abandoned;

    private long pauseNanos;
    private long notBeforeNanos;

    void onAbandoned(long nowNanos) {
        pauseNanos =
                ReplicaLimits.FIRST_VIEW_PAUSE_NANOS << Math.min(abandoned, ReplicaLimits.MAX_VIEW_PAUSE_DOUBLINGS);
        notBeforeNanos = nowNanos + pauseNanos;
        abandoned++;
    }

    void onWritten() {
        abandoned = 0;
    }

    boolean mayBegin(long nowNanos) {
        return abandoned == 0 || nowNanos - notBeforeNanos >= 0;
    }

    /** How much the next view may hold back, in bytes. */
    int bound(int usual) {
        long raised = (long) usual << Math.min(abandoned, ReplicaLimits.MAX_VIEW_BOUND_DOUBLINGS);
        return (int) Math.min(raised, Integer.MAX_VALUE);
    }

    @Override
    public String toString() {
        return abandoned + " in a row; the next one is not begun within " + pauseNanos / 1_000_000_000L + " s";
    }
}
