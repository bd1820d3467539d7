package io.quorate.tree;

import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds writes against the quotas, on the leader. What is in flight counts, so that a burst of creates does not get past a limit before the
 * first of them is applied. So do limits in flight: a leader whose own disk is slow applies late what was acknowledged long ago.
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

    /** A quota whose limits are created by a transaction in flight, and what was below it just before. */
    private record Coming(long zxid, long count, long bytes) {}

    private final Quotas quotas;
    private final Overlay overlay;
    private final boolean enforced;
    private final QuotaListener listener;
    private final Deque<Change> inOrder = new ArrayDeque<>();
    private final Map<String, Sum> sums = new HashMap<>();

    private final Map<String, Coming> coming = new HashMap<>();

    /** Changes of the current transaction, the last ones in order. */
    private int current;

    private long currentZxid;

    QuotaGuard(Quotas quotas, Overlay overlay, boolean enforced, QuotaListener listener) {
        this.quotas = quotas;
        this.overlay = overlay;
        this.enforced = enforced;
        this.listener = listener;
    }

    void begin(long zxid) {
        current = 0;
        currentZxid = zxid;
    }

    /**
     * A write that adds, or takes away, so much.
     *
     * @throws RefusedException if a hard limit is exceeded and such are enforced
     */
    void check(String path, long bytes, long count) throws RefusedException {
        String quota = nearest(path);
        if (quota == null || (bytes == 0 && count == 0)) {
            return;
        }
        QuotaText limits = limits(quota);
        QuotaText stats = stats(quota);
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

    private QuotaText limits(String quota) {
        PendingNode pending = overlay.pending(Quotas.limitsPath(quota));
        return pending == null || pending.dataOf != null ? quotas.limits(quota) : QuotaText.parse(pending.data);
    }

    /** What was below the quota before all that is in {@link #sums}; empty if it has no node for that. */
    private QuotaText stats(String quota) {
        Coming base = coming.get(quota);
        if (base == null) {
            return quotas.stats(quota);
        }
        QuotaText none = QuotaText.parse(null);
        return overlay.find(Quotas.statsPath(quota)) == null ? none : none.set(base.count(), base.bytes());
    }

    /** The current transaction creates a node, which is not in the overlay yet. */
    void created(String path, long bytes) {
        String quota = Quotas.limitedBy(path);
        if (quota != null && !quotas.paths().contains(quota)) {
            Quotas.Total now = overlay.inFlightBelow(quota).plus(quotas.count(quota));
            coming.put(quota, new Coming(currentZxid, now.count(), now.bytes()));
        }
        changed(path, bytes, 1);
    }

    /** The current transaction adds, or takes away, so much at that path. */
    void changed(String path, long bytes, long count) {
        String quota = nearest(path);
        if (quota == null) {
            return;
        }
        inOrder.addLast(new Change(currentZxid, quota, bytes, count));
        current++;
        Sum sum = sums.computeIfAbsent(quota, key -> new Sum());
        sum.bytes += bytes;
        sum.count += count;
        sum.changes++;
    }

    /** The quota that counts for a path; those in flight are quotas, too. */
    private @Nullable String nearest(String path) {
        if (coming.isEmpty()) {
            return quotas.of(path);
        }
        for (String each = path; !each.equals(Paths.ROOT); each = Paths.parent(each)) {
            if (coming.containsKey(each) || quotas.paths().contains(each)) {
                return each;
            }
        }
        return null;
    }

    void rollBack() {
        coming.values().removeIf(each -> each.zxid() == currentZxid);
        for (; current > 0; current--) {
            forget(inOrder.removeLast());
        }
    }

    void onApplied(long zxid) {
        while (!inOrder.isEmpty() && inOrder.element().zxid() <= zxid) {
            forget(inOrder.removeFirst());
        }
        if (!coming.isEmpty()) {
            coming.values().removeIf(each -> each.zxid() <= zxid);
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
        coming.clear();
        current = 0;
    }
}
