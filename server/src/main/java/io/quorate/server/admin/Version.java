package io.quorate.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Which program this is. The text begins with the version of ZooKeeper whose formats are spoken, since tools look for it there. Read once:
 * monitoring asks for it every few seconds, and each look into the jar would hold the file open until the next garbage collection.
 */
public final class Version {
    private static final String SPOKEN = "3.9.5";
    private static final String RESOURCE = "version.properties";
    private static final DateTimeFormatter BUILT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String TEXT = read();

    private Version() {}

    /** As "srvr" shows it: {@code 3.9.5-quorate-0.1.0, built on 2026-02-11 20:18 UTC}. */
    public static String text() {
        return TEXT;
    }

    private static String read() {
        Properties build = new Properties();
        try (@Nullable InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing beside " + Version.class.getName()
                        + ": the program was not built by its own build; build it with 'mvn package'");
            }
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
        Instant built = Instant.parse(build.getProperty("built"));
        return SPOKEN + "-quorate-" + build.getProperty("version") + ", built on " + BUILT.format(built);
    }
}
