package io.quorate.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Stands between one client and the servers, and can be cut: then nothing goes through in either direction, and neither side is told, as when a
 * network is parted. Once mended, connections that were cut are closed, and new ones go through.
 */
public final class CutWire implements AutoCloseable {
    private final List<ServerSocket> entrances = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean closed;

    /** @param ensemble whose servers the wire leads to */
    public CutWire(Ensemble ensemble) throws IOException {
        for (ServerProcess server : ensemble.servers()) {
            ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            entrances.add(entrance);
            int port = server.ports().client();
            start("wire-to-" + port, () -> accept(entrance, port));
        }
    }

    /** For a client's connect string. */
    public String connectString() {
        return entrances.stream()
                .map(each -> "127.0.0.1:" + each.getLocalPort())
                .collect(Collectors.joining(","));
    }

    public void cut() {
        cut = true;
    }

    public void mend() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        sockets.clear();
        cut = false;
    }

    private interface Task {
        void run() throws IOException;
    }

    private void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // One side has closed: so is the other.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket entrance, int port) throws IOException {
        while (!closed) {
            Socket client = entrance.accept();
            sockets.add(client);
            start("wire", () -> connect(client, port));
        }
    }

    private void connect(Socket client, int port) throws IOException {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            sockets.add(server);
            start("wire-back", () -> pump(server, client));
            pump(client, server);
        }
    }

    private void pump(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!cut) { // what is sent while it is cut never arrives, and what follows it on this connection
                    // neither
                    out.write(buffer, 0, read);
                } else {
                    swallow(in, buffer);
                }
            }
        } finally {
            if (!cut) {
                to.close();
            }
        }
    }

    private static void swallow(InputStream in, byte[] buffer) throws IOException {
        while (in.read(buffer) >= 0) {
            // until it is closed
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (ServerSocket each : entrances) {
            each.close();
        }
        mend();
    }
}
