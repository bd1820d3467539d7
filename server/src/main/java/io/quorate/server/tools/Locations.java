package io.quorate.server.tools;

import io.quorate.server.disk.ReadOnlyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Where the files of a server are.
 *
 * @param data snapshots and epoch files
 * @param log transaction logs
 */
record Locations(Path data, Path log) {
    static final String VERSION_DIRECTORY = "version-2";

    /**
     * @param dataDir as in zoo.cfg, or the {@code version-2} in it
     * @param logDir likewise; null: the same
     * @throws ParameterException if one is no directory
     */
    static Locations find(CommandSpec spec, Path dataDir, @Nullable Path logDir) {
        Path data = inside(spec, dataDir);
        return new Locations(data, logDir == null ? data : inside(spec, logDir));
    }

    private static Path inside(CommandSpec spec, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(spec.commandLine(), directory + " is no directory");
        }
        Path version = directory.resolve(VERSION_DIRECTORY);
        return Files.isDirectory(version) ? version : directory;
    }

    /** A disk that has one file; others beside it are not looked at. */
    static ReadOnlyDisk diskOf(CommandSpec spec, Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(
                    spec.commandLine(), file + (Files.exists(file) ? " is no file" : " does not exist"));
        }
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new ParameterException(spec.commandLine(), file + " is no file");
        }
        return new ReadOnlyDisk(directory, directory);
    }

    ReadOnlyDisk disk() {
        return new ReadOnlyDisk(data, log);
    }
}
