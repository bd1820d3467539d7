package io.quorate.client;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.OpCode;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between clients and a server, and breaks a connection at the moment that a test wants: between a request and its answer. */
public final class ProxiedServer implements AutoCloseable {
    private static final int HEADER_BYTES = 12;

    private final int port;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Long, byte[]> passwords = new ConcurrentHashMap<>();
    private final CountDownLatch wasCut = new CountDownLatch(1);
    private volatile boolean cut;
    private volatile Runnable onSwallowed = () -> {};
    private final AtomicInteger swallowAnswersOf = new AtomicInteger(Integer.MIN_VALUE);
    private final AtomicInteger dropRequestsOf = new AtomicInteger(Integer.MIN_VALUE);

    public ProxiedServer(int port) throws IOException {
        this.port = port;
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** The next request of this op code reaches the server; its answer breaks the connection. */
    public void loseNextAnswer(int opCode) {
        loseNextAnswer(opCode, () -> {});
    }

    /** @param then done right before the connection breaks */
    public void loseNextAnswer(int opCode, Runnable then) {
        onSwallowed = then;
        swallowAnswersOf.set(opCode);
    }

    /** The next request of this op code breaks the connection and does not reach the server. */
    public void loseNextRequest(int opCode) {
        dropRequestsOf.set(opCode);
    }

    public void dropConnections() {
        open.forEach(ProxiedServer::closeQuietly);
    }

    /** From now on nobody gets through. */
    public void cut() {
        cut = true;
        dropConnections();
        wasCut.countDown();
    }

    public void awaitCut() throws InterruptedException {
        if (!wasCut.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody cut the connections within 30 s");
        }
    }

    public void heal() {
        cut = false;
    }

    /** Ends a session that was begun through here, as its silence would: the client hears of it when it comes back. */
    public void expire(long sessionId) throws IOException {
        cut();
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            ConnectRequest hello = new ConnectRequest(0, 0, 10_000, sessionId, passwords.get(sessionId), false);
            JuteWriter frame = new JuteWriter(64).writeInt(0);
            hello.write(frame);
            frame.setInt(0, frame.size() - 4);
            out.write(frame.array(), 0, frame.size());
            readFrame(server.getInputStream());
            out.writeInt(8);
            out.writeInt(1);
            out.writeInt(OpCode.CLOSE_SESSION);
            readFrame(server.getInputStream());
        } finally {
            heal();
        }
    }

    private void accept() throws IOException {
        while (!listening.isClosed()) {
            Socket client = listening.accept();
            if (cut) {
                closeQuietly(client);
                continue;
            }
            Socket server;
            try {
                server = new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                closeQuietly(client);
                continue;
            }
            open.add(client);
            open.add(server);
            Link link = new Link(client, server);
            start("requests", link::requests);
            start("answers", link::answers);
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile int awaitedXid = Integer.MIN_VALUE;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() throws IOException {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            boolean first = true;
            for (byte[] frame = readFrame(in); frame != null; frame = readFrame(in)) {
                int type = first || frame.length < HEADER_BYTES ? Integer.MIN_VALUE + 1 : intAt(frame, 8);
                first = false;
                if (dropRequestsOf.compareAndSet(type, Integer.MIN_VALUE)) {
                    break;
                }
                if (swallowAnswersOf.compareAndSet(type, Integer.MIN_VALUE)) {
                    awaitedXid = intAt(frame, 4);
                }
                out.write(frame);
                out.flush();
            }
            end();
        }

        void answers() throws IOException {
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            boolean first = true;
            for (byte[] frame = readFrame(in); frame != null; frame = readFrame(in)) {
                if (!first && intAt(frame, 4) == awaitedXid) {
                    onSwallowed.run();
                    break;
                }
                if (first) {
                    remember(frame);
                }
                first = false;
                out.write(frame);
                out.flush();
            }
            end();
        }

        private void end() {
            closeQuietly(client);
            closeQuietly(server);
            open.remove(client);
            open.remove(server);
        }
    }

    /** A ConnectResponse: length, version, time-out, session, password. */
    private void remember(byte[] hello) {
        passwords.put(ByteBuffer.wrap(hello).getLong(12), Arrays.copyOfRange(hello, 24, 40));
    }

    /** With its length; null at the end. */
    private static byte[] readFrame(InputStream in) throws IOException {
        byte[] length = in.readNBytes(4);
        if (length.length < 4) {
            return null;
        }
        int size = intAt(length, 0);
        byte[] frame = new byte[4 + size];
        System.arraycopy(length, 0, frame, 0, 4);
        return in.readNBytes(frame, 4, size) == size ? frame : null;
    }

    private static int intAt(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void start(String name, Body body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (IOException e) {
                        // A connection that a test has broken.
                    }
                },
                "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as good as closed.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        dropConnections();
    }
}
