package io.quorate.replica.storage;

/** What a file is opened for. */
public enum OpenMode {
    /** The file exists; it is only read. */
    READ,
    /** The file exists; it is read, written and truncated. */
    WRITE,
    /** The file does not exist and is made, empty. Fails if there is one already, so that no history is ever written over. */
    CREATE
}
