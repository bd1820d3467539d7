package io.quorate.tree;

import io.quorate.jute.Id;
import io.quorate.protocol.Acl;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who connections are, and what they may do (client-protocol.md §4, §10). Never changes once it is made. */
public final class Authentication {
    /** The scheme of the identity that may do everything. */
    public static final String SUPER = "super";

    private static final String AUTH = "auth";

    private final boolean skipAcl;
    private final Map<String, AuthScheme> schemes = new LinkedHashMap<>();

    /** @param further schemes besides {@code ip} and {@code digest}; one of the same name takes the place of ours */
    public Authentication(TreeSettings settings, AuthScheme... further) {
        this.skipAcl = settings.skipAcl();
        register(new IpScheme());
        register(new DigestScheme(settings.digestAlgorithm(), settings.superDigest()));
        for (AuthScheme scheme : further) {
            register(scheme);
        }
    }

    private void register(AuthScheme scheme) {
        schemes.put(scheme.name(), scheme);
    }

    /**
     * The outcome of an auth packet.
     *
     * @param ok false: the connection gets -115 and is closed
     * @param added identities that the connection has from now on, in addition
     */
    public record Result(boolean ok, List<Id> added) {
        public static final Result FAILED = new Result(false, List.of());

        public static Result accepted(Id... added) {
            return new Result(true, List.of(added));
        }
    }

    /** Takes an auth packet of a connection that has the {@code current} identities. */
    public Result authenticate(@Nullable String scheme, byte @Nullable [] auth, Collection<Id> current) {
        AuthScheme known = scheme == null ? null : schemes.get(scheme);
        if (known == null) {
            return Result.FAILED;
        }
        return known.authenticate(auth, current);
    }

    /** Whether somebody with these identities has at least one of the permissions. An empty list denies nothing, as in ZooKeeper. */
    public boolean allows(List<Acl> acl, int perms, Collection<Id> identities) {
        if (skipAcl || acl.isEmpty()) {
            return true;
        }
        for (Acl each : acl) {
            if ((each.perms() & perms) != 0 && each.id().equals(Acl.ANYONE)) {
                return true;
            }
        }
        for (Id identity : identities) {
            if (SUPER.equals(identity.scheme()) || isNamed(acl, perms, identity)) {
                return true;
            }
        }
        return false;
    }

    boolean allows(AclEntry acl, int perms, Collection<Id> identities) {
        return (acl.worldPerms & perms) != 0 || allows(acl.list, perms, identities);
    }

    private boolean isNamed(List<Acl> acl, int perms, Id identity) {
        String scheme = identity.scheme();
        String id = identity.id();
        if (scheme == null || id == null) {
            return false;
        }
        AuthScheme known = schemes.get(scheme);
        if (known == null) {
            return false;
        }
        for (Acl each : acl) {
            String aclId = each.id().id();
            if ((each.perms() & perms) != 0
                    && scheme.equals(each.id().scheme())
                    && aclId != null
                    && known.matches(id, aclId)) {
                return true;
            }
        }
        return false;
    }

    /** The ACL as it is stored: {@code auth} expanded, duplicates gone; empty if it is not a valid one. */
    Optional<List<Acl>> fixUp(@Nullable List<Acl> requested, List<Id> identities) {
        if (requested == null || requested.isEmpty()) {
            return Optional.empty();
        }
        List<Acl> result = new ArrayList<>(requested.size());
        for (Acl each : withoutDuplicates(requested)) {
            if (!fixUpEntry(each, identities, result)) {
                return Optional.empty();
            }
        }
        return Optional.of(result);
    }

    private static Collection<Acl> withoutDuplicates(List<Acl> list) {
        if (list.size() == 1) {
            return list;
        }
        Set<Acl> unique = new LinkedHashSet<>(list);
        return unique;
    }

    private boolean fixUpEntry(Acl entry, List<Id> identities, List<Acl> result) {
        Id id = entry.id();
        if (id.equals(Acl.ANYONE)) {
            return result.add(entry);
        }
        if (AUTH.equals(id.scheme())) {
            return expandAuth(entry.perms(), identities, result);
        }
        AuthScheme known = id.scheme() == null ? null : schemes.get(id.scheme());
        String name = id.id();
        return known != null && name != null && known.isValid(name) && result.add(entry);
    }

    private boolean expandAuth(int perms, List<Id> identities, List<Acl> result) {
        boolean any = false;
        for (Id identity : identities) {
            AuthScheme known = identity.scheme() == null ? null : schemes.get(identity.scheme());
            if (known != null && known.isAuthenticated()) {
                result.add(new Acl(perms, identity));
                any = true;
            }
        }
        return any;
    }

    /** What whoAmI shows as the user of an identity; "" when there is nothing to show. */
    public String userName(Id identity) {
        AuthScheme known = identity.scheme() == null ? null : schemes.get(identity.scheme());
        return known == null || identity.id() == null ? "" : known.userName(identity.id());
    }
}
