package io.quorate.jute;

/**
 * The record goes on behind the last byte that is there. A decoder of an unframed stream rewinds to the start of the record and waits
 * for more; a decoder of a frame treats it as any other {@link JuteException}. Carries no stack trace, since it is ordinary control flow.
 */
public final class JuteUnderflowException extends JuteException {
    private static final long serialVersionUID = 1L;
    private final int missing;

    JuteUnderflowException(int needed, int remaining) {
        super("record needs " + needed + " more bytes, " + remaining + " are left", false);
        this.missing = needed - remaining;
    }

    /** A lower bound of how many bytes are missing, in bytes; at least 1. */
    public int missing() {
        return missing;
    }
}
