package io.quorate.server.admin;

import java.io.IOException;
import java.net.URL;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which program this is. The text begins with the version of ZooKeeper whose formats are spoken, since tools look for it there. */
public final class Version {
    private static final String SPOKEN = "3.9.5";
    private static final DateTimeFormatter BUILT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Version() {}

    /** As "srvr" shows it: {@code 3.9.5-quorate-0.1.0, built on 2026-02-11 20:18 UTC}. */
    public static String text() {
        String own = Version.class.getPackage().getImplementationVersion();
        return SPOKEN + "-quorate-" + (own == null ? "unpackaged" : own) + ", built on " + BUILT.format(built());
    }

    private static Instant built() {
        @Nullable URL self = Version.class.getResource("Version.class");
        try {
            return self == null
                    ? Instant.EPOCH
                    : Instant.ofEpochMilli(self.openConnection().getLastModified());
        } catch (IOException e) {
            return Instant.EPOCH;
        }
    }
}
