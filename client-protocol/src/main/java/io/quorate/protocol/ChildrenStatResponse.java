package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reply of getChildren2. */
public record ChildrenStatResponse(@Nullable List<String> children, Stat stat) {
    public static ChildrenStatResponse read(JuteReader in) {
        return new ChildrenStatResponse(StringVector.read(in), Stat.read(in));
    }

    public void write(JuteWriter out) {
        StringVector.write(out, children);
        stat.write(out);
    }
}
