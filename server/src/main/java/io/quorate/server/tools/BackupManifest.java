package io.quorate.server.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.jute.Zxid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds: {@code manifest.json}, written last and at once, so that a backup that was interrupted is the one before it.
 *
 * @param format of this file; 1
 * @param taken just before the logs were read, in UTC
 * @param takenMs the same in milliseconds since 1970
 * @param source where the files come from
 * @param lastZxid of the last transaction in it
 * @param confirmedZxid up to here the server had everything forced to its disk; what follows stood in the log it was writing
 * @param acceptedEpoch null for a server that never was in an ensemble
 * @param currentEpoch likewise
 */
record BackupManifest(
        int format,
        String taken,
        long takenMs,
        String source,
        String lastZxid,
        String confirmedZxid,
        @Nullable Long acceptedEpoch,
        @Nullable Long currentEpoch,
        List<Entry> files) {
    static final int FORMAT = 1;
    private static final String NAME = "manifest.json";

    /**
     * One file below {@code version-2}. Only this much of it belongs to the backup; what may follow is of a backup that was interrupted.
     *
     * @param length in bytes
     * @param sha256 of that much, in hexadecimal
     * @param lastZxid of the last transaction in it, or whose effects may be in it
     */
    record Entry(String name, long length, String sha256, String lastZxid) {
        boolean isLog() {
            return name.startsWith("log.");
        }

        long last() {
            return unhex(lastZxid);
        }

        /** Of the name. */
        long zxid() {
            return Long.parseUnsignedLong(name.split("\\.", 3)[1], 16);
        }
    }

    long last() {
        return unhex(lastZxid);
    }

    long confirmed() {
        return unhex(confirmedZxid);
    }

    /** Oldest first. */
    List<Entry> logs() {
        return files.stream().filter(Entry::isLog).toList();
    }

    List<Entry> snapshots() {
        return files.stream().filter(file -> !file.isLog()).toList();
    }

    Optional<Entry> file(String name) {
        return files.stream().filter(file -> file.name().equals(name)).findFirst();
    }

    /** The highest epoch that a server is known to have agreed to. */
    long highestEpoch() {
        long promised = Math.max(acceptedEpoch == null ? 0 : acceptedEpoch, currentEpoch == null ? 0 : currentEpoch);
        return Math.max(promised, Zxid.epoch(last()));
    }

    private static long unhex(String zxid) {
        return Long.parseUnsignedLong(zxid.substring(2), 16);
    }

    static Optional<BackupManifest> read(Path backup) {
        Path file = backup.resolve(NAME);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            BackupManifest manifest = new ObjectMapper().readValue(Files.readAllBytes(file), BackupManifest.class);
            if (manifest.format() != FORMAT) {
                throw new ToolException(file + " is of format " + manifest.format() + ", known is " + FORMAT
                        + ": it was written by another release; use that one");
            }
            return Optional.of(manifest);
        } catch (JsonProcessingException e) {
            throw new ToolException(file + " cannot be read as a backup's manifest: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e, e);
        }
    }

    void writeDurable(Path backup) throws IOException {
        Path temporary = backup.resolve(NAME + ".tmp");
        Files.write(
                temporary, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(
                temporary, backup.resolve(NAME), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Copies.forceDirectory(backup);
    }
}
