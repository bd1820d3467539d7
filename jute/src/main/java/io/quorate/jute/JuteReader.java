package io.quorate.jute;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the primitives that every ZooKeeper wire and disk format is made of: big-endian, unpadded, untagged.
 *
 * <pre>
 *   byte, boolean   1 byte (any non-zero boolean is true)
 *   int, long       4, 8 bytes, two's complement
 *   buffer, string  int length, then the bytes; length -1 is null
 *   vector          int count, then the elements; count -1 is null
 * </pre>
 *
 * <p>A reader is a cursor over bytes that it does not own and never changes. Reading behind the end throws
 * {@link JuteUnderflowException}, any other malformed input {@link JuteException}; {@link #position(int)} rewinds.
 */
public final class JuteReader {
    private static final byte[] EMPTY = {};

    private final byte[] bytes;
    private final int end;
    private final int maxField;
    private int position;

    public JuteReader(byte[] bytes) {
        this(bytes, 0, bytes.length, JuteLimits.DEFAULT_MAX_FIELD);
    }

    public JuteReader(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, JuteLimits.DEFAULT_MAX_FIELD);
    }

    /** @param maxField the largest single string or buffer that is accepted, in bytes */
    public JuteReader(byte[] bytes, int offset, int length, int maxField) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException(
                    "offset " + offset + ", length " + length + " of " + bytes.length + " bytes");
        }
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
        this.maxField = maxField;
    }

    /** A reader of what remains in {@code buffer}, which must be backed by an array; the buffer's position stays where it is. */
    public static JuteReader ofRemaining(ByteBuffer buffer, int maxField) {
        return new JuteReader(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining(), maxField);
    }

    /** The underlying array, for who looks at bytes in place instead of copying them. Not to be written to. */
    public byte[] array() {
        return bytes;
    }

    /** Index of the next byte in the underlying array. */
    public int position() {
        return position;
    }

    /** Moves the cursor to a position that {@link #position()} gave before. */
    public void position(int newPosition) {
        if (newPosition < 0 || newPosition > end) {
            throw new IndexOutOfBoundsException("position " + newPosition + " of " + end);
        }
        position = newPosition;
    }

    public int remaining() {
        return end - position;
    }

    public byte readByte() {
        need(1);
        return bytes[position++];
    }

    public boolean readBoolean() {
        return readByte() != 0;
    }

    public int readInt() {
        need(4);
        int p = position;
        position = p + 4;
        return (int) BigEndian.INT.get(bytes, p);
    }

    public long readLong() {
        need(8);
        int p = position;
        position = p + 8;
        return (long) BigEndian.LONG.get(bytes, p);
    }

    /** @return the bytes in an array of their own, or null for length -1 */
    public byte @Nullable [] readBuffer() {
        int length = readLength("buffer");
        if (length < 0) {
            return null;
        }
        if (length == 0) {
            return EMPTY;
        }
        byte[] result = new byte[length];
        System.arraycopy(bytes, position, result, 0, length);
        position += length;
        return result;
    }

    /** @return the text, malformed UTF-8 replaced by U+FFFD, or null for length -1 */
    public @Nullable String readString() {
        int length = readLength("string");
        if (length < 0) {
            return null;
        }
        String result = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return result;
    }

    /** Steps over a buffer or string without copying it. */
    public void skipBuffer() {
        int length = readLength("buffer"); // moves the position as well
        position += Math.max(0, length);
    }

    /**
     * @return the number of elements, or -1 for a null vector. Every other negative count reads as 0, as the reference does. The count is
     *     checked against nothing: do not allocate by it, the elements may not be there.
     */
    public int readVectorCount() {
        int count = readInt();
        return count >= -1 ? count : 0;
    }

    /** @return all that is left, in an array of its own */
    public byte[] readRemaining() {
        byte[] result = new byte[remaining()];
        System.arraycopy(bytes, position, result, 0, result.length);
        position = end;
        return result;
    }

    private int readLength(String what) {
        int length = readInt();
        if (length == -1) {
            return -1;
        }
        if (length < 0 || length > maxField) {
            throw new JuteException(what + " length " + length + " at byte " + (position - 4) + " is outside 0.."
                    + maxField + " (jute.maxbuffer + extrasize) and not -1");
        }
        need(length);
        return length;
    }

    private void need(int count) {
        if (count > end - position) {
            throw new JuteUnderflowException(count, end - position);
        }
    }
}
