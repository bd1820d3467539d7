package io.quorate.replica.storage;

import java.util.List;

/**
 * The disk, as bytes. Calls return when they are done and may block; every failure is a {@link DiskException}.
 *
 * <p>What a crash may do, and the storage is built to survive: contents not forced are lost, in whole or in any part; names made,
 * changed or removed since the last {@link #forceDirectory} are the old or the new ones; a rename is never half done.
 */
public interface DiskPort {
    /** The names of the plain files in it, in any order. */
    List<String> list(DiskDirectory directory);

    boolean exists(DiskDirectory directory, String name);

    /** In bytes. */
    long size(DiskDirectory directory, String name);

    /** A whole small file; fails on one larger than {@link StorageLimits#SMALL_FILE_BYTES}. */
    byte[] read(DiskDirectory directory, String name);

    DiskFile open(DiskDirectory directory, String name, OpenMode mode);

    /** Gives the file another name in the same directory, atomically; a file that had that name is gone. */
    void rename(DiskDirectory directory, String from, String to);

    void delete(DiskDirectory directory, String name);

    /**
     * Moves the file, under its name, into a folder beside the directory, which is made if it is missing. Nothing here looks there. It is in either
     * place until {@link #forceDirectory}, and then in that folder.
     */
    void setAside(DiskDirectory directory, String name, String folder);

    /** Returns when all names made, changed and removed in it are on the disk. */
    void forceDirectory(DiskDirectory directory);

    /** Room left for more, in bytes. */
    long freeBytes(DiskDirectory directory);

    /** Whether {@link DiskDirectory#DATA} and {@link DiskDirectory#LOG} are the same directory. */
    boolean oneDirectory();

    /** Whether the operator's file {@code dataLogDir/initialize} is there, which says that an empty server may vote. */
    boolean initializeMarkerExists();

    /** Removes the marker, durably; nothing happens if there is none. */
    void deleteInitializeMarker();
}
