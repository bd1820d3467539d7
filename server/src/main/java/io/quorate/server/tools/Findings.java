package io.quorate.server.tools;

import java.io.PrintWriter;

/** What a check found. */
final class Findings {
    private final PrintWriter out;
    private int damages;

    Findings(PrintWriter out) {
        this.out = out;
    }

    /** Something that no server leaves. */
    void damage(String what) {
        damages++;
        out.println("damage: " + what);
    }

    /** Something that an operator wants to know, and that is in order. */
    void note(String what) {
        out.println("note: " + what);
    }

    void say(String what) {
        out.println(what);
    }

    int damages() {
        return damages;
    }
}
