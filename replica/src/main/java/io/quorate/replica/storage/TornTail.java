package io.quorate.replica.storage;

import java.nio.ByteBuffer;
import java.util.zip.Adler32;

/**
 * Tells a batch that a crash left half written from damage. A log is forced after each write, and never has more than one write that
 * is not forced. So a crash can only have left, at the end of the newest log:
 *
 * <pre>
 *   ... forced entries | a batch of which any sectors, or a beginning, arrived, and zeros for the rest | zeros
 * </pre>
 *
 * Nothing in that batch was acknowledged, and it may be cut off. Damage qualifies when all that is not zero from there on fits into one
 * batch, and the entry that cannot be read
 * <ul>
 *   <li>has a hole: a sector that it touches is all zeros, though something comes after it; or
 *   <li>is a beginning: its end byte and all behind it are zeros or missing, and what is there is not whole entries under a length that
 *       has changed.
 * </ul>
 * A changed bit in an entry that was forced has neither mark, and stays what it is: damage. A whole sector that a disk lost, or an entry
 * that is full of zeros, in the last batch's reach of the end of the log, cannot be told from a torn batch.
 *
 * <p>An older file that an Apache server left may end within an entry too, but never behind a whole one: {@link #holdsWholeEntry}.
 */
final class TornTail {
    private final LogFileReader reader;
    private final LogFileReader.End end;
    private final int maxTxnBytes;
    private final long lastZxid;

    // All of the file from end.offset on up to its last byte that is not zero; empty if that is more than one batch.
    private byte[] tail = new byte[0];
    private long fileSize;
    private boolean moreThanOneBatch;

    /**
     * @param fileSize length of the file, in bytes
     * @param lastZxid of the last entry that could be read, here or in an earlier file
     */
    TornTail(LogFileReader reader, long fileSize, long lastZxid, int maxTxnBytes) {
        this.reader = reader;
        this.end = reader.end();
        this.fileSize = fileSize;
        this.lastZxid = lastZxid;
        this.maxTxnBytes = maxTxnBytes;
        readTail();
    }

    /** How much there is from the end of the entries to the last byte that is not zero. */
    int bytes() {
        return tail.length;
    }

    /** Whether what follows can be what a crash left of one batch. */
    boolean explainedByCrash() {
        if (moreThanOneBatch) {
            return false;
        }
        if (end.kind() == LogFileReader.EndKind.CLEAN) {
            return true;
        }
        return hasHole() || (isBeginning() && !holdsWholeEntry());
    }

    /** Whether there is a whole entry in what cannot be read, or more than one, so that it is not the beginning of one but a length that has changed. */
    boolean holdsWholeEntry() {
        return moreThanOneBatch || isWholeButForItsLength() || hidesWholeEntry();
    }

    private void readTail() {
        long last = lastNonZero();
        long length = last + 1 - end.offset();
        if (length <= 0) {
            return;
        }
        if (length > StorageLimits.maxUnforcedBytes(maxTxnBytes)) {
            moreThanOneBatch = true;
            return;
        }
        ByteBuffer into = ByteBuffer.allocate((int) length);
        while (into.hasRemaining() && reader.file().read(end.offset() + into.position(), into) > 0) {
            // A short read is not the end of the file.
        }
        tail = into.array();
    }

    /** Position of the last byte of the file that is not zero and not before the end of the entries; else one before that end. */
    private long lastNonZero() {
        ByteBuffer window = ByteBuffer.allocate(StorageLimits.READ_BYTES);
        long to = fileSize;
        while (to > end.offset()) {
            long from = Math.max(end.offset(), to - window.capacity());
            window.clear().limit((int) (to - from));
            while (window.hasRemaining() && reader.file().read(from + window.position(), window) > 0) {
                // A short read is not the end of the file.
            }
            for (int i = window.position() - 1; i >= 0; i--) {
                if (window.get(i) != 0) {
                    return from + i;
                }
            }
            to = from;
        }
        return end.offset() - 1;
    }

    /**
     * Of the first sector only what comes after the entries before is looked at, and only if that is more than the zeros that every
     * checksum begins with. Lengths that arrived in part are too small, never too large, so that the entry covers at least this much.
     */
    private boolean hasHole() {
        int sector = StorageLimits.SECTOR_BYTES;
        long behindLast = end.offset() + tail.length;
        long to = end.offset();
        for (long from = to; from < end.claimedEnd() && to < behindLast; from = to) {
            to = Math.min((from / sector + 1) * sector, fileSize);
            boolean tellsSomething = from > end.offset() || to - from > LogFormat.CHECKSUM_ZERO_BYTES;
            if (to < behindLast && tellsSomething && isZero(from, to)) {
                return true;
            }
        }
        return false;
    }

    private boolean isBeginning() {
        return end.offset() + tail.length < end.claimedEnd();
    }

    private boolean isZero(long from, long to) {
        int first = (int) Math.min(from - end.offset(), tail.length);
        int last = (int) Math.min(to - end.offset(), tail.length);
        for (int i = first; i < last; i++) {
            if (tail[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all that is there has the checksum that it says, so that only its length can be wrong. */
    private boolean isWholeButForItsLength() {
        int body = LogFormat.ENTRY_HEADER_BYTES;
        int length = tail.length - StorageLimits.ENTRY_OVERHEAD_BYTES;
        if (length < StorageLimits.MIN_TXN_BYTES || tail[tail.length - 1] != LogFormat.END_BYTE) {
            return false;
        }
        Adler32 adler = new Adler32();
        adler.update(tail, body, length);
        return adler.getValue() == ByteBuffer.wrap(tail).getLong(0);
    }

    private boolean hidesWholeEntry() {
        Adler32 adler = new Adler32();
        ByteBuffer in = ByteBuffer.wrap(tail);
        for (int at = 1; at + StorageLimits.ENTRY_OVERHEAD_BYTES + StorageLimits.MIN_TXN_BYTES <= tail.length; at++) {
            if (isWholeEntry(in, at, adler)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWholeEntry(ByteBuffer in, int at, Adler32 adler) {
        long checksum = in.getLong(at);
        int length = in.getInt(at + Long.BYTES);
        if (checksum >>> Integer.SIZE != 0 || length < StorageLimits.MIN_TXN_BYTES || length > maxTxnBytes) {
            return false;
        }
        int body = at + LogFormat.ENTRY_HEADER_BYTES;
        if (length > tail.length - body - 1 || tail[body + length] != LogFormat.END_BYTE) {
            return false;
        }
        adler.reset();
        adler.update(tail, body, length);
        return adler.getValue() == checksum && in.getLong(body + LogFormat.ZXID_OFFSET) > lastZxid;
    }
}
