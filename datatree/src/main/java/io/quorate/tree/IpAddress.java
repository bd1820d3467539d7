package io.quorate.tree;

import org.jspecify.annotations.Nullable;

/** Reads textual addresses without asking anybody for names. */
final class IpAddress {
    private static final int V4_BYTES = 4;
    private static final int V6_GROUPS = 8;

    private IpAddress() {}

    /** @return 4 or 16 bytes, or null if this is no address (nor is, as in ZooKeeper, IPv6 with a dotted end); a zone behind "%" is ignored */
    static byte @Nullable [] parse(String text) {
        int zone = text.indexOf('%');
        String address = zone < 0 ? text : text.substring(0, zone);
        return address.indexOf(':') < 0 ? parseV4(address) : parseV6(address);
    }

    private static byte @Nullable [] parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != V4_BYTES) {
            return null;
        }
        byte[] result = new byte[V4_BYTES];
        for (int i = 0; i < V4_BYTES; i++) {
            int value = parse(parts[i], 10, 3);
            if (value < 0 || value > 255) {
                return null;
            }
            result[i] = (byte) value;
        }
        return result;
    }

    private static byte @Nullable [] parseV6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] groups = parseGroups(text);
            return groups != null && groups.length == V6_GROUPS ? toBytes(groups, new int[0]) : null;
        }
        int[] head = parseGroups(text.substring(0, gap));
        int[] tail = parseGroups(text.substring(gap + 2));
        return head != null && tail != null && head.length + tail.length < V6_GROUPS ? toBytes(head, tail) : null;
    }

    private static int @Nullable [] parseGroups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        int[] result = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            int value = parse(parts[i], 16, 4);
            if (value < 0) {
                return null;
            }
            result[i] = value;
        }
        return result;
    }

    private static byte[] toBytes(int[] head, int[] tail) {
        byte[] result = new byte[2 * V6_GROUPS];
        for (int i = 0; i < head.length; i++) {
            put(result, i, head[i]);
        }
        for (int i = 0; i < tail.length; i++) {
            put(result, V6_GROUPS - tail.length + i, tail[i]);
        }
        return result;
    }

    private static void put(byte[] target, int group, int value) {
        target[2 * group] = (byte) (value >> 8);
        target[2 * group + 1] = (byte) value;
    }

    /** @return the number, or -1 if the text is not one of 1 to {@code maxDigits} digits */
    private static int parse(String text, int radix, int maxDigits) {
        if (text.isEmpty() || text.length() > maxDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), radix);
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
