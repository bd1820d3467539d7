package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** createTTL; {@code ttl} in ms. */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record CreateTtlRequest(
        @Nullable String path,
        byte @Nullable [] data,
        @Nullable List<Acl> acl,
        int flags,
        long ttl) {
    public static CreateTtlRequest read(JuteReader in) {
        return new CreateTtlRequest(in.readString(), in.readBuffer(), Acl.readList(in), in.readInt(), in.readLong());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeBuffer(data);
        Acl.writeList(out, acl);
        out.writeInt(flags);
        out.writeLong(ttl);
    }
}
