package io.quorate.server.config;

/** The server cannot start. The message is one sentence for the operator: what was found, what was expected, what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /** @param exitCode one of {@link ExitCode} */
    public StartException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The code that the process ends with. */
    public int exitCode() {
        return exitCode;
    }

    static StartException configuration(String message) {
        return new StartException(ExitCode.INVALID_INVOCATION, message);
    }
}
