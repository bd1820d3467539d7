package io.quorate.simulation.disk;

import io.quorate.replica.storage.DiskDirectory;

/**
 * Something that is about to happen on a simulated disk.
 *
 * @param number counts the changes, from 1 on; a read has the number of the change before it
 * @param name of the file, or empty for {@link Kind#FORCE_DIRECTORY}
 */
public record DiskOperation(long number, Kind kind, DiskDirectory directory, String name) {
    /** What. */
    public enum Kind {
        READ(false),
        CREATE(true),
        WRITE(true),
        FORCE(true),
        TRUNCATE(true),
        RENAME(true),
        DELETE(true),
        SET_ASIDE(true),
        FORCE_DIRECTORY(true);

        private final boolean change;

        Kind(boolean change) {
            this.change = change;
        }

        boolean isChange() {
            return change;
        }
    }

    @Override
    public String toString() {
        return number + " " + kind + " " + directory + (name.isEmpty() ? "" : "/" + name);
    }
}
