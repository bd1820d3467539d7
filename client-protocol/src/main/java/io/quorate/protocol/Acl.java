package io.quorate.protocol;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of a node's access control list: {@link Perms} bits for an identity. */
public record Acl(int perms, Id id) {
    public static final Id ANYONE = new Id("world", "anyone");

    /** Everybody may do everything. */
    public static final List<Acl> OPEN = List.of(new Acl(Perms.ALL, ANYONE));

    /** Everybody may read. */
    public static final List<Acl> READ_ONLY = List.of(new Acl(Perms.READ, ANYONE));

    /** Whoever is authenticated on the creating connection may do everything. */
    public static final List<Acl> CREATOR_ALL = List.of(new Acl(Perms.ALL, new Id("auth", "")));

    public static Acl read(JuteReader in) {
        return new Acl(in.readInt(), Id.read(in));
    }

    public void write(JuteWriter out) {
        out.writeInt(perms);
        id.write(out);
    }

    /** @return the list, or null where the wire has a null vector */
    public static @Nullable List<Acl> readList(JuteReader in) {
        int count = in.readVectorCount();
        if (count < 0) {
            return null;
        }
        List<Acl> result = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            result.add(read(in));
        }
        return result;
    }

    public static void writeList(JuteWriter out, @Nullable List<Acl> list) {
        if (list == null) {
            out.writeInt(-1);
            return;
        }
        out.writeInt(list.size());
        for (Acl each : list) {
            each.write(out);
        }
    }
}
