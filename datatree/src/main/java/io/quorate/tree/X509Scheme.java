package io.quorate.tree;

import io.quorate.jute.Id;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * {@code x509}: the subject of the certificate that the client showed when the connection was made, as RFC 2253 writes it. The transport
 * adds the identity; an auth packet is right if it is there.
 */
public final class X509Scheme implements CertificateScheme {
    public static final String NAME = "x509";

    private final @Nullable String superUser;

    /** @param superUser the subject whose owner may do everything; null for nobody */
    public X509Scheme(@Nullable String superUser) {
        this.superUser = superUser;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Id> identities(List<X509Certificate> chain) {
        String subject = chain.get(0).getSubjectX500Principal().getName();
        Id proved = new Id(NAME, subject);
        return subject.equals(superUser) ? List.of(new Id(Authentication.SUPER, subject), proved) : List.of(proved);
    }

    @Override
    public Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current) {
        boolean known = current.stream().anyMatch(each -> NAME.equals(each.scheme()));
        return known ? Authentication.Result.accepted() : Authentication.Result.FAILED;
    }

    @Override
    public boolean isValid(String id) {
        try {
            new X500Principal(id);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public boolean matches(String id, String aclId) {
        return id.equals(superUser) || id.equals(aclId);
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
