package io.quorate.tree;

/**
 * What the owner field of a node says about its kind.
 *
 * <pre>
 *   persistent  0
 *   container   0x8000000000000000
 *   TTL         0xff, 16 bits 0, 40 bits ttl in ms      (only where extended types are enabled)
 *   ephemeral   the session's id
 * </pre>
 */
enum NodeKind {
    PERSISTENT,
    EPHEMERAL,
    CONTAINER,
    TTL;

    static final long CONTAINER_OWNER = Long.MIN_VALUE;
    static final long MAX_TTL_MS = (1L << 40) - 1;
    private static final long TTL_MARK = 0xff00000000000000L;

    static NodeKind of(long owner, boolean extendedTypesEnabled) {
        if (owner == 0) {
            return PERSISTENT;
        }
        if (extendedTypesEnabled && (owner & TTL_MARK) == TTL_MARK) {
            return TTL;
        }
        return owner == CONTAINER_OWNER ? CONTAINER : EPHEMERAL;
    }

    static boolean isValidTtl(long ttlMs) {
        return ttlMs > 0 && ttlMs <= MAX_TTL_MS;
    }

    static long ownerOfTtl(long ttlMs) {
        return TTL_MARK | ttlMs;
    }

    static long ttlMs(long owner) {
        return owner & MAX_TTL_MS;
    }
}
