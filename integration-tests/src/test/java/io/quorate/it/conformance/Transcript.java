package io.quorate.it.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What happened, in lines, with the same names on every server: zxids as the distance from {@code base}, sessions by the letter that the case
 * gave them, times as whether there is one, the servers of the configuration without their ports, and the folder of the case as {@code ~}.
 */
final class Transcript {
    /** As {@link #zxid} writes them; nothing else in a transcript has this form. */
    private static final Pattern ZXID = Pattern.compile("\\+\\d+");

    /** The line of a server in the configuration. */
    private static final Pattern PORTS = Pattern.compile("(server\\.\\d+=[0-9.]+):\\d+:\\d+:");

    private final String folder;
    private final StringBuilder lines = new StringBuilder();
    private final Map<Long, String> sessions = new LinkedHashMap<>();
    private long base;

    Transcript(String folder) {
        this.folder = folder;
    }

    /** From now on zxids are counted from this one. */
    void base(long zxid) {
        base = zxid;
    }

    /** A session keeps the first name that it is given. */
    void name(long session, String name) {
        sessions.putIfAbsent(session, name);
    }

    void line(String text) {
        lines.append(text).append('\n');
    }

    /** As every server would show it. */
    String zxid(long zxid) {
        if (zxid == 0 || zxid == -1) {
            return Long.toString(zxid);
        }
        return zxid < base ? "before" : "+" + (zxid - base);
    }

    String session(long session) {
        return session == 0 ? "0" : sessions.getOrDefault(session, "0x" + Long.toHexString(session));
    }

    String time(long ms) {
        return ms == 0 ? "0" : ms > 1_600_000_000_000L ? "t" : "wrong time " + ms;
    }

    /** The same transcript with no zxid in it. */
    static String withoutZxids(String transcript) {
        return ZXID.matcher(transcript).replaceAll("+?");
    }

    @Override
    public String toString() {
        return PORTS.matcher(lines.toString().replace(folder, "~")).replaceAll("$1:(port):(port):");
    }
}
