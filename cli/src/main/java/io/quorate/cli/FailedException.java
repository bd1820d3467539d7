package io.quorate.cli;

/** Something cannot be done; the message is for the user, as it is. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
        super(message);
    }

    FailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
