package io.quorate.client.cache;

import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;

/**
 * A node as a {@link TreeCache} knows it. What its {@link Stat} says of children (their number, cversion, pzxid) is as of the last change of the node
 * itself. The bytes are shared with the cache and are not to be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record CachedNode(String path, byte[] data, Stat stat) {
    /** The bytes read as UTF-8. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return path + ", " + data.length + " bytes, version " + stat.version();
    }
}
