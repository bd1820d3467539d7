package io.quorate.client;

import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a node holds. A node may have been created without data, which is not the same as with none of it: {@link #isNull()}. */
public final class NodeData {
    private static final byte[] EMPTY = {};

    private final byte @Nullable [] data;
    private final Stat stat;

    NodeData(byte @Nullable [] data, Stat stat) {
        this.data = data;
        this.stat = stat;
    }

    /** The bytes, empty where the node has none; the caller's own. */
    public byte[] data() {
        return data == null ? EMPTY : data;
    }

    public boolean isNull() {
        return data == null;
    }

    /** The bytes read as UTF-8. */
    public String text() {
        return new String(data(), StandardCharsets.UTF_8);
    }

    public Stat stat() {
        return stat;
    }

    @Override
    public String toString() {
        return data().length + " bytes, version " + stat.version();
    }
}
