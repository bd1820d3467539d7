package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link ConnectRequest}, without a header: {@code protocolVersion int, timeOut int ms, sessionId long, passwd buffer(16),
 * readOnly boolean (absent for old clients)}. A time-out of 0 says that the session is gone.
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record ConnectResponse(
        int protocolVersion,
        int timeOut,
        long sessionId,
        byte @Nullable [] passwd,
        @Nullable Boolean readOnly) {
    public static ConnectResponse read(JuteReader in) {
        return new ConnectResponse(
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readBuffer(),
                in.remaining() > 0 ? in.readBoolean() : null);
    }

    public void write(JuteWriter out) {
        out.writeInt(protocolVersion).writeInt(timeOut).writeLong(sessionId).writeBuffer(passwd);
        if (readOnly != null) {
            out.writeBoolean(readOnly);
        }
    }
}
