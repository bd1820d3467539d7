package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Create, create2 and createContainer; {@code flags} is {@link CreateMode#flag()}. */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record CreateRequest(
        @Nullable String path,
        byte @Nullable [] data,
        @Nullable List<Acl> acl,
        int flags) {
    public static CreateRequest read(JuteReader in) {
        return new CreateRequest(in.readString(), in.readBuffer(), Acl.readList(in), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        out.writeBuffer(data);
        Acl.writeList(out, acl);
        out.writeInt(flags);
    }
}
