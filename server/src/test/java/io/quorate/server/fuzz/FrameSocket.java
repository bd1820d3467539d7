package io.quorate.server.fuzz;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A connection to the client port by frames; what goes wrong on it is the test's to judge. */
final class FrameSocket implements AutoCloseable {
    static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;

    FrameSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A connection with a new session. */
    static FrameSocket session(int port, int timeoutMs) throws IOException {
        FrameSocket session = new FrameSocket(port);
        session.send(w -> new ConnectRequest(0, 0, timeoutMs, 0, new byte[16], false).write(w));
        session.frame();
        return session;
    }

    Socket socket() {
        return socket;
    }

    static byte[] framed(Consumer<JuteWriter> payload) {
        JuteWriter writer = new JuteWriter();
        payload.accept(writer);
        return ByteBuffer.allocate(Integer.BYTES + writer.size())
                .putInt(writer.size())
                .put(writer.array(), 0, writer.size())
                .array();
    }

    static Consumer<JuteWriter> request(int xid, int op, Consumer<JuteWriter> body) {
        return writer -> {
            new RequestHeader(xid, op).write(writer);
            body.accept(writer);
        };
    }

    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(Consumer<JuteWriter> payload) throws IOException {
        sendRaw(framed(payload));
    }

    /** The payload of the next frame. */
    byte[] frame() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return frame;
    }

    /** The header of the next frame. */
    ReplyHeader header() throws IOException {
        return ReplyHeader.read(new JuteReader(frame()));
    }

    /** Reads until the server has closed. @return how many bytes there were */
    long bytesToTheEnd() throws IOException {
        byte[] chunk = new byte[1 << 16];
        long bytes = 0;
        try {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                bytes += count;
            }
        } catch (EOFException | SocketException closed) {
            return bytes;
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
