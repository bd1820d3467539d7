package io.quorate.it.conformance;

import org.jspecify.annotations.Nullable;

/**
 * ACLs as text: entries {@code scheme:id:perms} with spaces between them, perms of the letters {@code rwcda} or a number, as in
 * {@code "world:anyone:r ip:127.0.0.1:rwcda"}. The word {@code null} stands for an absent string.
 */
final class Acls {
    static final String OPEN = "world:anyone:rwcda";

    private static final String LETTERS = "rwcda";

    private Acls() {}

    /** A vector; null makes a null vector, an empty text an empty one. */
    static byte[] encode(@Nullable String acl) {
        if (acl == null) {
            return Body.of().int32(-1).bytes();
        }
        if (acl.isEmpty()) {
            return Body.of().int32(0).bytes();
        }
        String[] entries = acl.split(" ", -1);
        Body body = Body.of().int32(entries.length);
        for (String entry : entries) {
            int first = entry.indexOf(':');
            int last = entry.lastIndexOf(':');
            body.int32(perms(entry.substring(last + 1)));
            body.text(orNull(entry.substring(0, first)));
            body.text(first == last ? "" : orNull(entry.substring(first + 1, last)));
        }
        return body.bytes();
    }

    private static @Nullable String orNull(String text) {
        return text.equals("null") ? null : text;
    }

    private static int perms(String text) {
        if (text.matches("-?\\d+")) {
            return Integer.parseInt(text);
        }
        int perms = 0;
        for (int i = 0; i < text.length(); i++) {
            perms |= 1 << LETTERS.indexOf(text.charAt(i));
        }
        return perms;
    }

    static String show(int perms) {
        if (perms < 0 || perms > 31) {
            return Integer.toString(perms);
        }
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < LETTERS.length(); bit++) {
            if ((perms & 1 << bit) != 0) {
                text.append(LETTERS.charAt(bit));
            }
        }
        return text.toString();
    }
}
