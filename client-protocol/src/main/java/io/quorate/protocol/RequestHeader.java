package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;

/** Opens every request frame: the number that the reply repeats, and the {@link OpCode}. */
public record RequestHeader(int xid, int type) {
    public static RequestHeader read(JuteReader in) {
        return new RequestHeader(in.readInt(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeInt(xid);
        out.writeInt(type);
    }
}
