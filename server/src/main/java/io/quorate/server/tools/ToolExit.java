package io.quorate.server.tools;

/** The exit codes of all tools; scripts rely on them. */
final class ToolExit {
    static final int OK = 0;
    /** Files are damaged, or differ, or do not hold what was asked for: the message says which. */
    static final int DAMAGED = 1;
    /** Wrong arguments. */
    static final int USAGE = 2;
    /** A file could not be read or written, or the program failed. */
    static final int FAILED = 3;

    private ToolExit() {}
}
