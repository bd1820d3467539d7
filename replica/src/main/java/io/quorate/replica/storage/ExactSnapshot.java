package io.quorate.replica.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CheckedInputStream;

/**
 * A snapshot file that is the tree at {@code zxid} and nothing else, so that its body can be streamed to a learner as it is.
 *
 * @param bodyOffset where the session count begins, in bytes
 * @param bodyBytes up to and with the end-of-nodes mark
 */
public record ExactSnapshot(long zxid, String name, long bodyOffset, long bodyBytes) {
    /**
     * Opens the file at its body, uncompressed. What is read counts for {@link #requireSealed}.
     *
     * @throws DamagedFileException if it cannot be decompressed
     */
    public CheckedInputStream openBody(DiskPort disk) {
        try {
            CheckedInputStream in = new CheckedInputStream(SnapshotReader.open(disk, name), new Adler32());
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

    /**
     * Reads the seal behind the body. A bit that has turned since the file was written would make another tree of who is sent it, which seals
     * that one anew.
     *
     * @param body read to its end
     * @throws DamagedFileException if the body is not the one that was written
     */
    public void requireSealed(CheckedInputStream body) {
        long found = body.getChecksum().getValue();
        byte[] seal;
        try {
            seal = body.readNBytes(SnapshotFormat.SEAL_BYTES);
        } catch (IOException e) {
            throw damaged("its seal cannot be decompressed (" + e.getMessage() + ")");
        }
        byte[] mark = Arrays.copyOfRange(seal, Math.min(Long.BYTES, seal.length), seal.length);
        if (!Arrays.equals(mark, SnapshotFormat.MARK)) {
            throw damaged("there is no seal behind its body");
        }
        long sealed = ByteBuffer.wrap(seal).getLong();
        if (sealed != found) {
            throw damaged(
                    String.format("its seal says 0x%x, the checksum of what is before it is 0x%x", sealed, found));
        }
    }

    private DamagedFileException damaged(String what) {
        return new DamagedFileException(name, bodyOffset + bodyBytes, what, "Check this server's disk.");
    }
}
