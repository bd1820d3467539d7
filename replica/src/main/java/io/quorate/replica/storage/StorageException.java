package io.quorate.replica.storage;

/** The storage cannot do what was asked. The message says what was found, what was expected and what an operator can do. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
