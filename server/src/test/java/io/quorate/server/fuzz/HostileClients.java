package io.quorate.server.fuzz;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Plays sessions that are mostly broken, a few at a time, their bytes mixed as they may come. What it sends follows from its seed. */
final class HostileClients implements AutoCloseable {
    private static final int AT_ONCE = 6;
    private static final int TIMEOUT_MS = 30_000;
    private static final int MAX_REQUESTS = 12;
    private static final int MAX_REPLY = 16 << 20;
    private static final int KNOWN_SESSIONS = 32;

    private final int port;
    private final SplittableRandom random;
    private final RequestMaker requests;
    private final FrameMutator mutator;
    private final List<Connection> open = new ArrayList<>();

    /** Connect responses of earlier sessions, to come back to them. */
    private final List<ConnectRequest> known = new ArrayList<>();

    private long frames;

    HostileClients(int port, long seed) {
        this.port = port;
        this.random = new SplittableRandom(seed);
        this.requests = new RequestMaker(random.split());
        this.mutator = new FrameMutator(random.split());
    }

    /** One client's connection: what it has still to say, in the pieces in which it says it. */
    private record Connection(Socket socket, List<byte[]> pieces) {}

    /**
     * Plays so many sessions to their end.
     *
     * @throws AssertionError if a connection is not closed when its client has ended it, or carries what is no reply
     */
    void play(int sessions) throws IOException {
        for (int begun = 0; begun < sessions || !open.isEmpty(); ) {
            if (begun < sessions && (open.isEmpty() || (open.size() < AT_ONCE && random.nextBoolean()))) {
                open.add(new Connection(connect(), pieces(session())));
                begun++;
            }
            step(open.get(random.nextInt(open.size())));
        }
    }

    /** Frames that were sent, whole or not. */
    long frames() {
        return frames;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        return socket;
    }

    private List<byte[]> session() {
        List<byte[]> session = new ArrayList<>();
        session.add(framed(connectRequest()));
        int count = random.nextInt(MAX_REQUESTS);
        for (int i = 1; i <= count; i++) {
            session.add(framed(requests.next(i)));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            mutator.mutate(session);
        }
        frames += session.size();
        return session;
    }

    private byte[] connectRequest() {
        ConnectRequest request = known.isEmpty() || random.nextInt(4) != 0
                ? new ConnectRequest(0, 0, random.nextInt(-1, 1500), 0, new byte[16], random.nextBoolean())
                : known.get(random.nextInt(known.size()));
        JuteWriter out = new JuteWriter();
        request.write(out);
        return out.toByteArray();
    }

    private static byte[] framed(byte[] payload) {
        byte[] frame = new byte[Integer.BYTES + payload.length];
        System.arraycopy(payload, 0, frame, Integer.BYTES, payload.length);
        return FrameMutator.withLength(frame);
    }

    /** Cuts a session's bytes where they may be cut on their way. */
    private List<byte[]> pieces(List<byte[]> session) {
        JuteWriter all = new JuteWriter();
        session.forEach(all::writeRaw);
        List<byte[]> pieces = new ArrayList<>();
        int largest = random.nextInt(8) == 0 ? 8 : 1 << random.nextInt(8, 20);
        for (int from = 0; from < all.size() && pieces.size() < 200; ) {
            int length = Math.min(all.size() - from, random.nextInt(1, largest + 1));
            pieces.add(Arrays.copyOfRange(all.array(), from, from + length));
            from += length;
        }
        return pieces;
    }

    private void step(Connection connection) throws IOException {
        if (!connection.pieces().isEmpty()) {
            try {
                connection.socket().getOutputStream().write(connection.pieces().remove(0));
                return;
            } catch (IOException closedByServer) {
                connection.pieces().clear();
            }
        }
        open.remove(connection);
        try (Socket socket = connection.socket()) {
            end(socket);
        }
    }

    /** In order mostly; sometimes at once, with or without what TCP does when bytes were not read. */
    private void end(Socket socket) throws IOException {
        int how = random.nextInt(10);
        if (how == 0) {
            socket.setSoLinger(true, 0);
        } else if (how > 1) {
            try {
                socket.shutdownOutput();
                readToTheEnd(socket);
            } catch (SocketTimeoutException e) {
                throw new AssertionError(
                        "a connection whose client has ended it is still open after " + TIMEOUT_MS + " ms", e);
            } catch (IOException closedByServer) {
                // As it may.
            }
        }
    }

    private void readToTheEnd(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        boolean first = true;
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException e) {
                return;
            }
            if (first && (length != 37 && length != 36)) {
                in.readAllBytes(); // the answer to a four-letter word
                return;
            }
            if (length < 16 || length > MAX_REPLY) {
                throw new AssertionError("a reply of " + length + " bytes");
            }
            byte[] reply = in.readNBytes(length);
            if (first && reply.length == length) {
                remember(reply);
            }
            first = false;
        }
    }

    private void remember(byte[] connectResponse) {
        java.nio.ByteBuffer response = java.nio.ByteBuffer.wrap(connectResponse);
        int timeoutMs = response.getInt(4);
        long session = response.getLong(8);
        if (session != 0 && known.size() < KNOWN_SESSIONS) {
            known.add(new ConnectRequest(0, 0, timeoutMs, session, Arrays.copyOfRange(connectResponse, 20, 36), false));
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection each : open) {
            each.socket().close();
        }
    }
}
