package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The suite's own session on a server, as super user: makes a case's folder, and removes whatever the case has left. */
final class Control implements AutoCloseable {
    static final String SUPER_PASSWORD = "super:conformance";

    private static final List<String> SYSTEM_NODES = List.of("/zookeeper", "/zookeeper/quota", "/zookeeper/config");
    private static final int NO_NODE = -101;

    /** A reply: the header's zxid and error, and the body. */
    private record Reply(long zxid, int err, Frame body) {}

    private final RawConnection connection;
    private int xid;

    Control(int port) {
        connection = new RawConnection(port);
        connection.sendFrame(Handshake.newSession().bytes());
        if (connection.next().isEmpty()) {
            throw new AssertionError("port " + port + " refuses a session");
        }
        ask("auth", OpCode.AUTH, Body.of().int32(0).text("digest").text(SUPER_PASSWORD));
    }

    /**
     * Makes an open persistent node.
     *
     * @return its zxid, the last one of the server
     */
    long createFolder(String path) {
        return ask("create " + path, OpCode.CREATE, Requests.createBody(path, "", Acls.OPEN, 0))
                .zxid();
    }

    /** Removes every node but those of the system. */
    void clear() {
        children("/").forEach(this::remove);
        SYSTEM_NODES.stream().flatMap(node -> children(node).stream()).forEach(this::remove);
    }

    private void remove(String path) {
        if (!SYSTEM_NODES.contains(path)) {
            children(path).forEach(this::remove);
            ask("delete " + path, OpCode.DELETE, Requests.pathVersion(path, -1));
        }
    }

    private List<String> children(String path) {
        Reply reply =
                ask("getChildren " + path, OpCode.GET_CHILDREN, Body.path(path).flag(false));
        List<String> paths = new ArrayList<>();
        int count = reply.err() == 0 ? reply.body().int32() : 0;
        for (int i = 0; i < count; i++) {
            byte[] name = reply.body().raw(reply.body().int32());
            paths.add((path.equals("/") ? "" : path) + "/" + new String(name, StandardCharsets.UTF_8));
        }
        return paths;
    }

    /** A node that is gone already is as good. */
    private Reply ask(String what, int op, Body body) {
        connection.sendFrame(Body.of().int32(++xid).int32(op).add(body).bytes());
        Frame frame = connection.next().orElseThrow(() -> new AssertionError("closed instead of an answer: " + what));
        frame.int32();
        Reply reply = new Reply(frame.int64(), frame.int32(), frame);
        if (reply.err() != 0 && reply.err() != NO_NODE) {
            throw new AssertionError(what + " answered " + ReplyText.error(reply.err()));
        }
        return reply;
    }

    @Override
    public void close() {
        connection.close();
    }
}
