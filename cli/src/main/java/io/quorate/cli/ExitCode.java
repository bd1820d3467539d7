package io.quorate.cli;

import picocli.CommandLine;

/** How the program ends, besides with the exit code of a command that it ran. */
final class ExitCode {
    static final int DONE = CommandLine.ExitCode.OK;
    static final int FAILED = CommandLine.ExitCode.SOFTWARE;
    static final int WRONG_ARGUMENTS = CommandLine.ExitCode.USAGE;
    static final int NOT_IN_TIME = 3;
    static final int LOST = 4;

    private ExitCode() {}
}
