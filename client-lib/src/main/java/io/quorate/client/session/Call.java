package io.quorate.client.session;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.AddWatchRequest;
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
    private static final int TYPE_OFFSET = 8;

    final int opCode;
    final JuteWriter frame;
    final @Nullable WatchRequest watch;
    final @Nullable WatchRemoval removal;
    final ReplyHandler handler;

    /** When the session took it, and when it was written; the second is meaningful only while it is in flight. */
    long queuedNanos;

    long sentNanos;
    int xid;

    private Call(
            int opCode,
            JuteWriter frame,
            @Nullable WatchRequest watch,
            @Nullable WatchRemoval removal,
            ReplyHandler handler) {
        this.opCode = opCode;
        this.frame = frame;
        this.watch = watch;
        this.removal = removal;
        this.handler = handler;
    }

    /** @param watch the watch that this request leaves if it succeeds */
    public static Call of(int opCode, Consumer<JuteWriter> body, @Nullable WatchRequest watch, ReplyHandler handler) {
        return new Call(opCode, frame(opCode, body), watch, null, handler);
    }

    /** Its answer says whether this side had such a watch. */
    public static Call removing(WatchRemoval removal, ReplyHandler handler) {
        AddWatchRequest request =
                new AddWatchRequest(removal.path(), removal.type().code());
        return new Call(OpCode.REMOVE_WATCHES, frame(OpCode.REMOVE_WATCHES, request::write), null, removal, handler);
    }

    private static JuteWriter frame(int opCode, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter(128);
        out.writeInt(0);
        new RequestHeader(0, opCode).write(out);
        body.accept(out);
        out.setInt(0, out.size() - 4);
        return out;
    }

    /** Makes a removal a question, for a watch that the server has to keep for others of this side. */
    void onlyCheck() {
        frame.setInt(TYPE_OFFSET, OpCode.CHECK_WATCHES);
    }

    public String operation() {
        return OpCode.shortName(opCode);
    }

    /** When the session took it. */
    public long queuedNanos() {
        return queuedNanos;
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
