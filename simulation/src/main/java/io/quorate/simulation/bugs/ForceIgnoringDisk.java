package io.quorate.simulation.bugs;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;

/** A disk that does not do one kind of force: what a storage would be that forgot it. */
public final class ForceIgnoringDisk extends DiskTap {
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

    private final Ignored ignored;

    public ForceIgnoringDisk(DiskPort disk, Ignored ignored) {
        super(disk);
        this.ignored = ignored;
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        DiskFile file = disk.open(directory, name, mode);
        return ignored.matches(directory, name, mode) ? new Unforced(file) : file;
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        Ignored kind = directory == DiskDirectory.LOG ? Ignored.LOG_DIRECTORY : Ignored.DATA_DIRECTORY;
        if (kind != ignored) {
            disk.forceDirectory(directory);
        }
    }

    private static final class Unforced extends FileTap {
        Unforced(DiskFile file) {
            super(file);
        }

        @Override
        public void force() {
            // That is the bug.
        }
    }
}
