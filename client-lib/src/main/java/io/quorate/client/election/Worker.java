package io.quorate.client.election;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A worker: its id, and what it tells about itself.
 *
 * <pre>
 *   master's node   id as UTF-8 | line feed | data
 *   /servers/id     data
 * </pre>
 */
public final class Worker {
    private final String id;
    private final byte[] data;

    Worker(String id, byte[] data) {
        this.id = id;
        this.data = data.clone();
    }

    public String id() {
        return id;
    }

    public byte[] data() {
        return data.clone();
    }

    /** The data read as UTF-8. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    byte[] toMasterNode() {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + data.length)
                .put(name)
                .put((byte) '\n')
                .put(data)
                .array();
    }

    static Worker ofMasterNode(byte[] content) {
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        byte[] rest = end < content.length ? Arrays.copyOfRange(content, end + 1, content.length) : new byte[0];
        return new Worker(new String(content, 0, end, StandardCharsets.UTF_8), rest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Worker that && id.equals(that.id) && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id;
    }
}
