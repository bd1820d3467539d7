package io.quorate.replica.storage;

/**
 * A snapshot that was read to its end.
 *
 * @param zxid of its name: where replay starts
 * @param bodyBytes length of the body, uncompressed
 * @param digestZxid last transaction applied when its writing ended, or 0 if it holds no digest
 * @param digest of the tree at {@code digestZxid}
 * @param lastProcessedZxid of its last section, or {@link io.quorate.jute.Zxid#NONE} without that
 */
public record LoadedSnapshot(
        long zxid, String name, long bodyBytes, long digestZxid, long digest, long lastProcessedZxid) {}
