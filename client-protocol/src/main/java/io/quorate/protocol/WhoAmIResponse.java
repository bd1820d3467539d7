package io.quorate.protocol;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The identities that a server knows a connection by: {@code vector<{scheme ustring, user ustring}>}. */
public record WhoAmIResponse(List<Identity> identities) {
    /** @param user the part of it that may be shown: a name, an address; "" where there is none */
    public record Identity(String scheme, String user) {}

    public static WhoAmIResponse read(JuteReader in) {
        int count = Math.max(0, in.readVectorCount());
        List<Identity> result = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            String scheme = in.readString();
            String user = in.readString();
            if (scheme == null) {
                throw new JuteException("identity " + i + " of " + count + " has no scheme");
            }
            result.add(new Identity(scheme, Objects.requireNonNullElse(user, "")));
        }
        return new WhoAmIResponse(result);
    }

    public void write(JuteWriter out) {
        out.writeInt(identities.size());
        for (Identity each : identities) {
            out.writeString(each.scheme);
            out.writeString(each.user);
        }
    }
}
