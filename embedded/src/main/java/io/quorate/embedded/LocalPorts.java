package io.quorate.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of the loopback address. */
final class LocalPorts {
    private LocalPorts() {}

    /** So many that nobody listens on now. Somebody else may take one of them before it is used. */
    static List<Integer> free(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new EmbeddedException("no free port of the loopback address: " + e.getMessage(), e);
        } finally {
            held.forEach(LocalPorts::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new EmbeddedException("port " + socket.getLocalPort() + " cannot be let go: " + e.getMessage(), e);
        }
    }
}
