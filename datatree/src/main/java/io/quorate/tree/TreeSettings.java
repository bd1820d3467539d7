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
 * @param maxPreservedBytes how much a running view may hold back in memory before it is abandoned, in bytes
 */
public record TreeSettings(
        boolean digestEnabled,
        int maxField,
        boolean skipAcl,
        @Nullable String superDigest,
        String digestAlgorithm,
        boolean extendedTypesEnabled,
        int maxPreservedBytes) {

    public static TreeSettings defaults() {
        return new TreeSettings(
                true, JuteLimits.DEFAULT_MAX_FIELD, false, null, "SHA1", false, TreeLimits.DEFAULT_MAX_PRESERVED_BYTES);
    }

    public TreeSettings withDigestEnabled(boolean enabled) {
        return new TreeSettings(
                enabled, maxField, skipAcl, superDigest, digestAlgorithm, extendedTypesEnabled, maxPreservedBytes);
    }

    public TreeSettings withMaxField(int bytes) {
        return new TreeSettings(
                digestEnabled, bytes, skipAcl, superDigest, digestAlgorithm, extendedTypesEnabled, maxPreservedBytes);
    }

    public TreeSettings withSkipAcl(boolean skip) {
        return new TreeSettings(
                digestEnabled, maxField, skip, superDigest, digestAlgorithm, extendedTypesEnabled, maxPreservedBytes);
    }

    public TreeSettings withSuperDigest(@Nullable String digest) {
        return new TreeSettings(
                digestEnabled, maxField, skipAcl, digest, digestAlgorithm, extendedTypesEnabled, maxPreservedBytes);
    }

    public TreeSettings withExtendedTypesEnabled(boolean enabled) {
        return new TreeSettings(
                digestEnabled, maxField, skipAcl, superDigest, digestAlgorithm, enabled, maxPreservedBytes);
    }

    public TreeSettings withMaxPreservedBytes(int bytes) {
        return new TreeSettings(
                digestEnabled, maxField, skipAcl, superDigest, digestAlgorithm, extendedTypesEnabled, bytes);
    }
}
