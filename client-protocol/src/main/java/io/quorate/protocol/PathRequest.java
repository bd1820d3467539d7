package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Requests that are a path alone: getACL, sync, getEphemerals, getAllChildrenNumber, deleteContainer. The reply of create and sync has the same layout. */
public record PathRequest(@Nullable String path) {
    public static PathRequest read(JuteReader in) {
        return new PathRequest(in.readString());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
    }
}
