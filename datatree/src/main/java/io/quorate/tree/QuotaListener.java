package io.quorate.tree;

/** Who is told of writes beyond a quota. */
@FunctionalInterface
public interface QuotaListener {
    /** Nobody. */
    QuotaListener NONE = excess -> {};

    /** A write goes, or would go, beyond a limit. */
    void onExceeded(Excess excess);

    /**
     * What is beyond what.
     *
     * @param quota the path whose quota it is
     * @param what {@code count} of nodes, or {@code bytes} of their data
     * @param current what it would be
     * @param limit what it may be
     * @param refused whether the write was refused: the limit is a hard one, and such are enforced
     */
    record Excess(String quota, String what, long current, long limit, boolean refused) {}
}
