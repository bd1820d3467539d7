package io.quorate.server.tools;

import io.quorate.protocol.Acl;
import io.quorate.protocol.Perms;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the things of the tree look in text. */
final class Showing {
    private Showing() {}

    static String session(long id) {
        return "0x" + Long.toHexString(id);
    }

    /** As in {@code world:anyone:cdrwa,digest:ann:...:r}. */
    static String acl(@Nullable List<Acl> acl) {
        if (acl == null) {
            return "null";
        }
        return acl.stream()
                .map(each -> Escapes.path(each.id().scheme() + ":" + each.id().id()) + ":" + perms(each.perms()))
                .collect(Collectors.joining(","));
    }

    private static String perms(int perms) {
        StringBuilder text = new StringBuilder();
        letter(text, perms, Perms.CREATE, 'c');
        letter(text, perms, Perms.DELETE, 'd');
        letter(text, perms, Perms.READ, 'r');
        letter(text, perms, Perms.WRITE, 'w');
        letter(text, perms, Perms.ADMIN, 'a');
        return text.toString();
    }

    private static void letter(StringBuilder text, int perms, int bit, char letter) {
        if ((perms & bit) != 0) {
            text.append(letter);
        }
    }
}
