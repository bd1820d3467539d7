package io.quorate.zab;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a learner says of itself when it connects. 20 bytes; older learners leave out the last field, or the last two. A Quorate learner that compares
 * its tree with its leader's says so by four bytes more, which an Apache leader does not read; otherwise it says what Apache's says.
 *
 * <pre>
 *   serverId long | protocolVersion int | configVersion long [| {@link ZabLimits#COMPARES} or {@link ZabLimits#DOUBTS} int]
 * </pre>
 */
public record LearnerInfo(long serverId, int protocolVersion, long configVersion, Stance stance) {
    /** What a learner says of its tree. */
    public enum Stance {
        /** Nothing: it does not speak up when it differs, or does not know. */
        SILENT,
        /** It leaves its leader when it differs, and had no reason to so far. */
        COMPARES,
        /** The same, and its tree is not what the last digest says that it knows. */
        DOUBTS
    }

    private static final int WITH_VERSION = 12;
    private static final int WHOLE = 20;
    private static final int WITH_STANCE = 24;

    LearnerInfo(long serverId, int protocolVersion, long configVersion) {
        this(serverId, protocolVersion, configVersion, Stance.SILENT);
    }

    /** @throws io.quorate.jute.JuteException if it is shorter than the oldest form */
    static LearnerInfo read(byte @Nullable [] data) {
        byte[] bytes = data == null ? new byte[0] : data;
        JuteReader in = new JuteReader(bytes);
        long serverId = in.readLong();
        int protocolVersion = bytes.length >= WITH_VERSION ? in.readInt() : ZabLimits.PROTOCOL_VERSION;
        long configVersion = bytes.length >= WHOLE ? in.readLong() : 0;
        int stance = bytes.length >= WITH_STANCE ? in.readInt() : 0;
        return new LearnerInfo(serverId, protocolVersion, configVersion, stanceOf(stance));
    }

    private static Stance stanceOf(int said) {
        return switch (said) {
            case ZabLimits.COMPARES -> Stance.COMPARES;
            case ZabLimits.DOUBTS -> Stance.DOUBTS;
            default -> Stance.SILENT;
        };
    }

    byte[] toBytes() {
        JuteWriter out = new JuteWriter(WITH_STANCE);
        out.writeLong(serverId).writeInt(protocolVersion).writeLong(configVersion);
        if (stance != Stance.SILENT) {
            out.writeInt(stance == Stance.DOUBTS ? ZabLimits.DOUBTS : ZabLimits.COMPARES);
        }
        return out.toByteArray();
    }
}
