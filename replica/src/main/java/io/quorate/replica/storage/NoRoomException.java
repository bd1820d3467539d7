package io.quorate.replica.storage;

/**
 * The disk is full, and nothing has come of what was asked for: what is on disk is as it was before, and the same call made again goes on
 * when there is room. Whoever gets it waits and asks again.
 */
public final class NoRoomException extends StorageException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(DiskException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
