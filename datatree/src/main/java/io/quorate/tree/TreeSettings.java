package io.quorate.tree;

import io.quorate.jute.JuteLimits;

/**
 * What an operator can change about the tree. The names in brackets are ZooKeeper's properties.
 *
 * @param digestEnabled whether the digest of the tree is kept and put into transactions [digest.enabled]
 * @param maxField the largest string or buffer inside a record, in bytes [jute.maxbuffer + zookeeper.jute.maxbuffer.extrasize]
 * @param auth who may do what
 * @param extendedTypesEnabled whether there are TTL nodes [zookeeper.extendedTypesEnabled]
 * @param enforceQuota whether writes beyond a hard limit are refused [zookeeper.enforceQuota]
 * @param maxPreservedBytes how much a running view may hold back in memory before it is abandoned, in bytes
 */
public record TreeSettings(
        boolean digestEnabled,
        int maxField,
        AuthSettings auth,
        boolean extendedTypesEnabled,
        boolean enforceQuota,
        int maxPreservedBytes) {

    public static TreeSettings defaults() {
        return new TreeSettings(
                true,
                JuteLimits.DEFAULT_MAX_FIELD,
                AuthSettings.defaults(),
                false,
                false,
                TreeLimits.DEFAULT_MAX_PRESERVED_BYTES);
    }

    public TreeSettings withDigestEnabled(boolean enabled) {
        return new TreeSettings(enabled, maxField, auth, extendedTypesEnabled, enforceQuota, maxPreservedBytes);
    }

    public TreeSettings withMaxField(int bytes) {
        return new TreeSettings(digestEnabled, bytes, auth, extendedTypesEnabled, enforceQuota, maxPreservedBytes);
    }

    public TreeSettings withAuth(AuthSettings newAuth) {
        return new TreeSettings(
                digestEnabled, maxField, newAuth, extendedTypesEnabled, enforceQuota, maxPreservedBytes);
    }

    public TreeSettings withExtendedTypesEnabled(boolean enabled) {
        return new TreeSettings(digestEnabled, maxField, auth, enabled, enforceQuota, maxPreservedBytes);
    }

    public TreeSettings withEnforceQuota(boolean enforce) {
        return new TreeSettings(digestEnabled, maxField, auth, extendedTypesEnabled, enforce, maxPreservedBytes);
    }

    public TreeSettings withMaxPreservedBytes(int bytes) {
        return new TreeSettings(digestEnabled, maxField, auth, extendedTypesEnabled, enforceQuota, bytes);
    }
}
