package io.quorate.jute;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes what {@link JuteReader} reads, into an array that grows. It can be {@linkplain #reset() reused}; its array can be handed on
 * without a copy by {@link #array()} and {@link #size()}.
 */
public final class JuteWriter {
    private static final int DEFAULT_CAPACITY = 256;

    private byte[] bytes;
    private int size;

    public JuteWriter() {
        this(DEFAULT_CAPACITY);
    }

    public JuteWriter(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public JuteWriter writeByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    public JuteWriter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    public JuteWriter writeInt(int value) {
        reserve(4);
        BigEndian.INT.set(bytes, size, value);
        size += 4;
        return this;
    }

    public JuteWriter writeLong(long value) {
        reserve(8);
        BigEndian.LONG.set(bytes, size, value);
        size += 8;
        return this;
    }

    public JuteWriter writeBuffer(byte @Nullable [] value) {
        if (value == null) {
            return writeInt(-1);
        }
        writeInt(value.length);
        return writeRaw(value, 0, value.length);
    }

    /** Writes the text as UTF-8; a lone surrogate becomes "?", as in every well-formed encoder. */
    public JuteWriter writeString(@Nullable String value) {
        if (value == null) {
            return writeInt(-1);
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        writeInt(utf8.length);
        return writeRaw(utf8, 0, utf8.length);
    }

    /** Writes the bytes as they are, without a length. */
    public JuteWriter writeRaw(byte[] source) {
        return writeRaw(source, 0, source.length);
    }

    /** Writes the bytes as they are, without a length. */
    public JuteWriter writeRaw(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    /**
     * Makes room for {@code length} bytes that the caller puts into {@link #array()} itself.
     *
     * @return the index of the first one; ask for the array afterwards, it may be another one now
     */
    public int skip(int length) {
        reserve(length);
        int start = size;
        size += length;
        return start;
    }

    /** Overwrites four bytes that were written before, such as a length that is known only now. */
    public void setInt(int position, int value) {
        if (position < 0 || position > size - 4) {
            throw new IndexOutOfBoundsException("position " + position + " of " + size);
        }
        BigEndian.INT.set(bytes, position, value);
    }

    /** Number of bytes written since the last {@link #reset()}. */
    public int size() {
        return size;
    }

    /** Forgets all that was written behind {@code newSize}. */
    public void truncate(int newSize) {
        if (newSize < 0 || newSize > size) {
            throw new IndexOutOfBoundsException("size " + newSize + " of " + size);
        }
        size = newSize;
    }

    public void reset() {
        size = 0;
    }

    /** The array that is written to: valid from 0 to {@link #size()}, until the next write. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int count) {
        if (count > bytes.length - size) {
            long wanted = Math.max((long) size + count, Math.min(2L * bytes.length, Integer.MAX_VALUE - 8));
            if (wanted > Integer.MAX_VALUE - 8) {
                throw new JuteException("a record of more than " + (Integer.MAX_VALUE - 8) + " bytes");
            }
            bytes = Arrays.copyOf(bytes, (int) wanted);
        }
    }
}
