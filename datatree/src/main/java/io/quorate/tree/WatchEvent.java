package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.EventType;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A change of a node, to be told to those who watch it. One event is shared by all its watchers, and so are its encoded bytes: a fan-out
 * to a thousand encodes once.
 */
public final class WatchEvent {
    /** The zxid of an event that is not told when it happens, but after a reconnect. */
    public static final long CATCH_UP_ZXID = -1;

    private final EventType type;
    private final String path;
    private final long zxid;
    private byte @Nullable [] payload;

    public WatchEvent(EventType type, String path, long zxid) {
        this.type = type;
        this.path = path;
        this.zxid = zxid;
    }

    public EventType type() {
        return type;
    }

    public String path() {
        return path;
    }

    /** The zxid of the change, or {@link #CATCH_UP_ZXID}. */
    public long zxid() {
        return zxid;
    }

    /**
     * The payload of the client's frame: ReplyHeader(-1, zxid, 0), then the WatcherEvent. No length stands before it. Always the same array,
     * which nobody may change.
     */
    public byte[] payload() {
        byte[] result = payload;
        if (result == null) {
            JuteWriter out = new JuteWriter(ReplyHeader.BYTES + 12 + path.length());
            new ReplyHeader(Xid.WATCH_EVENT, zxid, 0).write(out);
            new WatcherEvent(type.code(), WatcherEvent.SYNC_CONNECTED, path).write(out);
            result = out.toByteArray();
            payload = result;
        }
        return result;
    }

    @Override
    public String toString() {
        return type + " " + path + " zxid 0x" + Long.toHexString(zxid);
    }
}
