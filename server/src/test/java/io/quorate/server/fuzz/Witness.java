package io.quorate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.DataStatResponse;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.WatcherEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A client in the right beside others in the wrong: on nodes that are its own by their ACL, every answer has to be the right one. */
final class Witness implements AutoCloseable {
    private static final String FOLDER = "/witness";
    private static final String NODE = "/witness/node";
    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final int WATCH_EVENT = -1;
    private static final int PING = -2;
    private static final int BAD_VERSION = -103;

    private final FrameSocket connection;
    private final Thread thread;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int xid;
    private long lastZxid;
    private int rounds;

    Witness(int port) throws IOException {
        connection = FrameSocket.session(port, SESSION_TIMEOUT_MS);
        ask(OpCode.AUTH, 0, w -> new AuthPacket(0, "digest", utf8("witness:only it knows")).write(w));
        ask(OpCode.CREATE, 0, w -> new CreateRequest(FOLDER, new byte[0], Acl.CREATOR_ALL, 0).write(w));
        ask(OpCode.CREATE, 0, w -> new CreateRequest(NODE, utf8("0"), Acl.CREATOR_ALL, 0).write(w));
        thread = new Thread(this::run, "witness");
        thread.start();
    }

    /** Ends its requests. @return how often it went through all of them; every answer was right */
    int finish() throws InterruptedException {
        stopped.set(true);
        thread.join(2L * FrameSocket.TIMEOUT_MS);
        assertThat(thread.isAlive()).as("the witness waits still").isFalse();
        if (failure.get() != null) {
            throw new AssertionError("a client beside the hostile ones noticed", failure.get());
        }
        return rounds;
    }

    private void run() {
        try {
            while (!stopped.get()) {
                round();
                rounds++;
            }
            round(); // Once more, when the hostile ones have done what they do.
            rounds++;
        } catch (IOException | RuntimeException | AssertionError e) {
            failure.set(e);
        }
    }

    private void round() throws IOException {
        byte[] value = utf8(Integer.toString(rounds));
        ask(OpCode.GET_DATA, 0, w -> new PathWatchRequest(NODE, true).write(w));
        send(OpCode.SET_DATA, w -> new SetDataRequest(NODE, value, rounds).write(w));
        JuteReader event = new JuteReader(connection.frame());
        assertThat(ReplyHeader.read(event).xid()).isEqualTo(WATCH_EVENT);
        assertThat(WatcherEvent.read(event).path()).isEqualTo(NODE);
        reply(0);
        DataStatResponse now =
                DataStatResponse.read(ask(OpCode.GET_DATA, 0, w -> new PathWatchRequest(NODE, false).write(w)));
        assertThat(now.data()).isEqualTo(value);
        assertThat(now.stat().version()).isEqualTo(rounds + 1);
        ask(OpCode.DELETE, BAD_VERSION, w -> new PathVersionRequest(NODE, rounds).write(w));
        ask(OpCode.SYNC, 0, w -> new PathRequest(FOLDER).write(w));
        connection.send(w -> new RequestHeader(PING, OpCode.PING).write(w));
        reply(0);
    }

    private JuteReader ask(int op, int err, Consumer<JuteWriter> body) throws IOException {
        send(op, body);
        return reply(err);
    }

    private void send(int op, Consumer<JuteWriter> body) throws IOException {
        connection.send(FrameSocket.request(++xid, op, body));
    }

    private JuteReader reply(int err) throws IOException {
        JuteReader reply = new JuteReader(connection.frame());
        ReplyHeader header = ReplyHeader.read(reply);
        if (header.xid() != PING) {
            assertThat(header.xid()).isEqualTo(xid);
        }
        assertThat(header.err()).isEqualTo(err);
        if (header.zxid() > 0) {
            assertThat(header.zxid()).isGreaterThanOrEqualTo(lastZxid);
            lastZxid = header.zxid();
        }
        return reply;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        stopped.set(true);
        connection.close();
    }
}
