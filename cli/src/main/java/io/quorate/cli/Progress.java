package io.quorate.cli;

import java.io.PrintWriter;

/** Says on standard error how far something is that takes long; on a terminal every so often, otherwise at the end alone. */
final class Progress {
    private static final int STEP = 1_000;

    private final PrintWriter err;
    private final String what;
    private final boolean terminal = Terminal.isErr();
    private long count;

    /** @param what is done to the nodes */
    Progress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    void step() {
        count++;
        if (terminal && count % STEP == 0) {
            err.print("\r" + count + " nodes " + what);
            err.flush();
        }
    }

    void done() {
        err.println((terminal && count >= STEP ? "\r" : "") + count + " nodes " + what);
    }
}
