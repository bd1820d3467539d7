package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** One way to prove who one is, and to name it in ACLs. */
public interface AuthScheme {
    /** As it stands in auth packets and ACLs. */
    String name();

    /** Takes an auth packet, in which what is to be proved may be absent; {@code current} is what the connection has proved before. */
    Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current);

    /** Whether an ACL may name this id. */
    boolean isValid(String id);

    /** Whether the identity {@code id} of a connection is what an ACL means by {@code aclId}. */
    boolean matches(String id, String aclId);

    /** Whether an {@code auth} entry of an ACL stands for identities of this scheme. */
    boolean isAuthenticated();

    /** What whoAmI shows of an identity. */
    String userName(String id);
}
