package io.quorate.zab;

/**
 * How many learners are brought up to date at once. Those that vote count and are never turned away, since the quorum may need them; an
 * observer above the limit is, and comes back.
 *
 * @param snapshots by SNAP
 * @param histories by DIFF and TRUNC
 */
public record SyncLimits(int snapshots, int histories) {
    /** Those of the reference. */
    public static final SyncLimits DEFAULTS = new SyncLimits(10, 100);

    public SyncLimits {
        if (snapshots <= 0 || histories <= 0) {
            throw new IllegalArgumentException(
                    snapshots + " snapshots and " + histories + " histories at once: both must be positive");
        }
    }
}
