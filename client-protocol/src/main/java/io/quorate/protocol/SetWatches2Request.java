package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As {@link SetWatchesRequest}, with the persistent watches. */
public record SetWatches2Request(
        long relativeZxid,
        @Nullable List<String> dataWatches,
        @Nullable List<String> existWatches,
        @Nullable List<String> childWatches,
        @Nullable List<String> persistentWatches,
        @Nullable List<String> persistentRecursiveWatches) {
    public static SetWatches2Request read(JuteReader in) {
        return new SetWatches2Request(
                in.readLong(),
                StringVector.read(in),
                StringVector.read(in),
                StringVector.read(in),
                StringVector.read(in),
                StringVector.read(in));
    }

    public void write(JuteWriter out) {
        out.writeLong(relativeZxid);
        StringVector.write(out, dataWatches);
        StringVector.write(out, existWatches);
        StringVector.write(out, childWatches);
        StringVector.write(out, persistentWatches);
        StringVector.write(out, persistentRecursiveWatches);
    }
}
