package io.quorate.tree;

import io.quorate.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds writes against the quotas, on the leader. What is in flight counts, so that a burst of creates does not get past a limit before the
 * first of them is applied. Limits are those of the tree: a quota that is in flight itself counts once it is applied.
 */
final class QuotaGuard {
    /** What a transaction in flight adds below a quota. */
    private record Change(long zxid, String quota, long bytes, long count) {}

    /** What all in flight add below a quota. */
    private static final class Sum {
        long bytes;
        long count;
        int changes;
    }

    private final Quotas quotas;
    private final boolean enforced;
    private final QuotaListener listener;
    private final Deque<Change> inOrder = new ArrayDeque<>();
    private final Map<String, Sum> sums = new HashMap<>();

    /** Changes of the current transaction, the last ones in order. */
    private int current;

    QuotaGuard(Quotas quotas, boolean enforced, QuotaListener listener) {
        this.quotas = quotas;
        this.enforced = enforced;
        this.listener = listener;
    }

    void begin() {
        current = 0;
    }

    /**
     * A write that adds, or takes away, so much.
     *
     * @throws RefusedException if a hard limit is exceeded and such are enforced
     */
    void check(String path, long bytes, long count) throws RefusedException {
        String quota = quotas.of(path);
        if (quota == null || (bytes == 0 && count == 0)) {
            return;
        }
        QuotaText limits = quotas.limits(quota);
        QuotaText stats = quotas.stats(quota);
        if (stats.isEmpty()) {
            return;
        }
        Sum sum = sums.getOrDefault(quota, new Sum());
        if (count != 0) {
            check(quota, "count", stats.count() + sum.count + count, limits.count(), limits.countHardLimit());
        }
        if (bytes != 0) {
            check(quota, "bytes", stats.bytes() + sum.bytes + bytes, limits.bytes(), limits.byteHardLimit());
        }
    }

    private void check(String quota, String what, long would, long soft, long hard) throws RefusedException {
        boolean isHard = hard > QuotaText.NO_LIMIT;
        long limit = isHard ? hard : soft;
        if (limit <= QuotaText.NO_LIMIT || would <= limit) {
            return;
        }
        boolean refused = isHard && enforced;
        listener.onExceeded(new QuotaListener.Excess(quota, what, would, limit, refused));
        if (refused) {
            throw new RefusedException(ErrorCode.QUOTA_EXCEEDED);
        }
    }

    /** A transaction in flight adds, or takes away, so much at that path. */
    void put(long zxid, String path, long bytes, long count) {
        String quota = quotas.of(path);
        if (quota == null) {
            return;
        }
        inOrder.addLast(new Change(zxid, quota, bytes, count));
        current++;
        Sum sum = sums.computeIfAbsent(quota, key -> new Sum());
        sum.bytes += bytes;
        sum.count += count;
        sum.changes++;
    }

    void rollBack() {
        for (; current > 0; current--) {
            forget(inOrder.removeLast());
        }
    }

    void onApplied(long zxid) {
        while (!inOrder.isEmpty() && inOrder.element().zxid() <= zxid) {
            forget(inOrder.removeFirst());
        }
    }

    private void forget(Change change) {
        Sum sum = sums.get(change.quota());
        if (sum == null) {
            return;
        }
        sum.bytes -= change.bytes();
        sum.count -= change.count();
        sum.changes--;
        if (sum.changes == 0) {
            sums.remove(change.quota());
        }
    }

    void clear() {
        inOrder.clear();
        sums.clear();
        current = 0;
    }
}
