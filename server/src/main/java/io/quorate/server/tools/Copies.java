package io.quorate.server.tools;

import io.quorate.replica.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Copies bytes, forces them, and names their checksum. */
final class Copies {
    private static final int PIECE_BYTES = 256 << 10;

    private Copies() {}

    /**
     * Writes the bytes from {@code offset} to {@code end} of a file to the same place of another, which ends there, and forces it.
     *
     * @throws ToolException if the file is shorter
     */
    static void copy(DiskFile from, long offset, long end, Path to, Progress progress) throws IOException {
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            channel.truncate(offset);
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            long at = offset;
            while (at < end) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
                int count = from.read(at, piece);
                if (count <= 0) {
                    throw new ToolException("a file became shorter while it was copied to " + to + ": it ends at " + at
                            + " instead of " + end + ". Run the backup again");
                }
                piece.flip();
                while (piece.hasRemaining()) {
                    at += channel.write(piece, at);
                }
                progress.add(count);
            }
            channel.force(true);
        }
    }

    /** Whether both files hold the same from {@code offset} to {@code end}. */
    static boolean same(DiskFile a, Path b, long offset, long end) throws IOException {
        try (FileChannel channel = FileChannel.open(b, StandardOpenOption.READ)) {
            for (long at = offset; at < end; ) {
                int length = (int) Math.min(PIECE_BYTES, end - at);
                ByteBuffer left = ByteBuffer.allocate(length);
                ByteBuffer right = ByteBuffer.allocate(length);
                while (left.hasRemaining() && a.read(at + left.position(), left) > 0) {
                    // A short read is not the end of the file.
                }
                while (right.hasRemaining() && channel.read(right, at + right.position()) > 0) {
                    // Likewise.
                }
                if (!left.flip().equals(right.flip())) {
                    return false;
                }
                at += length;
            }
        }
        return true;
    }

    /** The SHA-256 of the first {@code length} bytes, in hexadecimal; of all of them if there are fewer. */
    static String sha256(Path file, long length) throws IOException {
        MessageDigest digest = sha256();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long at = 0; at < length; ) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, length - at));
                int count = channel.read(piece, at);
                if (count <= 0) {
                    break;
                }
                digest.update(piece.flip());
                at += count;
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    static void writeForced(Path file, String text) throws IOException {
        Files.writeString(file, text);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
