package io.quorate.replica.storage;

import java.nio.ByteBuffer;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * Reads one log file from its beginning. It says where the entries end and how that place looks, and judges nothing: what an end means
 * depends on whether there are later files, which {@link TornTail} and {@link LogReplay} know.
 */
public final class LogFileReader implements AutoCloseable {
    /** How a file ends, or seems to. */
    public enum EndKind {
        /** Zeros, or the end of the file between two entries: the log ends here and is whole. */
        CLEAN,
        /** The file ends within an entry, or within the header. */
        CUT_SHORT,
        /** Bytes that are not an entry. */
        DAMAGED
    }

    /**
     * Where and how the entries end.
     *
     * @param offset of the first byte behind the last whole entry
     * @param claimedEnd where the entry that should be there would end, if its length is to be believed; equal to {@code offset} if
     *     there is none, or if no part of a length can read like that
     */
    public record End(EndKind kind, long offset, long claimedEnd, String found) {}

    private final String name;
    private final DiskFile file;
    private final int maxTxnBytes;
    private final Adler32 adler = new Adler32();

    private ByteBuffer window = ByteBuffer.allocate(StorageLimits.READ_BYTES).limit(0);
    // Where window's first byte lies in the file.
    private long windowStart;
    private long nextOffset;
    private long entryOffset;
    private long zxid;
    private byte[] txn = new byte[0];
    private @Nullable End end;

    LogFileReader(DiskPort disk, String name, int maxTxnBytes) {
        this.name = name;
        this.maxTxnBytes = maxTxnBytes;
        this.file = disk.open(DiskDirectory.LOG, name, OpenMode.READ);
    }

    public String name() {
        return name;
    }

    /** Of the entry that {@link #next} arrived at. */
    public long zxid() {
        return zxid;
    }

    public byte[] txn() {
        return txn;
    }

    /** Where that entry begins. */
    public long entryOffset() {
        return entryOffset;
    }

    /** Behind the last entry that was read. */
    public long nextOffset() {
        return nextOffset;
    }

    /** Where the entries end; only after {@link #next} returned false. */
    public End end() {
        if (end == null) {
            throw new IllegalStateException(name + " has not been read to its end");
        }
        return end;
    }

    /** The file itself, open as long as this is. */
    public DiskFile file() {
        return file;
    }

    /** Goes to the next entry; false at the end. Called again there it looks whether more was written meanwhile. */
    public boolean next() {
        if (end != null) {
            end = null;
            dropWindow();
        }
        if (nextOffset == 0 && !header()) {
            return false;
        }
        return entry();
    }

    private boolean header() {
        ByteBuffer in = at(0, LogFormat.HEADER_BYTES);
        if (in.remaining() == 0) {
            return stop(EndKind.CUT_SHORT, 0, LogFormat.HEADER_BYTES, "the file is empty");
        }
        if (in.remaining() < LogFormat.HEADER_BYTES) {
            return stop(EndKind.CUT_SHORT, 0, LogFormat.HEADER_BYTES, "the file ends within its header");
        }
        int magic = in.getInt(in.position());
        if (magic != LogFormat.MAGIC) {
            String found =
                    String.format("the file begins with 0x%08x, a log begins with 0x%08x", magic, LogFormat.MAGIC);
            return stop(EndKind.DAMAGED, 0, LogFormat.HEADER_BYTES, found);
        }
        nextOffset = LogFormat.HEADER_BYTES;
        return true;
    }

