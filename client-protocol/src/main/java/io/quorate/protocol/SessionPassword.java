package io.quorate.protocol;

/**
 * The password of a session, a function of its id that every server computes alike, so that clients can move between servers: the first
 * 16 bytes of a {@code java.util.Random} seeded with {@code sessionId XOR 0xB3415C00}.
 */
public final class SessionPassword {
    public static final int BYTES = 16;

    private static final long SECRET = 0xB3415C00L;
    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long MASK = (1L << 48) - 1;

    private SessionPassword() {}

    /** @return a new array of 16 bytes */
    public static byte[] of(long sessionId) {
        long state = ((sessionId ^ SECRET) ^ MULTIPLIER) & MASK;
        byte[] password = new byte[BYTES];
        for (int i = 0; i < BYTES; ) {
            state = (state * MULTIPLIER + 0xBL) & MASK;
            int word = (int) (state >>> 16);
            for (int n = 0; n < 4; n++, word >>= 8) {
                password[i++] = (byte) word;
            }
        }
        return password;
    }
}
