package io.quorate.replica.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Adler32;

/** Log entries that wait to be written with one write, encoded. */
final class LogBatch {
    private final Adler32 adler = new Adler32();
    private byte[] bytes = new byte[StorageLimits.READ_BYTES];
    private int length;

    int length() {
        return length;
    }

    boolean isEmpty() {
        return length == 0;
    }

    void addHeader() {
        ByteBuffer out = room(LogFormat.HEADER_BYTES);
        out.putInt(LogFormat.MAGIC).putInt(LogFormat.VERSION).putLong(LogFormat.DBID);
        length += LogFormat.HEADER_BYTES;
    }

    void add(byte[] txn) {
        adler.reset();
        adler.update(txn);
        ByteBuffer out = room(txn.length + StorageLimits.ENTRY_OVERHEAD_BYTES);
        out.putLong(adler.getValue()).putInt(txn.length).put(txn).put(LogFormat.END_BYTE);
        length = out.position();
    }

    ByteBuffer contents() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Empties it, and gives back what a large batch took. */
    void clear() {
        length = 0;
        if (bytes.length > StorageLimits.MAX_BATCH_BYTES) {
            bytes = new byte[StorageLimits.READ_BYTES];
        }
    }

    private ByteBuffer room(int more) {
        if (bytes.length - length < more) {
            long wanted = Math.max((long) length + more, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
        }
        return ByteBuffer.wrap(bytes, length, bytes.length - length);
    }
}
