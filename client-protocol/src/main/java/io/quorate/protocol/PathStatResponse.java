package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Reply of create2, createContainer and createTTL. */
public record PathStatResponse(@Nullable String path, Stat stat) {
    public static PathStatResponse read(JuteReader in) {
        return new PathStatResponse(in.readString(), Stat.read(in));
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        stat.write(out);
    }
}
