package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A vector of strings. */
public final class StringVector {
    private StringVector() {}

    /** @return the strings, a null one as "", or null where the wire has a null vector */
    public static @Nullable List<String> read(JuteReader in) {
        int count = in.readVectorCount();
        if (count < 0) {
            return null;
        }
        List<String> result = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            String each = in.readString();
            result.add(each == null ? "" : each);
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