    private boolean entry() {
        long offset = nextOffset;
        ByteBuffer head = at(offset, LogFormat.ENTRY_HEADER_BYTES);
        if (head.remaining() == 0) {
            return stop(EndKind.CLEAN, offset, offset, "end of file");
        }
        if (head.remaining() < LogFormat.ENTRY_HEADER_BYTES) {
            return endWithinHead(head, offset);
        }
        long checksum = head.getLong(head.position());
        int length = head.getInt(head.position() + Long.BYTES);
        if (checksum == 0 && length == 0) {
            return stop(EndKind.CLEAN, offset, offset, "padding");
        }
        if (length < 0 || length > maxTxnBytes) {
            return stop(EndKind.DAMAGED, offset, offset, impossible(length));
        }
        long claimedEnd = offset + StorageLimits.ENTRY_OVERHEAD_BYTES + length;
        if (length < StorageLimits.MIN_TXN_BYTES) {
            return stop(EndKind.DAMAGED, offset, claimedEnd, impossible(length));
        }
        return body(offset, checksum, length, claimedEnd);
    }

    private String impossible(int length) {
        return "an entry says it is " + length + " bytes long, possible are " + StorageLimits.MIN_TXN_BYTES + " to "
                + maxTxnBytes;
    }

    /** Fewer bytes than checksum and length are left: zeros are the rest of a padding, anything else is a cut entry. */
    private boolean endWithinHead(ByteBuffer head, long offset) {
        for (int i = head.position(); i < head.limit(); i++) {
            if (head.get(i) != 0) {
                long claimedEnd = offset + StorageLimits.ENTRY_OVERHEAD_BYTES;
                return stop(
                        EndKind.CUT_SHORT, offset, claimedEnd, "the file ends within an entry's checksum or length");
            }
        }
        return stop(EndKind.CLEAN, offset, offset, "padding");
    }

    private boolean body(long offset, long checksum, int length, long claimedEnd) {
        int total = StorageLimits.ENTRY_OVERHEAD_BYTES + length;
        ByteBuffer in = at(offset, total);
        if (in.remaining() < total) {
            String found = "an entry of " + length + " bytes begins, the file ends after " + in.remaining() + " of its "
                    + total;
            return stop(EndKind.CUT_SHORT, offset, claimedEnd, found);
        }
        byte[] bytes = new byte[length];
        in.get(in.position() + LogFormat.ENTRY_HEADER_BYTES, bytes);
        adler.reset();
        adler.update(bytes);
        if (adler.getValue() != checksum) {
            String found = String.format(
                    "an entry of %d bytes has the checksum 0x%x, the file says 0x%x",
                    length, adler.getValue(), checksum);
            return stop(EndKind.DAMAGED, offset, claimedEnd, found);
        }
        byte endByte = in.get(in.position() + total - 1);
        if (endByte != LogFormat.END_BYTE) {
            String found = String.format("an entry of %d bytes ends with 0x%02x instead of 0x42", length, endByte);
            return stop(EndKind.DAMAGED, offset, claimedEnd, found);
        }
        txn = bytes;
        zxid = ByteBuffer.wrap(bytes).getLong(LogFormat.ZXID_OFFSET);
        entryOffset = offset;
        nextOffset = claimedEnd;
        return true;
    }

    private boolean stop(EndKind kind, long offset, long claimedEnd, String found) {
        end = new End(kind, offset, claimedEnd, found);
        return false;
    }

    /** The bytes from {@code offset} on: at least {@code length} of them, fewer only at the end of the file. */
    private ByteBuffer at(long offset, int length) {
        long skip = offset - windowStart;
        if (skip < 0 || skip + length > window.limit()) {
            refill(offset, length);
            skip = 0;
        }
        int from = (int) skip;
        return window.duplicate().position(from).limit(Math.min(window.limit(), from + length));
    }

    private void refill(long offset, int length) {
        if (window.capacity() < length) {
            window = ByteBuffer.allocate(length);
        }
        window.clear();
        windowStart = offset;
        while (window.hasRemaining() && file.read(offset + window.position(), window) > 0) {
            // A short read is not the end of the file.
        }
        window.flip();
    }

    /** Forgets what was read behind the last entry: it may have been written since. */
    void dropWindow() {
        window.clear().limit(0);
        windowStart = nextOffset;
    }

    @Override
    public void close() {
        file.close();
    }
}
