package io.quorate.server.tools;

/** What was asked for cannot be done with these files. The message says what was found and what to do. */
final class ToolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ToolException(String message) {
        super(message);
    }
}
