package io.quorate.server.tools;

import io.quorate.replica.storage.DiskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Every change that a restore makes on the disk, so that each can be the last one before a crash. */
interface FileChanges {
    /** On the file systems of this machine. */
    FileChanges REAL = new FileChanges() {
        @Override
        public void makeDirectories(Path directory) throws IOException {
            Files.createDirectories(directory);
        }

        @Override
        public void copy(DiskFile from, long end, Path to, Progress progress) throws IOException {
            Copies.copy(from, 0, end, to, progress);
        }

        @Override
        public void write(Path file, String text) throws IOException {
            Copies.writeForced(file, text);
        }

        @Override
        public void delete(Path path) throws IOException {
            Files.deleteIfExists(path);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            Copies.forceDirectory(directory);
        }
    };

    void makeDirectories(Path directory) throws IOException;

    /** The first {@code end} bytes, forced. */
    void copy(DiskFile from, long end, Path to, Progress progress) throws IOException;

    /** Forced. */
    void write(Path file, String text) throws IOException;

    /** A file or an empty directory, if it is there. */
    void delete(Path path) throws IOException;

    void move(Path from, Path to) throws IOException;

    void forceDirectory(Path directory) throws IOException;
}
