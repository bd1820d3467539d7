package io.quorate.client.shell;

import io.quorate.jute.Id;
import io.quorate.protocol.Acl;
import io.quorate.protocol.Perms;
import java.util.ArrayList;
import java.util.List;

/** ACLs as they are typed, {@code scheme:id:perms[,scheme:id:perms…]}, and as they are shown. */
final class AclText {
    private static final String LETTERS = "cdrwa";
    private static final int[] BITS = {Perms.CREATE, Perms.DELETE, Perms.READ, Perms.WRITE, Perms.ADMIN};

    private AclText() {}

    /** @throws IllegalArgumentException that says which entry is wrong */
    static List<Acl> parse(String text) {
        List<Acl> result = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            int first = entry.indexOf(':');
            int last = entry.lastIndexOf(':');
            if (first < 0 || first == last) {
                throw new IllegalArgumentException(entry + " does not have the form scheme:id:perm");
            }
            result.add(new Acl(
                    perms(entry.substring(last + 1)),
                    new Id(entry.substring(0, first), entry.substring(first + 1, last))));
        }
        return result;
    }

    private static int perms(String letters) {
        int result = 0;
        for (int i = 0; i < letters.length(); i++) {
            int at = LETTERS.indexOf(letters.charAt(i));
            if (at < 0) {
                throw new IllegalArgumentException("Unknown perm type: " + letters.charAt(i) + "; they are " + LETTERS);
            }
            result |= BITS[at];
        }
        return result;
    }

    static String show(Acl acl) {
        return "'" + acl.id().scheme() + ",'" + acl.id().id() + "\n: " + letters(acl.perms());
    }

    private static String letters(int perms) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < BITS.length; i++) {
            if ((perms & BITS[i]) != 0) {
                result.append(LETTERS.charAt(i));
            }
        }
        return result.toString();
    }
}
