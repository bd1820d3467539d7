package io.quorate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The clock that this process and a {@link Guarded} command's guard share: {@code /proc/uptime}, which no one can set. */
final class Uptime {
    private static final Path FILE = Path.of("/proc/uptime");

    private Uptime() {}

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
