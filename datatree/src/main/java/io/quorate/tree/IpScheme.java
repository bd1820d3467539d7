package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** {@code ip}: where a connection comes from. Each has that identity from the start; asking for it in an auth packet adds nothing. */
final class IpScheme implements AuthScheme {
    @Override
    public String name() {
        return "ip";
    }

    @Override
    public Authentication.Result authenticate(byte @Nullable [] auth, Collection<Id> current) {
        return Authentication.Result.accepted();
    }

    @Override
    public boolean isValid(String id) {
        return Prefix.of(id) != null;
    }

    @Override
    public boolean matches(String id, String aclId) {
        Prefix prefix = Prefix.of(aclId);
        byte[] address = IpAddress.parse(id);
        return prefix != null && address != null && prefix.contains(address);
    }

    @Override
    public boolean isAuthenticated() {
        return false;
    }

    @Override
    public String userName(String id) {
        return id;
    }

    /** An address, or as many of its first bits as stand behind the slash. */
    @SuppressWarnings("ArrayRecordComponent") // lives for one comparison
    private record Prefix(byte[] address, int bits) {
        static @Nullable Prefix of(String text) {
            int slash = text.indexOf('/');
            byte[] address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                return null;
            }
            int bits = slash < 0 ? address.length * 8 : parseBits(text.substring(slash + 1));
            return bits >= 0 && bits <= address.length * 8 ? new Prefix(address, bits) : null;
        }

        private static int parseBits(String text) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                return -1;
            }
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, other, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ other[whole]) & (0xff00 >> rest) & 0xff) == 0;
        }
    }
}
