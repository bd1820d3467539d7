package io.quorate.protocol;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A vector of strings. */
public final class StringVector {
    private StringVector() {}

    /**
     * @return the strings, or null where the wire has a null vector
     * @throws JuteException if one of the strings is null
     */
    public static @Nullable List<String> read(JuteReader in) {
        int count = in.readVectorCount();
        if (count < 0) {
            return null;
        }
        List<String> result = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            String each = in.readString();
            if (each == null) {
                throw new JuteException("string " + i + " of " + count + " in a vector is null");
            }
            result.add(each);
        }
        return result;
    }

    public static void write(JuteWriter out, @Nullable List<String> list) {
        if (list == null) {
            out.writeInt(-1);
            return;
        }
        out.writeInt(list.size());
        for (String each : list) {
            out.writeString(each);
        }
    }
}
