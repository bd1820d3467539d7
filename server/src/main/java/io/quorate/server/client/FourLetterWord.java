package io.quorate.server.client;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words that may stand at the beginning of a connection in place of a length. As lengths they would all be absurd. */
public enum FourLetterWord {
    RUOK,
    SRVR,
    STAT,
    MNTR,
    ISRO,
    CONF,
    ENVI,
    SRST,
    CRST,
    CONS,
    DIRS,
    GTMK,
    STMK,
    DUMP,
    WCHS,
    WCHC,
    WCHP,
    HASH;

    private static final Map<Integer, FourLetterWord> BY_NUMBER = new HashMap<>();

    static {
        for (FourLetterWord word : values()) {
            BY_NUMBER.put(word.number(), word);
        }
    }

    /** @return null if these four bytes are no word that is known */
    static @Nullable FourLetterWord of(int number) {
        return BY_NUMBER.get(number);
    }

    /** How many bytes follow the word and belong to it: the new mask of stmk. */
    int argumentBytes() {
        return this == STMK ? Long.BYTES : 0;
    }

    /** The word as it is sent. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    private int number() {
        byte[] bytes = text().getBytes(StandardCharsets.US_ASCII);
        return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    }
}
