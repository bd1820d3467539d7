package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reply of getACL. */
public record AclStatResponse(@Nullable List<Acl> acl, Stat stat) {
    public static AclStatResponse read(JuteReader in) {
        return new AclStatResponse(Acl.readList(in), Stat.read(in));
    }

    public void write(JuteWriter out) {
        Acl.writeList(out, acl);
        stat.write(out);
    }
}
