package io.quorate.zab;

import io.quorate.jute.Id;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What leader and learners say to each other. Packets follow each other in the stream without a length.
 *
 * <pre>
 *   type int | zxid long | data buffer (null allowed) | authinfo vector of Id (null in all but REQUEST)
 * </pre>
 *
 * @param type one of {@link PacketType}
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record QuorumPacket(
        int type,
        long zxid,
        byte @Nullable [] data,
        @Nullable List<Id> authInfo) {
    public static QuorumPacket of(int type, long zxid) {
        return new QuorumPacket(type, zxid, null, null);
    }

    public static QuorumPacket of(int type, long zxid, byte[] data) {
        return new QuorumPacket(type, zxid, data, null);
    }

    /** @throws JuteException if this is no packet; an underflow if it is not whole */
    public static QuorumPacket read(JuteReader in) {
        int type = in.readInt();
        long zxid = in.readLong();
        byte[] data = in.readBuffer();
        int count = in.readVectorCount();
        if (count < 0) {
            return new QuorumPacket(type, zxid, data, null);
        }
        if (count > ZabLimits.MAX_IDENTITIES) {
            throw new JuteException(PacketType.name(type) + " with " + count + " identities, at most "
                    + ZabLimits.MAX_IDENTITIES + " are expected");
        }
        List<Id> authInfo = new ArrayList<>(Math.min(count, 8));
        for (int i = 0; i < count; i++) {
            authInfo.add(Id.read(in));
        }
        return new QuorumPacket(type, zxid, data, authInfo);
    }

    public void write(JuteWriter out) {
        out.writeInt(type).writeLong(zxid).writeBuffer(data);
        if (authInfo == null) {
            out.writeInt(-1);
            return;
        }
        out.writeInt(authInfo.size());
        for (Id each : authInfo) {
            each.write(out);
        }
    }

    @Override
    public String toString() {
        return PacketType.name(type) + " " + Zxid.show(zxid) + (data == null ? "" : " " + data.length + " bytes");
    }
}
