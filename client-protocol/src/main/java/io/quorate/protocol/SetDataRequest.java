package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** setData: the expected version, or -1 for any. */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record SetDataRequest(@Nullable String path, byte @Nullable [] data, int version) {
    public static SetDataRequest read(JuteReader in) {
        return new SetDataRequest(in.readString(), in.readBuffer(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeBuffer(data);
        out.writeInt(version);
    }
}
