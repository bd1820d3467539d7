package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a connection, without a header.
 *
 * <pre>
 *   protocolVersion int | lastZxidSeen long | timeOut int ms | sessionId long (0: new) | passwd buffer | readOnly boolean (may be absent)
 * </pre>
 *
 * @param readOnly null where an old client left it out; the response must then leave it out too
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record ConnectRequest(
        int protocolVersion,
        long lastZxidSeen,
        int timeOut,
        long sessionId,
        byte @Nullable [] passwd,
        @Nullable Boolean readOnly) {
    public static ConnectRequest read(JuteReader in) {
        return new ConnectRequest(
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readBuffer(),
                in.remaining() > 0 ? in.readBoolean() : null);
    }

    public void write(JuteWriter out) {
        out.writeInt(protocolVersion)
                .writeLong(lastZxidSeen)
                .writeInt(timeOut)
                .writeLong(sessionId)
                .writeBuffer(passwd);
        if (readOnly != null) {
            out.writeBoolean(readOnly);
        }
    }
}
