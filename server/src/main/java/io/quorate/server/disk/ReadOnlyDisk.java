package io.quorate.server.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a server that somebody else may be using: they are read, and every attempt to change one is refused. Unlike
 * {@link FileDisk} it makes no directory, and takes those that hold the files themselves.
 */
public final class ReadOnlyDisk implements DiskPort {
    private final FileDisk files;
    private final Path data;
    private final Path log;

    /**
     * @param data where snapshots and epoch files are, mostly called {@code version-2}
     * @param log where transaction logs are
     */
    public ReadOnlyDisk(Path data, Path log) {
        this.files = FileDisk.of(data, log);
        this.data = data;
        this.log = log;
    }

    /** As an operator would find it. */
    public Path path(DiskDirectory directory, String name) {
        return (directory == DiskDirectory.DATA ? data : log).resolve(name);
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return files.list(directory);
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return files.exists(directory, name);
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return files.size(directory, name);
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        return files.read(directory, name);
    }

    @Override
    public ChannelFile open(DiskDirectory directory, String name, OpenMode mode) {
        if (mode != OpenMode.READ) {
            throw refused(directory, name, "open it for writing");
        }
        return files.open(directory, name, mode);
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        throw refused(directory, from, "rename it to " + to);
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        throw refused(directory, name, "delete");
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        throw refused(directory, name, "set it aside");
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        throw refused(directory, ".", "force the directory");
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        return files.freeBytes(directory);
    }

    @Override
    public boolean oneDirectory() {
        return files.oneDirectory();
    }

    @Override
    public boolean initializeMarkerExists() {
        return files.initializeMarkerExists();
    }

    @Override
    public void deleteInitializeMarker() {
        throw refused(DiskDirectory.LOG, "initialize", "delete");
    }

    private DiskException refused(DiskDirectory directory, String name, String attempted) {
        return new DiskException(
                path(directory, name).toString(),
                attempted,
                null,
                "These files are only read here; it is a mistake in the program that it tried.");
    }
}
