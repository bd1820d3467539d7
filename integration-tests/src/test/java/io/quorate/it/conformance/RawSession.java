package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and the session on it. Everything that is sent and every frame that comes back goes into the transcript:
 *
 * <pre>
 *   A&gt; what was asked
 *   A&lt; xid zxid error body
 *   A! zxid event path
 *   A- the server has closed the connection
 * </pre>
 *
 * A call waits for its reply, unless it is between {@link #hold} and {@link #release}.
 */
final class RawSession extends Requests {
    private static final int PING_XID = -2;
    private static final int EVENT_XID = -1;
    private static final long PASSWORD_SALT = 0xB3415C00L;

    /** A request that has no reply yet. */
    private record Asked(int xid, int op) {}

    private final String name;
    private final int port;
    private final Transcript transcript;
    private final ReplyText replies;
    private final Deque<Asked> asked = new ArrayDeque<>();
    private RawConnection connection;
    private boolean closed;
    private boolean holding;
    private int lastXid;
    private long lastZxid;
    private long sessionId;
    private byte[] password = new byte[0];

    RawSession(String name, int port, Transcript transcript) {
        this.name = name;
        this.port = port;
        this.transcript = transcript;
        this.replies = new ReplyText(transcript);
        this.connection = new RawConnection(port);
    }

    long sessionId() {
        return sessionId;
    }

    /** That of the header of the last reply. */
    long lastZxid() {
        return lastZxid;
    }

    byte[] password() {
        return password.clone();
    }

    // ---- connecting

    /** Sends the first frame and takes the answer. */
    RawSession connect(Handshake handshake) {
        connection.sendFrame(handshake.bytes());
        return awaitConnected();
    }

    /** Takes the answer to a first frame, or the end of the connection. */
    RawSession awaitConnected() {
        Optional<Frame> frame = connection.next();
        if (frame.isEmpty()) {
            noteClosed();
            return this;
        }
        Frame in = frame.get();
        int size = in.size();
        if (size != 36 && size != 37) {
            transcript.line(name + "= strange answer " + in.restAsHex());
            return this;
        }
        int version = in.int32();
        int timeoutMs = in.int32();
        long given = in.int64();
        sessionId = given == 0 ? sessionId : given;
        int passwordLength = in.int32();
        byte[] itsPassword = in.raw(passwordLength);
        if (given != 0) {
            password = itsPassword;
            transcript.name(given, name);
        }
        transcript.line(name + "= session " + transcript.session(given) + " version " + version + " timeout "
                + timeoutMs + " password " + passwordText(given, itsPassword)
                + (size == 37 ? " readOnly " + in.flag() : ""));
        return this;
    }

    private static String passwordText(long session, byte[] password) {
        byte[] expected = new byte[16];
        if (session == 0 && Arrays.equals(password, expected)) {
            return "zero";
        }
        new Random(session ^ PASSWORD_SALT).nextBytes(expected);
        return Arrays.equals(password, expected) ? "good" : HexFormat.of().formatHex(password);
    }

    /** Lets the connection go without a word; the session lives on. */
    RawSession drop() {
        transcript.line(name + "> drops the connection");
        connection.close();
        closed = true;
        return this;
    }

    /** A new connection under this name, for the next {@link #connect}. */
    RawSession reopen() {
        connection.close();
        connection = new RawConnection(port);
        closed = false;
        asked.clear();
        return this;
    }

    /** Comes back to the session on a new connection. */
    RawSession reconnect(long lastZxidSeen) {
        long id = sessionId;
        return reopen().connect(Handshake.newSession().session(id, password).lastZxidSeen(lastZxidSeen));
    }

    // ---- asking

    @Override
    RawSession call(String what, int op, Body body) {
        return call(++lastXid, what, op, body);
    }

    @Override
    RawSession call(int xid, String what, int op, Body body) {
        transcript.line(name + "> " + what);
        connection.sendFrame(Body.of().int32(xid).int32(op).add(body).bytes());
        asked.add(new Asked(xid, op));
        return holding ? this : await();
    }

    /** Anything at all; no reply is expected. */
    RawSession sendRaw(String what, byte[] bytes) {
        transcript.line(name + "> " + what);
        connection.sendRaw(bytes);
        return this;
    }

    /** From now on calls are sent one behind the other, and nothing is waited for. */
    RawSession hold() {
        holding = true;
        return this;
    }

    /** Waits for the replies to everything that was sent since {@link #hold}. */
    RawSession release() {
        holding = false;
        return await();
    }

    // ---- taking what comes

    /** Takes frames until everything that was asked has its reply. */
    RawSession await() {
        takeUntil(asked::isEmpty);
        return this;
    }

    /** Takes every event that the server has sent until now. */
    RawSession events() {
        if (!closed) {
            connection.sendFrame(Body.of().int32(PING_XID).int32(OpCode.PING).bytes());
            boolean[] pong = new boolean[1];
            while (!pong[0] && !closed) {
                take(frame -> pong[0] = true);
            }
        }
        return this;
    }

    /** Takes frames until the server closes the connection. */
    RawSession awaitClosed() {
        takeUntil(() -> false);
        return this;
    }

    /** For what may close the connection, or not: asks whether the path is there, and takes what comes. */
    RawSession awaitClosedOrAnswer(String path) {
        return closed ? this : exists(path);
    }

    /** Waits for the reply to what was sent as raw bytes. */
    RawSession awaitReplyTo(int op, int xid) {
        asked.add(new Asked(xid, op));
        lastXid = xid;
        return await();
    }

    /** Waits for one frame that nobody asked for. */
    RawSession awaitEvent() {
        take(null);
        return this;
    }

    /** Sends nothing more. */
    RawSession endOutput() {
        transcript.line(name + "> ends its stream");
        connection.endOutput();
        return this;
    }

    private void takeUntil(BooleanSupplier enough) {
        while (!enough.getAsBoolean() && !closed) {
            take(null);
        }
    }

    /** What to do with the reply to a ping that nobody asked for. */
    private interface PongTaker {
        void take(Frame pong);
    }

    private void take(@Nullable PongTaker pongTaker) {
        Optional<Frame> next = connection.next();
        if (next.isEmpty()) {
            noteClosed();
            return;
        }
        Frame frame = next.get();
        if (frame.size() < 16) {
            transcript.line(name + "< strange frame " + frame.restAsHex());
            return;
        }
        if (isConnectResponse(frame)) {
            transcript.line(name + "< a ConnectResponse");
            asked.poll();
            return;
        }
        int xid = frame.int32();
        long rawZxid = frame.int64();
        String zxid = transcript.zxid(rawZxid);
        int err = frame.int32();
        lastZxid = xid == EVENT_XID ? lastZxid : rawZxid;
        if (xid == EVENT_XID) {
            transcript.line(
                    name + "! " + zxid + " " + ReplyText.event(frame) + (err == 0 ? "" : " " + ReplyText.error(err)));
        } else if (xid == PING_XID && pongTaker != null) {
            pongTaker.take(frame);
        } else {
            noteReply(xid, zxid, err, frame);
        }
    }

    /** Only what a client should not ask for is answered so. */
    private boolean isConnectResponse(Frame frame) {
        Asked first = asked.peek();
        return first != null && first.op() == OpCode.CREATE_SESSION && frame.size() == 37;
    }

    private void noteReply(int xid, String zxid, int err, Frame frame) {
        Asked first = asked.poll();
        String body = first == null ? " to nothing: " + frame.restAsHex() : replies.reply(first.op(), err, frame);
        String odd = first != null && first.xid() != xid ? " (asked with xid " + first.xid() + ")" : "";
        transcript.line(name + "< " + xid + odd + " " + zxid + " " + ReplyText.error(err) + body);
    }

    private void noteClosed() {
        transcript.line(name + "- closed");
        closed = true;
        asked.clear();
    }

    // ---- the end

    /** Ends the session, on its connection or on a new one, so that nothing of it happens during later cases. */
    void end() {
        boolean mayBeOpen = sessionId != 0;
        if (mayBeOpen && !closed && !holding) {
            connection.sendFrame(goodbye());
            awaitEnd();
        } else if (mayBeOpen) {
            connection.close();
            connection = new RawConnection(port);
            connection.sendFrame(
                    Handshake.newSession().session(sessionId, password).bytes());
            connection.sendFrame(goodbye());
            awaitEnd();
        }
        connection.close();
    }

    private static byte[] goodbye() {
        return Body.of().int32(Integer.MAX_VALUE).int32(OpCode.CLOSE_SESSION).bytes();
    }

    private void awaitEnd() {
        while (connection.next().isPresent()) {
            // The connection ends when the session has.
        }
    }
}
