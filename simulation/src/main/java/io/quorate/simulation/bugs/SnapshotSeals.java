package io.quorate.simulation.bugs;

import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/** The end of a snapshot's file, as {@code SnapshotFormat} draws it: it is what has to be right again where something before it was changed. */
public final class SnapshotSeals {
    private static final int SEAL_BYTES = Long.BYTES + 5;
    private static final int DIGEST_BYTES = 8 + 4 + 8;
    private static final int ZXID_BYTES = 8;
    private static final int TAIL_BYTES = SEAL_BYTES + DIGEST_BYTES + SEAL_BYTES + ZXID_BYTES + SEAL_BYTES;

    private SnapshotSeals() {}

    /** Makes of a snapshot one of the same tree at another time. */
    public static byte[] withZxid(byte[] file, long zxid) {
        byte[] snapshot = file.clone();
        int digest = bodyEnd(snapshot) + SEAL_BYTES;
        ByteBuffer.wrap(snapshot).putLong(digest, zxid).putLong(digest + DIGEST_BYTES + SEAL_BYTES, zxid);
        renew(snapshot);
        return snapshot;
    }

    /** Each becomes that of what is before it. */
    static void renew(byte[] snapshot) {
        int bodyEnd = bodyEnd(snapshot);
        int digestEnd = bodyEnd + SEAL_BYTES + DIGEST_BYTES;
        for (int at : new int[] {bodyEnd, digestEnd, digestEnd + SEAL_BYTES + ZXID_BYTES}) {
            Adler32 adler = new Adler32();
            adler.update(snapshot, 0, at);
            ByteBuffer.wrap(snapshot).putLong(at, adler.getValue());
        }
    }

    private static int bodyEnd(byte[] snapshot) {
        return snapshot.length - TAIL_BYTES;
    }
}
