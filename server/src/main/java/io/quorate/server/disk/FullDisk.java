package io.quorate.server.disk;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Whether a failure says that there is no room.
 *
 * <p>Java has no exception and no number for ENOSPC and EDQUOT, only the C library's text, which is in the language of the machine. The
 * text for a full disk is therefore learnt from {@code /dev/full}, where there is one, beside the English ones; and where no text fits, a file
 * system that has less room than what was to be written is full.
 */
final class FullDisk {
    private static final Path ALWAYS_FULL = Path.of("/dev/full");

    private static final List<String> TEXTS = Stream.concat(
                    Stream.of("No space left", "quota exceeded"), textOfThisMachine().stream())
            .toList();

    private FullDisk() {}

    private static Optional<String> textOfThisMachine() {
        if (!Files.isWritable(ALWAYS_FULL)) {
            return Optional.empty();
        }
        try (FileOutputStream out = new FileOutputStream(ALWAYS_FULL.toFile())) {
            out.write(0);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.ofNullable(e.getMessage()).filter(text -> !text.isBlank());
        }
    }

    /** Whether the text of the failure says so. */
    static boolean says(IOException failure) {
        String reason = failure instanceof FileSystemException detailed ? detailed.getReason() : failure.getMessage();
        return reason != null && TEXTS.stream().anyMatch(reason::contains);
    }

    /**
     * Whether a write failed for want of room.
     *
     * @param bytes that were still to be written
     */
    static boolean explains(IOException failure, Path file, long bytes) {
        if (says(failure)) {
            return true;
        }
        OptionalLong room = usableBytes(file);
        return room.isPresent() && room.getAsLong() < bytes;
    }

    /** Room for more beside a file; empty if that cannot be said, as of a file system that is gone. */
    static OptionalLong usableBytes(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            return parent == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(Files.getFileStore(parent).getUsableSpace());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
