package io.quorate.replica.storage;

import java.nio.ByteBuffer;

/** Small files that are either the old or the new ones, whatever happens in between. */
final class AtomicFiles {
    private AtomicFiles() {}

    /** Returns when {@code name} holds {@code contents} and will after a crash: temporary file, force, rename, force of the directory. */
    static void writeDurable(DiskPort disk, DiskDirectory directory, String name, byte[] contents) {
        String temporary = name + StorageNames.TEMPORARY_SUFFIX;
        deleteIfExists(disk, directory, temporary);
        try (DiskFile file = disk.open(directory, temporary, OpenMode.CREATE)) {
            file.write(0, ByteBuffer.wrap(contents));
            file.force();
        }
        disk.rename(directory, temporary, name);
        disk.forceDirectory(directory);
    }

    static boolean deleteIfExists(DiskPort disk, DiskDirectory directory, String name) {
        if (!disk.exists(directory, name)) {
            return false;
        }
        disk.delete(directory, name);
        return true;
    }
}
