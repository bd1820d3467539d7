package io.quorate.election;

/**
 * A place to connect to or to listen on.
 *
 * @param host a name, or an address without brackets; an IPv6 address in the long form of {@link Hosts#canonical}
 * @param port 0..65535
 */
public record HostPort(String host, int port) {
    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return Hosts.bracketed(host) + ":" + port;
    }
}
