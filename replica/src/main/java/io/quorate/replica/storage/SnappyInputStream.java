package io.quorate.replica.storage;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads the stream that snappy-java's output stream writes.
 *
 * <pre>
 *   magic    8 bytes   82 "SNAPPY" 00
 *   version  int       1
 *   oldest   int       1, the oldest version that can read it
 *   block, repeated
 *     length int       n; the magic and version may stand here again, where two streams were joined
 *     block  n         raw snappy
 * </pre>
 */
final class SnappyInputStream extends InputStream {
    private static final int VERSION = 1;
    private static final int MAX_BLOCK_BYTES = 32 << 20;

    private final DataInputStream in;
    private byte[] block = new byte[0];
    private int position;

    SnappyInputStream(InputStream in) throws IOException {
        this.in = new DataInputStream(in);
        byte[] magic = new byte[SnapshotFormat.SNAPPY_MAGIC.length];
        this.in.readFully(magic);
        if (!Arrays.equals(magic, SnapshotFormat.SNAPPY_MAGIC)) {
            throw new IOException("not a snappy stream");
        }
        this.in.readInt();
        int oldest = this.in.readInt();
        if (oldest > VERSION) {
            throw new IOException("a snappy stream of version " + oldest + ", known is " + VERSION);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (position == block.length) {
            if (!nextBlock()) {
                return -1;
            }
        }
        int count = Math.min(length, block.length - position);
        System.arraycopy(block, position, into, offset, count);
        position += count;
        return count;
    }

    private boolean nextBlock() throws IOException {
        int first = in.read();
        if (first < 0) {
            return false;
        }
        int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
        if (length < 0 || length > MAX_BLOCK_BYTES) {
            throw new IOException("a snappy block of " + length + " bytes");
        }
        byte[] compressed = new byte[length];
        in.readFully(compressed);
        block = decode(compressed);
        position = 0;
        return true;
    }

    /**
     * A raw snappy block: the uncompressed length as a varint, then elements. The two low bits of an element's tag say what it is: 0 a
     * literal, whose length less one is in the tag's upper bits, or in the 1 to 4 little-endian bytes that 60 to 63 there announce; 1 a
     * copy of 4 to 11 bytes from up to 2047 bytes back; 2 and 3 a copy of 1 to 64 bytes with an offset of 2 and 4 bytes.
     */
    static byte[] decode(byte[] from) throws IOException {
        try {
            return new Decoder(from).decode();
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("a snappy block is damaged", e);
        }
    }

    private static final class Decoder {
        private final byte[] from;
        private int at;
        private byte[] into = new byte[0];
        private int written;

        Decoder(byte[] from) {
            this.from = from;
        }

        byte[] decode() throws IOException {
            into = new byte[length()];
            while (at < from.length) {
                element(next());
            }
            if (written != into.length) {
                throw new EOFException("a snappy block ends after " + written + " of " + into.length + " bytes");
            }
            return into;
        }

        private int length() throws IOException {
            long length = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int b = next();
                length |= (long) (b & 0x7f) << shift;
                if (b < 0x80) {
                    break;
                }
            }
            if (length > MAX_BLOCK_BYTES) {
                throw new IOException("a snappy block holds " + length + " bytes");
            }
            return (int) length;
        }

        private void element(int tag) throws IOException {
            switch (tag & 3) {
                case 0 -> literal(tag >> 2);
                case 1 -> copy((tag >> 2 & 7) + 4, (tag >> 5) << 8 | next());
                case 2 -> copy((tag >> 2) + 1, littleEndian(2));
                default -> copy((tag >> 2) + 1, littleEndian(4));
            }
        }

        private void literal(int code) {
            int length = (code < 60 ? code : littleEndian(code - 59)) + 1;
            System.arraycopy(from, at, into, written, length);
            at += length;
            written += length;
        }

        /** Byte by byte, since a copy may overlap what it writes. */
        private void copy(int length, int offset) throws IOException {
            if (offset <= 0 || offset > written) {
                throw new IOException("a snappy block copies from " + offset + " bytes back at " + written);
            }
            for (int i = 0; i < length; i++) {
                into[written] = into[written - offset];
                written++;
            }
        }

        private int littleEndian(int bytes) {
            int value = 0;
            for (int i = 0; i < bytes; i++) {
                value |= next() << (8 * i);
            }
            return value;
        }

        private int next() {
            return from[at++] & 0xff;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
