package io.quorate.zab;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a learner says of itself when it connects. 20 bytes; older learners leave out the last field, or the last two. A Quorate learner whose tree is in
 * doubt says so by four bytes more, which an Apache leader does not read; otherwise it says what Apache's says.
 *
 * <pre>
 *   serverId long | protocolVersion int | configVersion long [| {@link ZabLimits#QUORATE} int]
 * </pre>
 */
public record LearnerInfo(long serverId, int protocolVersion, long configVersion, boolean treeInDoubt) {
    private static final int WITH_VERSION = 12;
    private static final int WHOLE = 20;
    private static final int WITH_DOUBT = 24;

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
        boolean inDoubt = bytes.length >= WITH_DOUBT && in.readInt() == ZabLimits.QUORATE;
        return new LearnerInfo(serverId, protocolVersion, configVersion, inDoubt);
    }

    byte[] toBytes() {
        JuteWriter out = new JuteWriter(WITH_DOUBT);
        out.writeLong(serverId).writeInt(protocolVersion).writeLong(configVersion);
        if (treeInDoubt) {
            out.writeInt(ZabLimits.QUORATE);
        }
        return out.toByteArray();
    }
}
