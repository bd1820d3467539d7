package io.quorate.election;

/** An election message that is not one. It is dropped; the connection may stay. */
public final class ElectionFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ElectionFormatException(String message) {
        super(message);
    }
}
