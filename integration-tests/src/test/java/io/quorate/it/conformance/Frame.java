package io.quorate.it.conformance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What a server sent, read field by field. Reading beyond the end throws, which a transcript shows. */
final class Frame {
    private final ByteBuffer bytes;

    Frame(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes);
    }

    int size() {
        return bytes.capacity();
    }

    int remaining() {
        return bytes.remaining();
    }

    int int32() {
        return bytes.getInt();
    }

    long int64() {
        return bytes.getLong();
    }

    boolean flag() {
        return bytes.get() != 0;
    }

    byte[] raw(int length) {
        byte[] value = new byte[length];
        bytes.get(value);
        return value;
    }

    /** A buffer or string; long ones by their length. */
    String text() {
        int length = int32();
        if (length < 0) {
            return length == -1 ? "null" : "length " + length;
        }
        byte[] value = raw(length);
        return length > 2000 ? length + " bytes" : '"' + new String(value, StandardCharsets.UTF_8) + '"';
    }

    String restAsHex() {
        return HexFormat.of().formatHex(raw(remaining()));
    }
}
