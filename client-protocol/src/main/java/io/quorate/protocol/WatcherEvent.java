package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** An event of a watch; see {@link EventType}. The state in what a server sends is always {@link #SYNC_CONNECTED}. */
public record WatcherEvent(int type, int state, @Nullable String path) {
    public static WatcherEvent read(JuteReader in) {
        return new WatcherEvent(in.readInt(), in.readInt(), in.readString());
    }

    public void write(JuteWriter out) {
        out.writeInt(type);
        out.writeInt(state);
        out.writeString(path);
    }

    public static final int SYNC_CONNECTED = 3;
}
