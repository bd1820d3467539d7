package io.quorate.election;

import org.jspecify.annotations.Nullable;

/**
 * A place to connect to or to listen on.
 *
 * @param host a name, or an address without brackets; an IPv6 address in the long form of {@link Hosts#canonical}
 * @param port 0..65535
 */
public record HostPort(String host, int port) {
    /**
     * Reads {@code host:port}, an IPv6 host in brackets.
     *
     * @return null if it is something else
     */
    public static @Nullable HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = text.substring(0, colon);
        String canonical = host.indexOf(':') >= 0 && !host.startsWith("[") ? null : Hosts.canonical(host);
        int port = parsePort(text.substring(colon + 1));
        return canonical == null || port < 0 ? null : new HostPort(canonical, port);
    }

    /** @return -1 if this is not a number of 0..65535 */
    static int parsePort(String text) {
        boolean number = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(text) : -1;
        return port <= ElectionLimits.MAX_PORT ? port : -1;
    }

    /** Whether this can be dialled: not a wildcard address, and a port. */
    public boolean isDialable() {
        return port > 0 && !Hosts.isWildcard(host);
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    @Override
    public String toString() {
        return Hosts.bracketed(host) + ":" + port;
    }
}
