package io.quorate.jute;

import org.jspecify.annotations.Nullable;

/** An identity: an authentication scheme and an id that means something within it, such as {@code digest}, {@code user:hash}. */
public record Id(@Nullable String scheme, @Nullable String id) {
    public static Id read(JuteReader in) {
        return new Id(in.readString(), in.readString());
    }

    public void write(JuteWriter out) {
        out.writeString(scheme).writeString(id);
    }
}
