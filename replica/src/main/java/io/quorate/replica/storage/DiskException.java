package io.quorate.replica.storage;

import org.jspecify.annotations.Nullable;

/** The disk failed at something. After a failed write or force of the log nothing more is written: see {@link TxnLog}. */
public final class DiskException extends StorageException {
    /** What is wrong with the disk, as far as it makes a difference. */
    public enum Kind {
        /** It is full, or a quota is used up: the same may be possible later. */
        NO_SPACE,
        OTHER
    }

    private static final long serialVersionUID = 1L;
    private final String file;
    private final Kind kind;

    /**
     * @param file as an operator would find it: a path
     * @param attempted what was being done, such as "force"
     * @param advice what the operator can do about it
     */
    public DiskException(String file, String attempted, @Nullable Throwable cause, String advice) {
        this(Kind.OTHER, file, attempted, cause, advice);
    }

    /** As above, of a kind. */
    public DiskException(Kind kind, String file, String attempted, @Nullable Throwable cause, String advice) {
        super(file + ": cannot " + attempted + (cause == null ? "" : " (" + cause + ")") + ". " + advice);
        if (cause != null) {
            initCause(cause);
        }
        this.file = file;
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public String file() {
        return file;
    }
}
