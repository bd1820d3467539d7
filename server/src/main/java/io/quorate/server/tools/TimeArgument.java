package io.quorate.server.tools;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.TypeConversionException;

/** A point of time on the command line, in milliseconds since 1970. */
record TimeArgument(long ms) {
    static TimeArgument parse(String text) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new TimeArgument(millis(text));
        }
        try {
            return new TimeArgument(OffsetDateTime.parse(text).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException(
                    "'" + text
                            + "' is no time: write 2026-01-31T12:00:00Z, or 2026-01-31T13:00:00+01:00, or milliseconds since 1970");
        }
    }

    private static long millis(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is too large for milliseconds since 1970");
        }
    }

    /** As it is shown, in UTC. */
    static String show(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }
}
