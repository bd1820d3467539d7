package io.quorate.replica.storage;

import java.nio.ByteBuffer;

/** An open file. Positions and lengths in bytes; every failure is a {@link DiskException}. */
public interface DiskFile extends AutoCloseable {
    /** Reads at most {@code into.remaining()} bytes from {@code position} on. Returns how many, or -1 at or behind the end of the file. */
    int read(long position, ByteBuffer into);

    /** Writes all of {@code bytes} at {@code position}; a gap between the old end of the file and {@code position} reads as zeros. */
    void write(long position, ByteBuffer bytes);

    /** Returns when all that was written to this file is on the disk, and its length with it. Its name is not: see {@link DiskPort#forceDirectory}. */
    void force();

    /** Cuts the file to {@code length}, which is not larger than what it has. */
    void truncate(long length);

    @Override
    void close();
}
