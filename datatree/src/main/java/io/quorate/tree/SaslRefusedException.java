package io.quorate.tree;

/** A SASL exchange has failed. The message is for operators: clients are told only that it failed. */
public final class SaslRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    public SaslRefusedException(String message) {
        super(message);
    }
}
