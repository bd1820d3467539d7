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
    private final Set<String> requiredSchemes;
    private final SaslSettings sasl;
    private final Map<String, AuthScheme> schemes = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a scheme is required that there is none of */
    public Authentication(AuthSettings settings) {
        this.skipAcl = settings.skipAcl();
        this.requiredSchemes = settings.requiredSchemes();
        this.sasl = settings.sasl();
        register(new IpScheme());
        if (settings.digestEnabled()) {
            register(new DigestScheme(settings.digestAlgorithm(), settings.superDigest()));
        }
        settings.further().forEach(this::register);
        for (String each : requiredSchemes) {
            if (!schemes.containsKey(each)) {
                throw new IllegalArgumentException("authentication by scheme \"" + each
                        + "\" is required, but there are only " + schemes.keySet());
            }
        }
    }

    private void register(AuthScheme scheme) {
        schemes.put(scheme.name(), scheme);
    }

    /**
     * The outcome of an auth packet.
     *
     * @param outcome what is to be done
     * @param added identities that the connection has from now on, in addition
     */
    public record Result(Outcome outcome, List<Id> added) {
        public static final Result FAILED = new Result(Outcome.FAILED, List.of());
        public static final Result UNANSWERED = new Result(Outcome.UNANSWERED, List.of());

        public static Result accepted(Id... added) {
            return new Result(Outcome.ACCEPTED, List.of(added));
        }

        public boolean ok() {
            return outcome == Outcome.ACCEPTED;
        }
    }

    /** What follows on an auth packet. */
    public enum Outcome {
        ACCEPTED,
        /** The connection gets -115 and is closed. */
        FAILED,
        /** The connection is closed without an answer, so that the client tries another server. */
        UNANSWERED
    }

    /** Whether connections are heard only when they have proved who they are. */
    public boolean isRequired() {
        return !requiredSchemes.isEmpty();
    }

    /** Whether a connection with these identities may be heard. */
    public boolean isEnough(Collection<Id> identities) {
        if (requiredSchemes.isEmpty()) {
            return true;
        }
        for (Id each : identities) {
            if (each.scheme() != null && requiredSchemes.contains(each.scheme())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a SASL exchange that fails is a requirement not met. */
    public boolean requiresSasl() {
        return requiredSchemes.contains(SaslScheme.NAME);
    }

    /** Whether a connection stays whose SASL exchange has failed. */
    public boolean keepsFailedSasl() {
        return sasl.keepFailed() && !requiresSasl();
    }

    /** Begins a SASL exchange; empty if there is no SASL here. */
    public Optional<SaslExchange> beginSasl() {
        return Optional.ofNullable(sasl.mechanism()).map(SaslMechanism::begin);
    }

    /** The identities of a client that has proved by SASL to be {@code id}. */
    public List<Id> saslIdentities(String id) {
        Id proved = new Id(SaslScheme.NAME, id);
        return sasl.superUsers().contains(id) ? List.of(proved, new Id(SUPER, "")) : List.of(proved);
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
