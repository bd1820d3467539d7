package io.quorate.embedded;

/** Servers could not be started, or do not do what was waited for; the message says which, and why. */
public final class EmbeddedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EmbeddedException(String message) {
        super(message);
    }

    EmbeddedException(String message, Throwable cause) {
        super(message, cause);
    }
}
