package io.quorate.replica.storage;

/** How a snapshot file is compressed; its name says so. */
public enum SnapshotCompression {
    NONE(""),
    GZIP(".gz"),
    SNAPPY(".snappy");

    private final String suffix;

    SnapshotCompression(String suffix) {
        this.suffix = suffix;
    }

    String suffix() {
        return suffix;
    }

    static SnapshotCompression of(String name) {
        if (name.endsWith(GZIP.suffix)) {
            return GZIP;
        }
        return name.endsWith(SNAPPY.suffix) ? SNAPPY : NONE;
    }
}
