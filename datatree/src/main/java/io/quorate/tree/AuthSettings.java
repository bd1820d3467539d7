package io.quorate.tree;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can change about who may do what. The names in brackets are ZooKeeper's properties, without their "zookeeper.".
 *
 * @param skipAcl whether everybody may do everything [skipACL=yes]
 * @param digestEnabled whether there is the scheme {@code digest} [DigestAuthenticationProvider.enabled]
 * @param superDigest {@code user:base64}, whose owner may do everything; null for nobody [DigestAuthenticationProvider.superDigest]
 * @param digestAlgorithm how passwords are hashed, the same on all servers [DigestAuthenticationProvider.digestAlg]
 * @param requiredSchemes a connection must have an identity of one of these before it is heard; empty if it need not
 *     [enforce.auth.schemes, sessionRequireClientSASLAuth]
 * @param sasl how clients prove who they are by SASL
 * @param further schemes besides {@code ip} and {@code digest}; one of the same name takes the place of ours [authProvider.N]
 */
public record AuthSettings(
        boolean skipAcl,
        boolean digestEnabled,
        @Nullable String superDigest,
        String digestAlgorithm,
        Set<String> requiredSchemes,
        SaslSettings sasl,
        List<AuthScheme> further) {
    private static final AuthSettings DEFAULTS =
            new AuthSettings(false, true, null, "SHA1", Set.of(), SaslSettings.NONE, List.of());

    public AuthSettings {
        requiredSchemes = Set.copyOf(requiredSchemes);
        further = List.copyOf(further);
    }

    public static AuthSettings defaults() {
        return DEFAULTS;
    }

    public AuthSettings withSkipAcl(boolean skip) {
        return new AuthSettings(skip, digestEnabled, superDigest, digestAlgorithm, requiredSchemes, sasl, further);
    }

    public AuthSettings withDigestEnabled(boolean enabled) {
        return new AuthSettings(skipAcl, enabled, superDigest, digestAlgorithm, requiredSchemes, sasl, further);
    }

    public AuthSettings withSuperDigest(@Nullable String digest) {
        return new AuthSettings(skipAcl, digestEnabled, digest, digestAlgorithm, requiredSchemes, sasl, further);
    }

    public AuthSettings withDigestAlgorithm(String algorithm) {
        return new AuthSettings(skipAcl, digestEnabled, superDigest, algorithm, requiredSchemes, sasl, further);
    }

    public AuthSettings withRequiredSchemes(Set<String> schemes) {
        return new AuthSettings(skipAcl, digestEnabled, superDigest, digestAlgorithm, schemes, sasl, further);
    }

    public AuthSettings withFurther(List<AuthScheme> schemes) {
        return new AuthSettings(skipAcl, digestEnabled, superDigest, digestAlgorithm, requiredSchemes, sasl, schemes);
    }

    public AuthSettings withSasl(SaslSettings changed) {
        return new AuthSettings(
                skipAcl, digestEnabled, superDigest, digestAlgorithm, requiredSchemes, changed, further);
    }
}
