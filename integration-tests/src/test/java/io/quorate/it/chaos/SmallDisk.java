package io.quorate.it.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own below a directory, so small that it can be filled. */
final class SmallDisk implements AutoCloseable {
    private static final int MIB = 256;

    private final Path directory;
    private final Path filler;

    private SmallDisk(Path directory) {
        this.directory = directory;
        this.filler = directory.resolve("filler");
    }

    /** Mounts one over a directory, which is made if it is missing. */
    static SmallDisk over(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + MIB + "m", "tmpfs", directory.toString());
        return new SmallDisk(directory);
    }

    /** To the last byte. */
    void fill() {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (long written = 0; written < (long) MIB << 20; written += block.length) {
                out.write(block);
            }
        } catch (IOException full) {
            return; // as wanted
        }
        throw new AssertionError(directory + " takes more than its size");
    }

    void free() {
        try {
            Files.deleteIfExists(filler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Commands.tryRun("umount", "-l", directory.toString());
    }
}
