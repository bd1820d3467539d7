package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** addWatch: mode 0 persistent, 1 persistent and recursive. checkWatches and removeWatches have the same layout, with the type of watcher as {@code mode}. */
public record AddWatchRequest(@Nullable String path, int mode) {
    public static AddWatchRequest read(JuteReader in) {
        return new AddWatchRequest(in.readString(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeInt(mode);
    }
}
