package io.quorate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clock that this process and a {@link Guarded} command's guard share: {@code /proc/uptime}, which no one can set. */
final class Uptime {
    private static final Path FILE = Path.of("/proc/uptime");
    private static final long CENTI_NANOS = 10_000_000;

    /** What this clock is ahead of {@link System#nanoTime} by, which stands still while the machine does. */
    private final long aheadCentis;

    private Uptime(long aheadCentis) {
        this.aheadCentis = aheadCentis;
    }

    static Uptime now() {
        long centis = centis();
        return new Uptime(centis - 1 - Math.floorDiv(System.nanoTime(), CENTI_NANOS));
    }

    /** @param nanos on {@link System#nanoTime} @return hundredths of a second on this clock, if the machine has not stood still since {@link #now} */
    long centisAt(long nanos) {
        return aheadCentis + Math.floorDiv(nanos, CENTI_NANOS);
    }

    /** @return hundredths of a second since the machine started */
    static long centis() {
        try {
            String seconds = Files.readString(FILE, StandardCharsets.US_ASCII).split(" ", -1)[0];
            return Long.parseLong(seconds.replace(".", ""));
        } catch (IOException | NumberFormatException e) {
            throw new FailedException(
                    FILE + " cannot be read (" + e + "): commands can be run under a lease on Linux only", e);
        }
    }
}
