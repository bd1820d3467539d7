package io.quorate.server.tools;

import java.io.PrintWriter;

/** How far a long work is, on one line of a terminal that is written again at each percent. Says nothing where nobody looks on. */
final class Progress {
    private static final int NOTHING_SHOWN = -1;

    private final PrintWriter out;
    private final boolean terminal;
    private String work = "";
    private long total;
    private long done;
    private int shown = NOTHING_SHOWN;

    Progress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** @param totalBytes about as much as there will be */
    void begin(String newWork, long totalBytes) {
        end();
        work = newWork;
        total = totalBytes;
        done = 0;
    }

    void add(long bytes) {
        done += bytes;
        int percent = total <= 0 ? 100 : (int) Math.min(100, done * 100 / total);
        if (terminal && percent != shown) {
            shown = percent;
            out.print("\r" + work + " " + percent + "%");
            out.flush();
        }
    }

    /** Leaves an empty line behind. */
    void end() {
        if (shown != NOTHING_SHOWN) {
            out.print("\r" + " ".repeat(work.length() + 5) + "\r");
            out.flush();
            shown = NOTHING_SHOWN;
        }
    }
}
