package io.quorate.tree;

/**
 * What is at a path and below, and what may be there; -1 for what is not limited, or not counted.
 *
 * @param bytes of data
 */
public record QuotaUsage(
        String path,
        long count,
        long bytes,
        long countLimit,
        long byteLimit,
        long countHardLimit,
        long byteHardLimit) {}
