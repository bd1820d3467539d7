package io.quorate.server.disk;

import io.quorate.replica.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One open file. */
final class ChannelFile implements DiskFile {
    private final Path path;
    private final FileChannel channel;
    private final @Nullable ForceTimes forces;

    /** @param forces told how long forces take; null if nobody wants to know */
    ChannelFile(Path path, FileChannel channel, @Nullable ForceTimes forces) {
        this.path = path;
        this.channel = channel;
        this.forces = forces;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        try {
            return channel.read(into, position);
        } catch (IOException e) {
            throw FileDisk.failure(path, "read " + into.remaining() + " bytes at " + position, e);
        }
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            boolean full = FullDisk.explains(e, path, bytes.remaining());
            throw FileDisk.failure(path, "write " + bytes.remaining() + " bytes at " + at, e, full);
        }
    }

    // The length is forced with the contents where it changed; access times are not worth a write.
    @Override
    public void force() {
        long start = System.nanoTime();
        try {
            channel.force(false);
        } catch (IOException e) {
            throw FileDisk.failure(path, "force", e);
        }
        if (forces != null) {
            long now = System.nanoTime();
            forces.add(path, now - start, now);
        }
    }

    @Override
    public void truncate(long length) {
        try {
            channel.truncate(length);
        } catch (IOException e) {
            throw FileDisk.failure(path, "truncate to " + length + " bytes", e);
        }
    }

    /** Of the file, also when its name is gone; in bytes. */
    long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw FileDisk.failure(path, "find the length", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileDisk.failure(path, "close", e);
        }
    }
}
