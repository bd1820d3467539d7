package io.quorate.replica.storage;

import java.nio.ByteBuffer;

/** Small files that are either the old or the new ones, whatever happens in between. */
final class AtomicFiles {
    private AtomicFiles() {}

    /**
     * Returns when {@code name} holds {@code contents} and will after a crash: temporary file, force, rename, force of the directory.
     *
     * @throws NoRoomException if the disk is full; the old file is there then
     */
    static void writeDurable(DiskPort disk, DiskDirectory directory, String name, byte[] contents) {
        String temporary = name + StorageNames.TEMPORARY_SUFFIX;
        deleteIfExists(disk, directory, temporary);
        try (DiskFile file = create(disk, directory, temporary, contents)) {
            file.force();
        }
        disk.rename(directory, temporary, name);
        disk.forceDirectory(directory);
    }

    private static DiskFile create(DiskPort disk, DiskDirectory directory, String name, byte[] contents) {
        try {
            DiskFile file = disk.open(directory, name, OpenMode.CREATE);
            try {
                file.write(0, ByteBuffer.wrap(contents));
                return file;
            } catch (DiskException e) {
                file.close();
                throw e;
            }
        } catch (DiskException e) {
            if (e.kind() == DiskException.Kind.NO_SPACE) {
                throw new NoRoomException(e);
            }
            throw e;
        }
    }

    static boolean deleteIfExists(DiskPort disk, DiskDirectory directory, String name) {
        if (!disk.exists(directory, name)) {
            return false;
        }
        disk.delete(directory, name);
        return true;
    }
}
