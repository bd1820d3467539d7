package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;

/** Stands before each part of a multi and at its end, in requests and replies. */
public record MultiHeader(int type, boolean done, int err) {
    public static MultiHeader read(JuteReader in) {
        return new MultiHeader(in.readInt(), in.readBoolean(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeInt(type);
        out.writeBoolean(done);
        out.writeInt(err);
    }

    /** What ends every multi. */
    public static final MultiHeader END = new MultiHeader(-1, true, -1);

    /** Opens an operation of a request. */
    public static MultiHeader ofRequest(int type) {
        return new MultiHeader(type, false, -1);
    }
}
