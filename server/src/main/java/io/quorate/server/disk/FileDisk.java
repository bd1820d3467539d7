package io.quorate.server.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The disk port on a file system: {@code dataDir/version-2} and {@code dataLogDir/version-2}. Holds no state besides the two paths, so
 * that several threads may use different files.
 */
public final class FileDisk implements DiskPort {
    private static final String VERSION_DIRECTORY = "version-2";
    private static final String INITIALIZE_MARKER = "initialize";

    private final Path data;
    private final Path log;
    private final Path marker;
    private final boolean oneDirectory;
    private final @Nullable ForceTimes forces;

    private FileDisk(Path data, Path log, Path marker, boolean oneDirectory, @Nullable ForceTimes forces) {
        this.forces = forces;
        this.data = data;
        this.log = log;
        this.marker = marker;
        this.oneDirectory = oneDirectory;
    }

    /**
     * Opens the two directories, making them if they are missing.
     *
     * @param autocreate {@code datadir.autocreate}: false refuses missing directories, such as those of a disk that is not mounted
     * @param forces told how long the forces of logs take
     */
    public static FileDisk open(Path dataDir, Path dataLogDir, boolean autocreate, ForceTimes forces) {
        Path data = dataDir.resolve(VERSION_DIRECTORY);
        Path log = dataLogDir.resolve(VERSION_DIRECTORY);
        prepare(data, "dataDir", autocreate);
        prepare(log, "dataLogDir", autocreate);
        return new FileDisk(data, log, dataLogDir.resolve(INITIALIZE_MARKER), same(data, log), forces);
    }

    /** Over two directories that are there, whatever their names; the marker is looked for beside that of the logs. */
    static FileDisk of(Path data, Path log) {
        return new FileDisk(data, log, log.resolveSibling(INITIALIZE_MARKER), same(data, log), null);
    }

    private static void prepare(Path directory, String setting, boolean autocreate) {
        if (!Files.isDirectory(directory)) {
            if (!autocreate) {
                throw new DiskException(
                        directory.toString(),
                        "find the directory",
                        null,
                        "Check " + setting
                                + " and whether its file system is mounted; datadir.autocreate=false forbids to make it.");
            }
            create(directory, setting);
        }
        if (!Files.isWritable(directory)) {
            throw new DiskException(
                    directory.toString(),
                    "write into the directory",
                    null,
                    "Check " + setting
                            + ", the owner of the directory and whether its file system is mounted read-only.");
        }
    }

    /** Makes the directory and, above it, what is missing; each new name is forced, or a crash would take the files inside with it. */
    private static void create(Path directory, String setting) {
        try {
            Files.createDirectories(directory);
            for (Path parent = directory.toAbsolutePath().getParent(); parent != null; parent = parent.getParent()) {
                forceDirectory(parent);
            }
        } catch (AccessDeniedException e) {
            // A parent that may not be opened was not made here.
            if (!Files.isDirectory(directory)) {
                throw new DiskException(
                        directory.toString(), "make the directory", e, "Check " + setting + " and its owner.");
            }
        } catch (IOException e) {
            throw new DiskException(
                    directory.toString(), "make the directory", e, "Check " + setting + " and its owner.");
        }
    }

    private static boolean same(Path data, Path log) {
        try {
            return Files.isSameFile(data, log);
        } catch (IOException e) {
            throw new DiskException(log.toString(), "look at the directory", e, "Check dataDir and dataLogDir.");
        }
    }

    private Path directory(DiskDirectory directory) {
        return directory == DiskDirectory.DATA ? data : log;
    }

