package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The last bytes of a snapshot, which say how far it reaches. An Apache server names a snapshot by where it began to write it and goes on
 * applying transactions meanwhile, so that the file may hold some that are newer than its name.
 *
 * <pre>
 *   ... seal | digest section | seal | zxid section | seal      ends with 13 + 20 + 13 + 8 + 13 bytes
 *   ... seal | digest section | seal                                       13 + 20 + 13
 *   ... seal | zxid section | seal                                                  13 + 8 + 13
 *   ... seal
 * </pre>
 *
 * Which it is, the mark at the end of the seal before a section tells.
 */
final class SnapshotTail {
    private static final int BYTES =
            3 * SnapshotFormat.SEAL_BYTES + SnapshotFormat.DIGEST_SECTION_BYTES + SnapshotFormat.ZXID_SECTION_BYTES;

    private SnapshotTail() {}

    /** The last transaction that is in the file, as far as it says so; else that of its name. */
    static long lastZxid(DiskPort disk, Numbered snapshot) {
        byte[] tail = SnapshotCompression.of(snapshot.name()) == SnapshotCompression.NONE
                ? ofPlain(disk, snapshot.name())
                : ofCompressed(disk, snapshot.name());
        int end = tail.length - SnapshotFormat.SEAL_BYTES;
        long inZxidSection = sectionZxid(tail, end - SnapshotFormat.ZXID_SECTION_BYTES);
        long inDigestSection = sectionZxid(tail, end - SnapshotFormat.DIGEST_SECTION_BYTES);
        return Math.max(snapshot.zxid(), Math.max(inZxidSection, inDigestSection));
    }

    /** The number a section begins with, if there is a seal before it. */
    private static long sectionZxid(byte[] tail, int section) {
        int mark = section - SnapshotFormat.MARK.length;
        boolean sealed =
                mark >= 0 && Arrays.equals(tail, mark, section, SnapshotFormat.MARK, 0, SnapshotFormat.MARK.length);
        return sealed ? ByteBuffer.wrap(tail).getLong(section) : Zxid.NONE;
    }

    private static byte[] ofPlain(DiskPort disk, String name) {
        long size = disk.size(DiskDirectory.DATA, name);
        ByteBuffer tail = ByteBuffer.allocate((int) Math.min(BYTES, size));
        try (DiskFile file = disk.open(DiskDirectory.DATA, name, OpenMode.READ)) {
            long from = size - tail.capacity();
            while (tail.hasRemaining() && file.read(from + tail.position(), tail) > 0) {
                // A short read is not the end of the file.
            }
        }
        return tail.array();
    }

    private static byte[] ofCompressed(DiskPort disk, String name) {
        byte[] window = new byte[BYTES + StorageLimits.READ_BYTES];
        int kept = 0;
        try (InputStream in = SnapshotReader.open(disk, name)) {
            while (true) {
                int count = in.read(window, kept, window.length - kept);
                if (count < 0) {
                    return Arrays.copyOf(window, kept);
                }
                int filled = kept + count;
                kept = Math.min(filled, BYTES);
                System.arraycopy(window, filled - kept, window, 0, kept);
            }
        } catch (IOException e) {
            throw new DamagedFileException(
                    name,
                    0,
                    "it cannot be decompressed (" + e.getMessage() + ")",
                    "Remove it if an older one is good.");
        }
    }
}
