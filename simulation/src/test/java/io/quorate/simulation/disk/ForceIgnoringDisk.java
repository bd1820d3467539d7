package io.quorate.simulation.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk that does not do one kind of force: what a storage would be that forgot it. */
public final class ForceIgnoringDisk implements DiskPort {
    /** The forces of a storage, by what they make durable. */
    public enum Ignored {
        LOG,
        LOG_CUT,
        LOG_DIRECTORY,
        SNAPSHOT,
        RECEIVED_SNAPSHOT,
        INTENT,
        EPOCH,
        DATA_DIRECTORY;

        private boolean matches(DiskDirectory directory, String name, OpenMode mode) {
            return switch (this) {
                case LOG -> directory == DiskDirectory.LOG && mode == OpenMode.CREATE;
                case LOG_CUT -> directory == DiskDirectory.LOG && mode == OpenMode.WRITE;
                case SNAPSHOT -> name.startsWith("unfinished.snapshot.");
                case RECEIVED_SNAPSHOT -> name.startsWith("unfinished.install.");
                case INTENT -> name.startsWith("install.");
                case EPOCH -> name.endsWith("Epoch.tmp");
                case LOG_DIRECTORY, DATA_DIRECTORY -> false;
            };
        }
    }

    private final DiskPort disk;
    private final Ignored ignored;

    public ForceIgnoringDisk(DiskPort disk, Ignored ignored) {
        this.disk = disk;
        this.ignored = ignored;
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return disk.exists(directory, name);
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return disk.size(directory, name);
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        return disk.read(directory, name);
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        DiskFile file = disk.open(directory, name, mode);
        return ignored.matches(directory, name, mode) ? new Unforced(file) : file;
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        disk.rename(directory, from, to);
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        disk.delete(directory, name);
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        Ignored kind = directory == DiskDirectory.LOG ? Ignored.LOG_DIRECTORY : Ignored.DATA_DIRECTORY;
        if (kind != ignored) {
            disk.forceDirectory(directory);
        }
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        return disk.freeBytes(directory);
    }

    @Override
    public boolean oneDirectory() {
        return disk.oneDirectory();
    }

    @Override
    public boolean initializeMarkerExists() {
        return disk.initializeMarkerExists();
    }

    @Override
    public void deleteInitializeMarker() {
        disk.deleteInitializeMarker();
    }

    private record Unforced(DiskFile file) implements DiskFile {
        @Override
        public int read(long position, ByteBuffer into) {
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            file.write(position, bytes);
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long length) {
            file.truncate(length);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
