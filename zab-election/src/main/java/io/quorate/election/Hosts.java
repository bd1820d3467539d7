package io.quorate.election;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Host names and addresses as configuration texts write them. Nothing here resolves a name. */
final class Hosts {
    /** What a client port without a host listens on. */
    static final String ANY_IPV4 = "0.0.0.0";

    private static final int IPV6_GROUPS = 8;

    private Hosts() {}

    /**
     * The form in which a host stands in configuration texts: names as they are; an IPv6 address (with or without brackets) as eight
     * lower-case groups without leading zeros, since that is how the reference prints it; an IPv4 address mapped into IPv6 as IPv4.
     *
     * @return null if this is no host
     */
    static @Nullable String canonical(String host) {
        String bare = host;
        if (host.startsWith("[") || host.endsWith("]")) {
            if (!host.startsWith("[") || !host.endsWith("]") || !host.contains(":")) {
                return null;
            }
            bare = host.substring(1, host.length() - 1);
        }
        if (bare.contains(":")) {
            return canonicalIpv6(bare);
        }
        return !bare.isEmpty() && bare.chars().allMatch(Hosts::isNameCharacter) ? bare : null;
    }

    static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** Whether connecting to this host would mean nothing: it only says "all my addresses". */
    static boolean isWildcard(String host) {
        return host.equals(ANY_IPV4) || host.equals("0:0:0:0:0:0:0:0") || host.equals("*");
    }

    /** Letters of all languages pass, since resolvers take them; what separates parts of a configuration text does not. */
    private static boolean isNameCharacter(int c) {
        return c > ' ' && c != 0x7f && ":;|[]=,/\\\"'#".indexOf(c) < 0;
    }

    private static @Nullable String canonicalIpv6(String address) {
        int scopeAt = address.indexOf('%');
        String scope = scopeAt < 0 ? "" : address.substring(scopeAt);
        if (!scope.chars().allMatch(Hosts::isNameCharacter)) {
            return null;
        }
        int[] groups = parseIpv6(scopeAt < 0 ? address : address.substring(0, scopeAt));
        if (groups == null) {
            return null;
        }
        if (isMappedIpv4(groups)) {
            return (groups[6] >> 8) + "." + (groups[6] & 0xff) + "." + (groups[7] >> 8) + "." + (groups[7] & 0xff);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < IPV6_GROUPS; i++) {
            text.append(i == 0 ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.append(scope).toString();
    }

    private static boolean isMappedIpv4(int[] groups) {
        for (int i = 0; i < 5; i++) {
            if (groups[i] != 0) {
                return false;
            }
        }
        return groups[5] == 0xffff;
    }

    private static int @Nullable [] parseIpv6(String address) {
        int gap = address.indexOf("::");
        if (gap < 0) {
            List<Integer> all = parseGroups(address);
            return all != null && all.size() == IPV6_GROUPS ? join(all, List.of()) : null;
        }
        List<Integer> head = parseGroups(address.substring(0, gap));
        List<Integer> tail = parseGroups(address.substring(gap + 2));
        if (head == null || tail == null || head.size() + tail.size() >= IPV6_GROUPS) {
            return null;
        }
        return join(head, tail);
    }

    private static int[] join(List<Integer> head, List<Integer> tail) {
        int[] groups = new int[IPV6_GROUPS];
        for (int i = 0; i < head.size(); i++) {
            groups[i] = head.get(i);
        }
        for (int i = 0; i < tail.size(); i++) {
            groups[IPV6_GROUPS - tail.size() + i] = tail.get(i);
        }
        return groups;
    }

    private static @Nullable List<Integer> parseGroups(String text) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean last = i == parts.length - 1;
            if (last && parts[i].contains(".")) {
                if (!addIpv4(parts[i], groups)) {
                    return null;
                }
            } else if (parts[i].length() <= 4 && isNumber(parts[i], 16)) {
                groups.add(Integer.parseInt(parts[i], 16));
            } else {
                return null;
            }
        }
        return groups;
    }

    private static boolean addIpv4(String text, List<Integer> groups) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        int[] bytes = new int[4];
        for (int i = 0; i < 4; i++) {
            if (parts[i].length() > 3 || !isNumber(parts[i], 10)) {
                return false;
            }
            bytes[i] = Integer.parseInt(parts[i]);
            if (bytes[i] > 255) {
                return false;
            }
        }
        groups.add(bytes[0] << 8 | bytes[1]);
        groups.add(bytes[2] << 8 | bytes[3]);
        return true;
    }

    private static boolean isNumber(String text, int radix) {
        return !text.isEmpty() && text.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
    }
}
