package io.quorate.tree;

/** Bytes that are no snapshot, or a broken one. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SnapshotException(String message) {
        super(message);
    }
}
