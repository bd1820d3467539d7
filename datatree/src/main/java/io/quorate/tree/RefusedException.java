package io.quorate.tree;

import io.quorate.protocol.ErrorCode;

/** A request that may not be carried out. Ordinary control flow, hence no stack trace. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    RefusedException(ErrorCode code) {
        super(code.text(), null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
