package io.quorate.tree;

import io.quorate.jute.Id;
import java.security.cert.X509Certificate;
import java.util.List;

/** A scheme whose identities are in the certificate that a client showed when its connection was made. */
public interface CertificateScheme extends AuthScheme {
    /**
     * Who the client is.
     *
     * @param chain the client's certificate, then those that vouch for it; the transport has checked it
     * @return empty if a client with this certificate is not to be served
     */
    List<Id> identities(List<X509Certificate> chain);
}
