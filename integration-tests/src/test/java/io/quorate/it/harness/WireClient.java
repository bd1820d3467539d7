package io.quorate.it.harness;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.ReplyHeader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that says what it is told to, byte by byte, and tells what came back in words that can be compared. */
public final class WireClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final int SESSION_TIMEOUT_MS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int xid;

    /** What the server answered to the handshake; there where one was made. */
    private @Nullable ConnectResponse granted;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    /** A connection that has said nothing. */
    public static WireClient connect(ServerProcess server) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), server.ports().client()),
                TIMEOUT_MS);
        return new WireClient(socket);
    }

    /** A connection with a session. */
    public static WireClient session(ServerProcess server) throws IOException {
        return session(server, SESSION_TIMEOUT_MS);
    }

    /** A connection with a session that is to live for so long without a word. */
    public static WireClient session(ServerProcess server, int timeoutMs) throws IOException {
        WireClient client = connect(server);
        client.askForSession(timeoutMs, 0, new byte[16]);
        client.awaitGranted();
        return client;
    }

    /** A connection that has asked for the session of another one, and has not waited for the answer. */
    public static WireClient comingBack(ServerProcess server, WireClient earlier) throws IOException {
        ConnectResponse had = earlier.granted();
        WireClient client = connect(server);
        client.askForSession(had.timeOut(), had.sessionId(), Objects.requireNonNull(had.passwd()));
        return client;
    }

    private void askForSession(int timeoutMs, long id, byte[] password) throws IOException {
        sendFrame(w -> new ConnectRequest(0, 0, timeoutMs, id, password, false).write(w));
    }

    /** Takes the answer to the handshake. */
    public ConnectResponse awaitGranted() throws IOException {
        granted = ConnectResponse.read(new JuteReader(readFrame()));
        return granted;
    }

    /** The answer to the handshake, which has come. */
    public ConnectResponse granted() {
        if (granted == null) {
            throw new IllegalStateException("no answer to a handshake has come");
        }
        return granted;
    }

    public void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public void sendFrame(Consumer<JuteWriter> body) throws IOException {
        JuteWriter writer = new JuteWriter();
        body.accept(writer);
        out.writeInt(writer.size());
        out.write(writer.array(), 0, writer.size());
        out.flush();
    }

    /** Asks, and tells the answer: its code, and whether it has a body; or that the connection was closed. */
    public String ask(int op, Consumer<JuteWriter> body) throws IOException {
        int own = ++xid;
        try {
            sendFrame(writer -> {
                writer.writeInt(own).writeInt(op);
                body.accept(writer);
            });
            return answer(own);
        } catch (EOFException | SocketException e) {
            return "closed";
        }
    }

    private String answer(int own) throws IOException {
        byte[] frame = readFrame();
        JuteReader reader = new JuteReader(frame);
        ReplyHeader header = ReplyHeader.read(reader);
        String xidText = header.xid() == own ? "" : "xid " + header.xid() + " for " + own + ", ";
        return xidText + "err " + header.err() + (reader.remaining() > 0 ? ", body" : "");
    }

    /** The payload of the next frame. */
    public byte[] readFrame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    /** Whether nothing comes any more because the server has closed. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
