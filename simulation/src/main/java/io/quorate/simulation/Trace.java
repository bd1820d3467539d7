package io.quorate.simulation;

import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who did what, line by line; and a hash of it, by which two runs are compared. Without lines only the order of events is hashed. */
public final class Trace {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final boolean on;
    private final @Nullable Consumer<String> out;
    private long hash = FNV_OFFSET;

    private Trace(boolean on, @Nullable Consumer<String> out) {
        this.on = on;
        this.out = out;
    }

    public static Trace off() {
        return new Trace(false, null);
    }

    /** Makes all lines, and only hashes them. */
    public static Trace hashing() {
        return new Trace(true, null);
    }

    public static Trace to(Consumer<String> out) {
        return new Trace(true, out);
    }

    public boolean isOn() {
        return on;
    }

    /** Of all that has happened so far. */
    public long hash() {
        return hash;
    }

    void event(long nowNanos, long number) {
        mix(nowNanos);
        mix(number);
    }

    void line(long nowNanos, String who, String what) {
        if (!on) {
            return;
        }
        String line = String.format(Locale.ROOT, "%12.6f %-12s %s", nowNanos / 1e9, who, what);
        for (int i = 0; i < line.length(); i++) {
            mix(line.charAt(i));
        }
        if (out != null) {
            out.accept(line);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
    }
}
