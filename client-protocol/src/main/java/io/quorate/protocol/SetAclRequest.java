package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** setACL: the expected version of the ACL, or -1 for any. */
public record SetAclRequest(@Nullable String path, @Nullable List<Acl> acl, int version) {
    public static SetAclRequest read(JuteReader in) {
        return new SetAclRequest(in.readString(), Acl.readList(in), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeString(path);
        Acl.writeList(out, acl);
        out.writeInt(version);
    }
}
