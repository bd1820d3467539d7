package io.quorate.jute;

/** Bytes that are not a well-formed record: a negative length, a length over the limit, or (see {@link JuteUnderflowException}) too few of them. */
public class JuteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JuteException(String message) {
        super(message);
    }

    JuteException(String message, boolean writableStackTrace) {
        super(message, null, writableStackTrace, writableStackTrace);
    }
}
