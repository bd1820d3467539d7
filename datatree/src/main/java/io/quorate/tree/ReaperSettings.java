package io.quorate.tree;

/**
 * When nodes go that go by themselves. The names in brackets are ZooKeeper's properties.
 *
 * @param checkIntervalMs how often they are looked for, ms [znode.container.checkIntervalMs]
 * @param maxPerMinute how many are removed at most [znode.container.maxPerMinute]
 * @param maxNeverUsedIntervalMs how long a container that never had a child stays, ms; 0 for ever
 *     [znode.container.maxNeverUsedIntervalMs]
 */
public record ReaperSettings(long checkIntervalMs, int maxPerMinute, long maxNeverUsedIntervalMs) {
    public static final ReaperSettings DEFAULTS = new ReaperSettings(60_000, 10_000, 0);

    public ReaperSettings {
        if (checkIntervalMs <= 0 || maxPerMinute <= 0 || maxNeverUsedIntervalMs < 0) {
            throw new IllegalArgumentException("a check each " + checkIntervalMs + " ms, " + maxPerMinute
                    + " removals a minute, containers never used for " + maxNeverUsedIntervalMs
                    + " ms: the first two must be positive, the last at least 0");
        }
    }
}
