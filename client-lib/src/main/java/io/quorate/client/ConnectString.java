package io.quorate.client;

import io.quorate.client.session.HostPort;
import io.quorate.protocol.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the servers are: {@code host:port,host:port/chroot}. A port that is left out is 2181; an IPv6 address stands in brackets. With a
 * chroot every path of the client is below that node, which must exist before anything is created there.
 *
 * @param chroot the node's path, or "" for none
 */
public record ConnectString(List<HostPort> hosts, String chroot) {
    private static final int DEFAULT_PORT = 2181;

    public ConnectString {
        hosts = List.copyOf(hosts);
    }

    /** @throws IllegalArgumentException that says what is wrong with the text */
    public static ConnectString parse(String text) {
        int slash = text.indexOf('/');
        String servers = slash < 0 ? text : text.substring(0, slash);
        String chroot = slash < 0 || slash == text.length() - 1 ? "" : text.substring(slash);
        if (!chroot.isEmpty()) {
            Paths.problem(chroot).ifPresent(problem -> {
                throw new IllegalArgumentException("connect string \"" + text + "\": " + problem);
            });
        }
        List<HostPort> hosts = new ArrayList<>();
        for (String each : servers.split(",", -1)) {
            if (!each.isBlank()) {
                hosts.add(parseHost(text, each.trim()));
            }
        }
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException(
                    "connect string \"" + text + "\" names no server: host:port[,host:port...][/chroot] is expected");
        }
        return new ConnectString(hosts, chroot);
    }

    private static HostPort parseHost(String text, String server) {
        int bracket = server.lastIndexOf(']');
        int colon = server.lastIndexOf(':');
        boolean hasPort = colon > bracket && (bracket >= 0 || server.indexOf(':') == colon);
        String host = hasPort ? server.substring(0, colon) : server;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("connect string \"" + text + "\": \"" + server + "\" has no host");
        }
        return new HostPort(host, hasPort ? parsePort(text, server.substring(colon + 1)) : DEFAULT_PORT);
    }

    private static int parsePort(String text, String port) {
        try {
            int result = Integer.parseInt(port);
            if (result > 0 && result <= 0xffff) {
                return result;
            }
        } catch (NumberFormatException e) {
            // Said below, with the whole text.
        }
        throw new IllegalArgumentException(
                "connect string \"" + text + "\": port \"" + port + "\" is not a number from 1 to 65535");
    }

    /** The path that servers know. */
    String toServer(String path) {
        if (chroot.isEmpty()) {
            return path;
        }
        return path.equals(Paths.ROOT) ? chroot : chroot + path;
    }

    /** The path that this client's user knows. */
    String toUser(String serverPath) {
        if (chroot.isEmpty() || !serverPath.startsWith(chroot)) {
            return serverPath;
        }
        return serverPath.length() == chroot.length() ? Paths.ROOT : serverPath.substring(chroot.length());
    }

    @Override
    public String toString() {
        return String.join(",", hosts.stream().map(HostPort::toString).toList()) + chroot;
    }
}
