package io.quorate.tree;

import io.quorate.jute.Id;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** {@code digest}: a user and a password; the id is {@code user:BASE64(SHA1(user:password))}. */
final class DigestScheme implements AuthScheme {
    private final String algorithm;
    private final @Nullable String superDigest;

    DigestScheme(String algorithm, @Nullable String superDigest) {
        this.algorithm = algorithm;
        this.superDigest = superDigest;
        newDigest();
    }

    @Override
    public String name() {
        return "digest";
    }

    @Override
    public Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current) {
        if (auth == null) {
            return Authentication.Result.FAILED;
        }
        String text = new String(auth, StandardCharsets.UTF_8);
        String id = userName(text) + ":"
                + Base64.getEncoder().encodeToString(newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
        Id identity = new Id(name(), id);
        return id.equals(superDigest)
                ? Authentication.Result.accepted(new Id(Authentication.SUPER, ""), identity)
                : Authentication.Result.accepted(identity);
    }

    @Override
    public boolean isValid(String id) {
        // An empty hash is no hash, an empty user is one: as the reference splits it.
        int colon = id.indexOf(':');
        return colon >= 0 && colon < id.length() - 1 && id.indexOf(':', colon + 1) < 0;
    }

    @Override
    public boolean matches(String id, String aclId) {
        return id.equals(aclId);
    }

    @Override
    public boolean isAuthenticated() {
        return true;
    }

    @Override
    public String userName(String id) {
        int colon = id.indexOf(':');
        return colon < 0 ? id : id.substring(0, colon);
    }

    private MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException(
                    "this Java has no digest algorithm \"" + algorithm
                            + "\"; zookeeper.DigestAuthenticationProvider.digestAlg names one such as SHA1 or SHA-256",
                    e);
        }
    }
}
