package io.quorate.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Where a server's name leads. Asked anew at each attempt to connect, on a thread that may block. */
@FunctionalInterface
public interface HostResolver {
    /** By this machine's resolver. How long Java itself remembers an answer is its property {@code networkaddress.cache.ttl}. */
    HostResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** @return all addresses of the name, A and AAAA; one attempt to connect tries them one after the other, in an order that is drawn */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
