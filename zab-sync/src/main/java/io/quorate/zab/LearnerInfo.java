package io.quorate.zab;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a learner says of itself when it connects. 20 bytes; older learners leave out the last field, or the last two.
 *
 * <pre>
 *   serverId long | protocolVersion int | configVersion long
 * </pre>
 */
public record LearnerInfo(long serverId, int protocolVersion, long configVersion) {
    private static final int WITH_VERSION = 12;
    private static final int WHOLE = 20;

    /** @throws io.quorate.jute.JuteException if it is shorter than the oldest form */
    static LearnerInfo read(byte @Nullable [] data) {
        byte[] bytes = data == null ? new byte[0] : data;
        JuteReader in = new JuteReader(bytes);
        long serverId = in.readLong();
        int protocolVersion = bytes.length >= WITH_VERSION ? in.readInt() : ZabLimits.PROTOCOL_VERSION;
        return new LearnerInfo(serverId, protocolVersion, bytes.length >= WHOLE ? in.readLong() : 0);
    }

    byte[] toBytes() {
        JuteWriter out = new JuteWriter(WHOLE);
        out.writeLong(serverId).writeInt(protocolVersion).writeLong(configVersion);
        return out.toByteArray();
    }
}
