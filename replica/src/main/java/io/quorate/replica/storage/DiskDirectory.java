package io.quorate.replica.storage;

/** The two directories a server keeps files in; they may be one and the same. */
public enum DiskDirectory {
    /** {@code dataDir/version-2}: snapshots and epoch files. */
    DATA,
    /** {@code dataLogDir/version-2}: transaction logs. */
    LOG
}
