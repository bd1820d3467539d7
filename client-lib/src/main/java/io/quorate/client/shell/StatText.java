package io.quorate.client.shell;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Stat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A {@link Stat} as it is shown, one field a line. */
final class StatText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss zzz yyyy", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    private StatText() {}

    static String show(Stat stat) {
        return String.join(
                "\n",
                "cZxid = " + Zxid.show(stat.czxid()),
                "ctime = " + TIME.format(Instant.ofEpochMilli(stat.ctime())),
                "mZxid = " + Zxid.show(stat.mzxid()),
                "mtime = " + TIME.format(Instant.ofEpochMilli(stat.mtime())),
                "pZxid = " + Zxid.show(stat.pzxid()),
                "cversion = " + stat.cversion(),
                "dataVersion = " + stat.version(),
                "aclVersion = " + stat.aversion(),
                "ephemeralOwner = " + Zxid.show(stat.ephemeralOwner()),
                "dataLength = " + stat.dataLength(),
                "numChildren = " + stat.numChildren());
    }
}
