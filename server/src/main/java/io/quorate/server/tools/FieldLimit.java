package io.quorate.server.tools;

import io.quorate.jute.JuteLimits;
import picocli.CommandLine.Option;

/** The option that says what the servers' {@code jute.maxbuffer} is. */
final class FieldLimit {
    @Option(
            names = "--jute-maxbuffer",
            paramLabel = "BYTES",
            description =
                    "The servers' jute.maxbuffer, if it is not ${DEFAULT-VALUE}: longer transactions count as damage.")
    private int maxBuffer = JuteLimits.DEFAULT_MAX_BUFFER;

    /** The largest string or buffer, in bytes. */
    int maxField() {
        return JuteLimits.maxField(maxBuffer, maxBuffer);
    }
}
