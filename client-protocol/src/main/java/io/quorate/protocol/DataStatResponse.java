package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import org.jspecify.annotations.Nullable;

/** Reply of getData. */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
public record DataStatResponse(byte @Nullable [] data, Stat stat) {
    public static DataStatResponse read(JuteReader in) {
        return new DataStatResponse(in.readBuffer(), Stat.read(in));
    }

    public void write(JuteWriter out) {
        out.writeBuffer(data);
        stat.write(out);
    }
}
