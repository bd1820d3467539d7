package io.quorate.it.conformance;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;

/** A connection to the client port that sends any bytes and gives every frame that comes back. */
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 15_000;

    private final Socket socket;
    private final DataInputStream in;

    RawConnection(int port) {
        try {
            socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to port " + port, e);
        }
    }

    /** The bytes as they are. A server that has closed the connection is noticed by {@link #next}, not here. */
    void sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException closed) {
            // Whatever the server said before it closed is still to be read.
        }
    }

    /** The bytes with their length before them, in one write. */
    void sendFrame(byte[] bytes) {
        sendRaw(Body.of().data(bytes).bytes());
    }

    /**
     * Waits for the next frame.
     *
     * @return empty when the server has closed the connection
     * @throws UncheckedIOException if nothing comes for 15 s
     */
    Optional<Frame> next() {
        try {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return Optional.of(new Frame(bytes));
        } catch (EOFException | SocketException closed) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("waited " + TIMEOUT_MS + " ms in vain for a frame", e);
        }
    }

    /** No more bytes will be sent; those that come are still read. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException closed) {
            // It is over anyway.
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
