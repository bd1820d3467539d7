package io.quorate.zab;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a learner says of itself when it connects. 20 bytes; older learners leave out the last field, or the last two. A Quorate learner that has to know
 * whether its leader is one, too, asks by four bytes more, which an Apache leader does not read; otherwise it says what Apache's says.
 *
 * <pre>
 *   serverId long | protocolVersion int | configVersion long [| {@link ZabLimits#QUORATE} int]
 * </pre>
 */
public record LearnerInfo(long serverId, int protocolVersion, long configVersion, boolean asksForQuorate) {
    private static final int WITH_VERSION = 12;
    private static final int WHOLE = 20;
    private static final int WITH_QUESTION = 24;

    LearnerInfo(long serverId, int protocolVersion, long configVersion) {
        this(serverId, protocolVersion, configVersion, false);
    }

    /** @throws io.quorate.jute.JuteException if it is shorter than the oldest form */
    static LearnerInfo read(byte @Nullable [] data) {
        byte[] bytes = data == null ? new byte[0] : data;
        JuteReader in = new JuteReader(bytes);
        long serverId = in.readLong();
        int protocolVersion = bytes.length >= WITH_VERSION ? in.readInt() : ZabLimits.PROTOCOL_VERSION;
        long configVersion = bytes.length >= WHOLE ? in.readLong() : 0;
        boolean asks = bytes.length >= WITH_QUESTION && in.readInt() == ZabLimits.QUORATE;
        return new LearnerInfo(serverId, protocolVersion, configVersion, asks);
    }

    byte[] toBytes() {
        JuteWriter out = new JuteWriter(WITH_QUESTION);
        out.writeLong(serverId).writeInt(protocolVersion).writeLong(configVersion);
        if (asksForQuorate) {
            out.writeInt(ZabLimits.QUORATE);
        }
        return out.toByteArray();
    }
}
