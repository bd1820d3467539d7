package io.quorate.tree;

import io.quorate.jute.JuteLimits;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can change about the tree. The names in brackets are ZooKeeper's properties.
 *
 * @param digestEnabled whether the digest of the tree is kept and put into transactions [digest.enabled]
 * @param maxField the largest string or buffer inside a record, in bytes [jute.maxbuffer + zookeeper.jute.maxbuffer.extrasize]
 * @param skipAcl whether everybody may do everything [zookeeper.skipACL=yes]
 * @param superDigest {@code user:base64}, whose owner may do everything; null for nobody
 *     [zookeeper.DigestAuthenticationProvider.superDigest]
 * @param digestAlgorithm how passwords are hashed, the same on all servers [zookeeper.DigestAuthenticationProvider.digestAlg]
 * @param extendedTypesEnabled whether there are TTL nodes [zookeeper.extendedTypesEnabled]
 * @param enforceQuota whether writes beyond a hard limit are refused [zookeeper.enforceQuota]
 * @param maxPreservedBytes how much a running view may hold back in memory before it is abandoned, in bytes
 */
public record TreeSettings(
        boolean digestEnabled,
        int maxField,
        boolean skipAcl,
        @Nullable String superDigest,
        String digestAlgorithm,
        boolean extendedTypesEnabled,
        boolean enforceQuota,
        int maxPreservedBytes) {

    public static TreeSettings defaults() {
        return new TreeSettings(
                true,
                JuteLimits.DEFAULT_MAX_FIELD,
                false,
                null,
                "SHA1",
                false,
                false,
                TreeLimits.DEFAULT_MAX_PRESERVED_BYTES);
    }

    public TreeSettings withDigestEnabled(boolean enabled) {
        return new TreeSettings(
                enabled,
                maxField,
                skipAcl,
                superDigest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforceQuota,
                maxPreservedBytes);
    }

    public TreeSettings withMaxField(int bytes) {
        return new TreeSettings(
                digestEnabled,
                bytes,
                skipAcl,
                superDigest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforceQuota,
                maxPreservedBytes);
    }

    public TreeSettings withSkipAcl(boolean skip) {
        return new TreeSettings(
                digestEnabled,
                maxField,
                skip,
                superDigest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforceQuota,
                maxPreservedBytes);
    }

    public TreeSettings withSuperDigest(@Nullable String digest) {
        return new TreeSettings(
                digestEnabled,
                maxField,
                skipAcl,
                digest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforceQuota,
                maxPreservedBytes);
    }

    public TreeSettings withExtendedTypesEnabled(boolean enabled) {
        return new TreeSettings(
                digestEnabled,
                maxField,
                skipAcl,
                superDigest,
                digestAlgorithm,
                enabled,
                enforceQuota,
                maxPreservedBytes);
    }

    public TreeSettings withEnforceQuota(boolean enforce) {
        return new TreeSettings(
                digestEnabled,
                maxField,
                skipAcl,
                superDigest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforce,
                maxPreservedBytes);
    }

    public TreeSettings withMaxPreservedBytes(int bytes) {
        return new TreeSettings(
                digestEnabled,
                maxField,
                skipAcl,
                superDigest,
                digestAlgorithm,
                extendedTypesEnabled,
                enforceQuota,
                bytes);
    }
}
