package io.quorate.server.config;

/** The exit codes of the process, as ZooKeeper's operators and their scripts know them. */
public final class ExitCode {
    public static final int NORMAL = 0;
    public static final int UNEXPECTED_ERROR = 1;
    /** Wrong arguments or a wrong configuration. */
    public static final int INVALID_INVOCATION = 2;
    /** The data or log directory cannot be read or written. */
    public static final int DATA_DIRECTORY_ACCESS = 3;

    public static final int ELECTION_PORT_BIND = 14;

    private ExitCode() {}
}
