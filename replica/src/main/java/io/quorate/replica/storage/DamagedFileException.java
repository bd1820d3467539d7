package io.quorate.replica.storage;

/** A file holds bytes that no crash of a server leaves behind: the disk, or somebody, changed it. */
public final class DamagedFileException extends StorageException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final long offset;
    private final String found;

    /** @param offset of the first byte that cannot be trusted */
    public DamagedFileException(String file, long offset, String found, String advice) {
        super(file + " is damaged at offset " + offset + ": " + found + ". " + advice);
        this.file = file;
        this.offset = offset;
        this.found = found;
    }

    public String file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    /** What is there, without where and without advice. */
    public String found() {
        return found;
    }
}
