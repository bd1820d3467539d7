package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;

/** Opens every reply frame: the request's xid, the last zxid that the server has applied, and 0 or an {@link ErrorCode}. */
public record ReplyHeader(int xid, long zxid, int err) {
    public static ReplyHeader read(JuteReader in) {
        return new ReplyHeader(in.readInt(), in.readLong(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeInt(xid);
        out.writeLong(zxid);
        out.writeInt(err);
    }

    public static final int BYTES = 16;
}
