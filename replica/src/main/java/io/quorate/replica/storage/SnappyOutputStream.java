package io.quorate.replica.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes the stream that {@link SnappyInputStream} describes, in blocks of {@value #BLOCK_BYTES} bytes. */
final class SnappyOutputStream extends OutputStream {
    /** Uncompressed; also the furthest that a copy reaches back, so that every offset fits into two bytes. */
    private static final int BLOCK_BYTES = 32 << 10;

    private static final int VERSION = 1;
    private static final int HASH_BITS = 13;
    private static final int MIN_MATCH = 4;

    /** The longest copy of one element. */
    private static final int MAX_COPY = 64;

    /** A literal of more bytes has its length behind the tag. */
    private static final int MAX_SHORT_LITERAL = 60;

    private final OutputStream out;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int length;

    /** Where in the block four bytes of that hash were seen last, plus one. */
    private final int[] seen = new int[1 << HASH_BITS];

    /** A literal of the whole block, and what its tags take, fit. */
    private final byte[] compressed = new byte[BLOCK_BYTES + BLOCK_BYTES / 6 + 64];

    private int written;

    SnappyOutputStream(OutputStream out) throws IOException {
        this.out = out;
        out.write(SnapshotFormat.SNAPPY_MAGIC);
        out.write(ByteBuffer.allocate(8).putInt(VERSION).putInt(VERSION).array());
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int part = Math.min(count - done, BLOCK_BYTES - length);
            System.arraycopy(bytes, offset + done, block, length, part);
            length += part;
            done += part;
            if (length == BLOCK_BYTES) {
                writeBlock();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (length > 0) {
            writeBlock();
        }
        out.close();
    }

    private void writeBlock() throws IOException {
        compress();
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(written).array());
        out.write(compressed, 0, written);
        length = 0;
    }

    private void compress() {
        written = 0;
        Arrays.fill(seen, 0);
        varint(length);
        int literal = 0;
        int at = 0;
        while (at + MIN_MATCH <= length) {
            int hash = (intAt(at) * 0x1e35a7bd) >>> (Integer.SIZE - HASH_BITS);
            int candidate = seen[hash] - 1;
            seen[hash] = at + 1;
            if (candidate < 0 || intAt(candidate) != intAt(at)) {
                at++;
                continue;
            }
            literal(literal, at);
            int matched = matchLength(candidate, at);
            copy(at - candidate, matched);
            at += matched;
            literal = at;
        }
        literal(literal, length);
    }

    private int intAt(int position) {
        return (block[position] & 0xff)
                | (block[position + 1] & 0xff) << 8
                | (block[position + 2] & 0xff) << 16
                | block[position + 3] << 24;
    }

    private int matchLength(int candidate, int at) {
        int matched = MIN_MATCH;
        while (at + matched < length && block[candidate + matched] == block[at + matched]) {
            matched++;
        }
        return matched;
    }

    private void literal(int from, int to) {
        int count = to - from;
        if (count == 0) {
            return;
        }
        if (count <= MAX_SHORT_LITERAL) {
            put((count - 1) << 2);
        } else {
            put(61 << 2);
            put(count - 1);
            put((count - 1) >> 8);
        }
        System.arraycopy(block, from, compressed, written, count);
        written += count;
    }

    private void copy(int back, int count) {
        int left = count;
        while (left > 0) {
            int part = Math.min(left, MAX_COPY);
            put((part - 1) << 2 | 2);
            put(back);
            put(back >> 8);
            left -= part;
        }
    }

    private void varint(int value) {
        int left = value;
        while (left >= 0x80) {
            put(left | 0x80);
            left >>>= 7;
        }
        put(left);
    }

    private void put(int value) {
        compressed[written++] = (byte) value;
    }
}
