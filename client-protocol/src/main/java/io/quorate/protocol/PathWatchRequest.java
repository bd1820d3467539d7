package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Exists, getData, getChildren and getChildren2: a path and whether to leave a watch. */
public record PathWatchRequest(@Nullable String path, boolean watch) {
    public static PathWatchRequest read(JuteReader in) {
        return new PathWatchRequest(in.readString(), in.readBoolean());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeBoolean(watch);
    }
}
