package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code sasl}: who has completed a SASL exchange. The exchange has an operation of its own; an auth packet cannot take its place. */
public final class SaslScheme implements AuthScheme {
    public static final String NAME = "sasl";

    /** A Kerberos principal: {@code service[/host]@realm}. */
    private static final Pattern PRINCIPAL = Pattern.compile("[^/@]*(/[^/@]*)?@[^/@]*");

    private final @Nullable String anybody;

    /** @param anybody an ACL of this id means every identity of this scheme; null for no such id */
    public SaslScheme(@Nullable String anybody) {
        this.anybody = anybody;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current) {
        return Authentication.Result.FAILED;
    }

    @Override
    public boolean isValid(String id) {
        return id.indexOf('@') < 0 || PRINCIPAL.matcher(id).matches();
    }

    @Override
    public boolean matches(String id, String aclId) {
        return id.equals(Authentication.SUPER) || id.equals(aclId) || aclId.equals(anybody);
    }

    @Override
    public boolean isAuthenticated() {
        return true;
    }

    @Override
    public String userName(String id) {
        return id;
    }
}
