package io.quorate.it.conformance;

import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** The bodies of replies and events as text, every byte of them accounted for. */
final class ReplyText {
    private final Transcript transcript;

    ReplyText(Transcript transcript) {
        this.transcript = transcript;
    }

    /** Everything behind the header of a reply to {@code op}. */
    String reply(int op, int err, Frame in) {
        if (err != 0 && op != OpCode.MULTI_READ) {
            return in.remaining() == 0 ? "" : " unexpected " + in.restAsHex();
        }
        try {
            String text = in.remaining() == 0 ? "" : body(op, in);
            return in.remaining() == 0 ? text : text + " rest " + in.restAsHex();
        } catch (BufferUnderflowException e) {
            return " the body ends too early";
        }
    }

    private String body(int op, Frame in) {
        return switch (op) {
            case OpCode.CREATE, OpCode.SYNC -> " " + in.text();
            case OpCode.CREATE2, OpCode.CREATE_CONTAINER, OpCode.CREATE_TTL -> " " + in.text() + stat(in);
            case OpCode.EXISTS, OpCode.SET_DATA, OpCode.SET_ACL -> stat(in);
            case OpCode.GET_DATA, OpCode.RECONFIG -> " " + in.text() + stat(in);
            case OpCode.GET_ACL -> acl(in) + stat(in);
            case OpCode.GET_CHILDREN, OpCode.GET_EPHEMERALS -> names(in);
            case OpCode.GET_CHILDREN2 -> names(in) + stat(in);
            case OpCode.MULTI, OpCode.MULTI_READ -> parts(in);
            case OpCode.ADD_WATCH, OpCode.GET_ALL_CHILDREN_NUMBER -> " " + in.int32();
            case OpCode.WHO_AM_I -> list(in, () -> in.text() + ":" + in.text());
            case OpCode.SASL -> " " + in.text();
            default -> "";
        };
    }

    private String parts(Frame in) {
        StringBuilder text = new StringBuilder();
        while (in.remaining() > 0) {
            int type = in.int32();
            boolean done = in.flag();
            int err = in.int32();
            text.append("\n    ").append(done ? "end" : type);
            if (err != (done ? -1 : 0)) {
                text.append(' ').append(error(err));
            }
            if (type == OpCode.ERROR && !done) {
                int again = in.int32();
                text.append(again == err ? "" : " but " + error(again));
            } else if (!done) {
                text.append(body(type, in));
            }
        }
        return text.toString();
    }

    private String names(Frame in) {
        return list(in, in::text);
    }

    /** Sorted: the order is free in all vectors that clients get. */
    private static String list(Frame in, Supplier<String> element) {
        int count = in.int32();
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(element.get());
        }
        Collections.sort(elements);
        return count < 0 ? " count " + count : " " + elements;
    }

    private static String acl(Frame in) {
        int count = in.int32();
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String perms = Acls.show(in.int32());
            entries.add(in.text() + ":" + in.text() + ":" + perms);
        }
        return " " + entries;
    }

    String stat(Frame in) {
        String zxids = " c" + transcript.zxid(in.int64()) + " m" + transcript.zxid(in.int64());
        String times = " ct=" + transcript.time(in.int64()) + " mt=" + transcript.time(in.int64());
        String versions = " v=" + in.int32() + " cv=" + in.int32() + " av=" + in.int32();
        String owner = " owner=" + transcript.session(in.int64());
        String sizes = " len=" + in.int32() + " n=" + in.int32();
        return zxids + " p" + transcript.zxid(in.int64()) + versions + owner + sizes + times;
    }

    static String event(Frame in) {
        int type = in.int32();
        int state = in.int32();
        String path = in.text();
        String name = switch (type) {
            case 1 -> "created";
            case 2 -> "deleted";
            case 3 -> "changed";
            case 4 -> "children";
            default -> "type " + type;
        };
        return name + " " + path + (state == 3 ? "" : " state " + state)
                + (in.remaining() == 0 ? "" : " rest " + in.restAsHex());
    }

    static String error(int err) {
        ErrorCode code = ErrorCode.of(err);
        return code.code() == err ? code.name() : "error " + err;
    }
}