    private Path path(DiskDirectory directory, String name) {
        return directory(directory).resolve(name);
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        try (Stream<Path> entries = Files.list(directory(directory))) {
            List<String> names = new ArrayList<>();
            entries.filter(Files::isRegularFile)
                    .forEach(entry -> names.add(entry.getFileName().toString()));
            return names;
        } catch (IOException e) {
            throw failure(directory(directory), "list the directory", e);
        }
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return Files.exists(path(directory, name));
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        Path path = path(directory, name);
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw failure(path, "find the length", e);
        }
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        Path path = path(directory, name);
        try {
            long size = Files.size(path);
            if (size > StorageLimits.SMALL_FILE_BYTES) {
                throw new DiskException(
                        path.toString(),
                        "read it as a small file",
                        null,
                        "It has " + size + " bytes and should have a few; it is not what its name says.");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw failure(path, "read", e);
        }
    }

    @Override
    public ChannelFile open(DiskDirectory directory, String name, OpenMode mode) {
        Path path = path(directory, name);
        Set<StandardOpenOption> options = switch (mode) {
            case READ -> Set.of(StandardOpenOption.READ);
            case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        };
        try {
            boolean timed = directory == DiskDirectory.LOG && mode != OpenMode.READ;
            return new ChannelFile(path, FileChannel.open(path, options), timed ? forces : null);
        } catch (IOException e) {
            throw failure(path, mode == OpenMode.CREATE ? "make the file" : "open the file", e);
        }
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        Path path = path(directory, from);
        try {
            Files.move(path, path(directory, to), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failure(path, "rename it to " + to, e);
        }
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        Path path = path(directory, name);
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw failure(path, "delete", e);
        }
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        Path path = path(directory, name);
        Path aside = directory(directory).toAbsolutePath().resolveSibling(folder);
        try {
            if (!Files.isDirectory(aside)) {
                Files.createDirectory(aside);
                forceDirectory(aside.resolveSibling("."));
            }
            Files.move(path, aside.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            forceDirectory(aside);
        } catch (IOException e) {
            throw failure(path, "move it to " + aside, e);
        }
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        try {
            forceDirectory(directory(directory));
        } catch (IOException e) {
            throw failure(directory(directory), "force the directory", e);
        }
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        try {
            return Files.getFileStore(directory(directory)).getUsableSpace();
        } catch (IOException e) {
            throw failure(directory(directory), "find how much room is left", e);
        }
    }

    @Override
    public boolean oneDirectory() {
        return oneDirectory;
    }

    @Override
    public boolean initializeMarkerExists() {
        return Files.exists(marker);
    }

    @Override
    public void deleteInitializeMarker() {
        try {
            if (Files.deleteIfExists(marker)) {
                Path parent = marker.toAbsolutePath().getParent();
                if (parent != null) {
                    forceDirectory(parent);
                }
            }
        } catch (IOException e) {
            throw failure(marker, "delete", e);
        }
    }

    static DiskException failure(Path path, String attempted, IOException cause) {
        return failure(path, attempted, cause, FullDisk.says(cause));
    }

    /** @param full whether the reason is that there is no room */
    static DiskException failure(Path path, String attempted, IOException cause, boolean full) {
        DiskException.Kind kind = full ? DiskException.Kind.NO_SPACE : DiskException.Kind.OTHER;
        String advice = full
                ? "The disk is full: make room; old snapshots may go, see autopurge.snapRetainCount."
                : advice(path, cause);
        return new DiskException(kind, path.toString(), attempted, cause, advice);
    }

    private static String advice(Path path, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "It is missing; was it removed while the server ran, or is its file system not mounted?";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "It exists and would have been written over; another server may be using this directory.";
        }
        if (cause instanceof AccessDeniedException) {
            return "Check its owner and permissions.";
        }
        OptionalLong free = FullDisk.usableBytes(path);
        if (free.isPresent() && free.getAsLong() < StorageLimits.MAX_BATCH_BYTES) {
            return "The disk is full (" + free.getAsLong() + " bytes are left): make room.";
        }
        String reason = cause instanceof FileSystemException detailed ? detailed.getReason() : cause.getMessage();
        if (reason != null && reason.contains("Read-only")) {
            return "The file system is mounted read-only: check the kernel's log for why.";
        }
        return "Check the disk and the kernel's log.";
    }
}
