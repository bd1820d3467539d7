package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Adds an identity to the connection. */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record AuthPacket(int type, @Nullable String scheme, byte @Nullable [] auth) {
    public static AuthPacket read(JuteReader in) {
        return new AuthPacket(in.readInt(), in.readString(), in.readBuffer());
    }

    public void write(JuteWriter out) {
        out.writeInt(type);
        out.writeString(scheme);
        out.writeBuffer(auth);
    }
}
