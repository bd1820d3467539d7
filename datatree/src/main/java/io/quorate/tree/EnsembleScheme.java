package io.quorate.tree;

import io.quorate.jute.Id;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code ensemble}: the client says which ensemble it means to speak with, and one that means another is sent away without an answer, so
 * that it tries elsewhere. Proves nothing about the client, and no ACL can name it.
 */
public final class EnsembleScheme implements AuthScheme {
    private final Set<String> names;

    /** @param names what this ensemble is called; if there are none, every name is right */
    public EnsembleScheme(Set<String> names) {
        this.names = Set.copyOf(names);
    }

    @Override
    public String name() {
        return "ensemble";
    }

    @Override
    public Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current) {
        boolean right = auth == null
                || auth.length == 0
                || names.isEmpty()
                || names.contains(new String(auth, StandardCharsets.UTF_8));
        return right ? Authentication.Result.accepted() : Authentication.Result.UNANSWERED;
    }

    @Override
    public boolean isValid(String id) {
        return false;
    }

    @Override
    public boolean matches(String id, String aclId) {
        return false;
    }

    @Override
    public boolean isAuthenticated() {
        return false;
    }

    @Override
    public String userName(String id) {
        return id;
    }
}
