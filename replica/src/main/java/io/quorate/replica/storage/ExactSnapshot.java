package io.quorate.replica.storage;

import java.io.IOException;
import java.io.InputStream;

/**
 * A snapshot file that is the tree at {@code zxid} and nothing else, so that its body can be streamed to a learner as it is.
 *
 * @param bodyOffset where the session count begins, in bytes
 * @param bodyBytes up to and with the end-of-nodes mark
 */
public record ExactSnapshot(long zxid, String name, long bodyOffset, long bodyBytes) {
    /**
     * Opens the file at its body, uncompressed.
     *
     * @throws DamagedFileException if it cannot be decompressed
     */
    public InputStream openBody(DiskPort disk) {
        try {
            InputStream in = SnapshotReader.open(disk, name);
            try {
                in.skipNBytes(bodyOffset);
                return in;
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DamagedFileException(
                    name, 0, "it cannot be decompressed (" + e.getMessage() + ")", "Check this server's disk.");
        }
    }
}
