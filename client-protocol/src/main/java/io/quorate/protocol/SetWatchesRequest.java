package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts watches back after a reconnect, and asks for what was missed since {@code relativeZxid}. */
public record SetWatchesRequest(
        long relativeZxid,
        @Nullable List<String> dataWatches,
        @Nullable List<String> existWatches,
        @Nullable List<String> childWatches) {
    public static SetWatchesRequest read(JuteReader in) {
        return new SetWatchesRequest(
                in.readLong(), StringVector.read(in), StringVector.read(in), StringVector.read(in));
    }

    public void write(JuteWriter out) {
        out.writeLong(relativeZxid);
        StringVector.write(out, dataWatches);
        StringVector.write(out, existWatches);
        StringVector.write(out, childWatches);
    }
}
