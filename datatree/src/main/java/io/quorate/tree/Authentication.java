package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.Collection;
import java.util.List;

/** Who connections are, and what they may do. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class Authentication {
    public Authentication(TreeSettings settings, AuthScheme... further) {
        throw new UnsupportedOperationException("" + settings + further.length);
    }

    /**
     * The outcome of an auth packet.
     *
     * @param ok false: the connection gets -115 and is closed
     * @param added identities that the connection has from now on, in addition
     */
    public record Result(boolean ok, List<Id> added) {}

    /** Takes an auth packet of a connection that has the {@code current} identities. */
    public Result authenticate(String scheme, byte[] auth, Collection<Id> current) {
        throw new UnsupportedOperationException(scheme + auth.length + current);
    }
}
