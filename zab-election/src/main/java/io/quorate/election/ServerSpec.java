package io.quorate.election;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One server line of a configuration.
 *
 * <pre>
 *   server.&lt;id&gt; = &lt;host&gt;:&lt;quorumPort&gt;:&lt;electionPort&gt;[:&lt;role&gt;] [| more addresses] [; [&lt;clientHost&gt;:]&lt;clientPort&gt;]
 * </pre>
 *
 * @param id 0 or more: a negative number at the head of an election handshake means something else
 * @param addresses at least one, ordered by host. More than one only means something if {@code multiAddress.enabled} is set, which
 *     is for the reader of zoo.cfg to check
 * @param role whether the server votes
 * @param client where clients connect, if the line says it
 */
public record ServerSpec(
        long id,
        List<Address> addresses,
        Role role,
        @Nullable HostPort client) {
    /** Whether a server votes. */
    public enum Role {
        PARTICIPANT,
        OBSERVER;

        private final String text = name().toLowerCase(Locale.ROOT);

        private static @Nullable Role parse(String text) {
            for (Role role : values()) {
                if (role.text.equalsIgnoreCase(text)) {
                    return role;
                }
            }
            return null;
        }
    }

    /** The two ports of one of a server's addresses. */
    public record Address(String host, int quorumPort, int electionPort) {
        public HostPort quorum() {
            return new HostPort(host, quorumPort);
        }

        public HostPort election() {
            return new HostPort(host, electionPort);
        }

        @Override
        public String toString() {
            return Hosts.bracketed(host) + ":" + quorumPort + ":" + electionPort;
        }
    }

    private static final String FORM =
            "host:quorumPort:electionPort[:participant|:observer][;[clientHost:]clientPort], IPv6 addresses in"
                    + " brackets, several addresses separated by |";

    public ServerSpec {
        if (id < 0 || addresses.isEmpty()) {
            throw new IllegalArgumentException("server " + id + " with addresses " + addresses);
        }
        addresses = addresses.stream()
                .sorted(Comparator.comparing(Address::host).thenComparingInt(Address::quorumPort))
                .toList();
    }

    public boolean isVoter() {
        return role == Role.PARTICIPANT;
    }

    /** The quorum port, of the first address. */
    public HostPort quorum() {
        return addresses.get(0).quorum();
    }

    /** The election port, of the first address. */
    public HostPort election() {
        return addresses.get(0).election();
    }

    /**
     * Reads what stands behind the equals sign.
     *
     * @throws ConfigException if it is not of the form above
     */
    public static ServerSpec parse(long id, String value) {
        return new Parser(id, value).parse();
    }

    /** What stands behind the equals sign, in the one form that goes over the wire: the role always, the client host with its port. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Address address : addresses) {
            text.append(text.isEmpty() ? "" : "|").append(address);
        }
        text.append(':').append(role.text);
        if (client != null) {
            text.append(';').append(client);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "server." + id + "=" + text();
    }

    private static final class Parser {
        private final long id;
        private final String value;
        private final List<Address> addresses = new ArrayList<>();
        private @Nullable Role role;

        private Parser(long id, String value) {
            this.id = id;
            this.value = value;
        }

        private ServerSpec parse() {
            int semicolon = value.indexOf(';');
            String servers = semicolon < 0 ? value : value.substring(0, semicolon);
            for (String address : servers.split("\\|", -1)) {
                parseAddress(address.trim());
            }
            HostPort client = semicolon < 0
                    ? null
                    : parseClient(value.substring(semicolon + 1).trim());
            return new ServerSpec(id, addresses, role == null ? Role.PARTICIPANT : role, client);
        }

        private void parseAddress(String text) {
            List<String> parts = split(text);
            if (parts.size() != 3 && parts.size() != 4) {
                throw wrong(FORM);
            }
            int quorumPort = port(parts.get(1), "the quorum port", 1);
            int electionPort = port(parts.get(2), "the election port", 1);
            if (quorumPort == electionPort) {
                throw wrong("two different ports: one for the quorum, one for the election");
            }
            addresses.add(new Address(host(parts.get(0)), quorumPort, electionPort));
            if (parts.size() == 4) {
                parseRole(parts.get(3));
            }
        }

        private void parseRole(String text) {
            Role found = Role.parse(text);
            if (found == null) {
                throw wrong("the role participant or observer, found \"" + text + "\"");
            }
            if (role != null && role != found) {
                throw wrong("one role for all addresses of the server");
            }
            role = found;
        }

        private @Nullable HostPort parseClient(String text) {
            if (text.isEmpty()) {
                return null;
            }
            List<String> parts = split(text);
            if (parts.size() > 2) {
                throw wrong("clientPort or clientHost:clientPort behind the semicolon");
            }
            String host = parts.size() == 2 ? host(parts.get(0)) : Hosts.ANY_IPV4;
            return new HostPort(host, port(parts.get(parts.size() - 1), "the client port", 0));
        }

        private String host(String text) {
            String host = Hosts.canonical(text);
            if (host == null) {
                throw wrong("a host name or an address, IPv6 in brackets, found \"" + text + "\"");
            }
            return host;
        }

        private int port(String text, String name, int least) {
            int port = HostPort.parsePort(text);
            if (port < least) {
                throw wrong(name + " as a number of " + least + ".." + ElectionLimits.MAX_PORT + ", found \"" + text
                        + "\"");
            }
            return port;
        }

        /** Splits at the colons that are not in brackets. */
        private static List<String> split(String text) {
            List<String> parts = new ArrayList<>();
            int start = 0;
            boolean inBrackets = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '[') {
                    inBrackets = true;
                } else if (c == ']') {
                    inBrackets = false;
                } else if (c == ':' && !inBrackets) {
                    parts.add(text.substring(start, i).trim());
                    start = i + 1;
                }
            }
            parts.add(text.substring(start).trim());
            return parts;
        }

        private ConfigException wrong(String expected) {
            return new ConfigException("server." + id, value, expected);
        }
    }
}
