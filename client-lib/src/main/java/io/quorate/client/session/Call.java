package io.quorate.client.session;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.RequestHeader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way.
 *
 * <pre>
 *   length int | xid int (filled in when it is sent) | type int | body
 * </pre>
 */
public final class Call {
    static final int XID_OFFSET = 4;

    final int opCode;
    final JuteWriter frame;
    final @Nullable WatchRequest watch;
    final ReplyHandler handler;

    /** When the session took it, and when it was written; the second is meaningful only while it is in flight. */
    long queuedNanos;

    long sentNanos;
    int xid;

    private Call(int opCode, JuteWriter frame, @Nullable WatchRequest watch, ReplyHandler handler) {
        this.opCode = opCode;
        this.frame = frame;
        this.watch = watch;
        this.handler = handler;
    }

    /** @param watch the watch that this read leaves if it succeeds */
    public static Call of(int opCode, Consumer<JuteWriter> body, @Nullable WatchRequest watch, ReplyHandler handler) {
        JuteWriter out = new JuteWriter(128);
        out.writeInt(0);
        new RequestHeader(0, opCode).write(out);
        body.accept(out);
        out.setInt(0, out.size() - 4);
        return new Call(opCode, out, watch, handler);
    }

    int bytes() {
        return frame.size();
    }

    void setXid(int value) {
        xid = value;
        frame.setInt(XID_OFFSET, value);
    }

    @Override
    public String toString() {
        return OpCode.shortName(opCode) + " xid " + xid;
    }
}
