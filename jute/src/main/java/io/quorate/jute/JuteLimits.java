package io.quorate.jute;

/** Limits of every wire and file format; the names and defaults are ZooKeeper's ({@code jute.maxbuffer}). */
public final class JuteLimits {
    /** Largest client frame, in bytes. */
    public static final int DEFAULT_MAX_BUFFER = 0xfffff;

    /** Headroom of a stored or forwarded transaction over the client frame that caused it, in bytes. */
    public static final int DEFAULT_EXTRA_SIZE = DEFAULT_MAX_BUFFER;

    /** Largest single string or buffer inside a record with the default settings, in bytes. */
    public static final int DEFAULT_MAX_FIELD = maxField(DEFAULT_MAX_BUFFER, DEFAULT_EXTRA_SIZE);

    private JuteLimits() {}

    /** The largest single string or buffer, in bytes: the sum of both settings, clipped at 2^31-1. */
    public static int maxField(int maxBuffer, int extraSize) {
        return (int) Math.min(Integer.MAX_VALUE, (long) maxBuffer + Math.max(1024, extraSize));
    }
}
