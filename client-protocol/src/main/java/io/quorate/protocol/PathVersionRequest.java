package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Delete and check: the expected version, or -1 for any. */
public record PathVersionRequest(@Nullable String path, int version) {
    public static PathVersionRequest read(JuteReader in) {
        return new PathVersionRequest(in.readString(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeInt(version);
    }
}
