package io.quorate.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Ports for tests, each given out once. */
public final class FreePorts {
    /** Below the range from which Linux draws local ports: those come twice, and an outgoing connection may take one meanwhile. */
    private static final int FIRST = 11_000;

    private static final int LAST = 19_000;
    private static final int MAX_TRIES = 1000;

    private static final Set<Integer> GIVEN_OUT = new HashSet<>();
    private static final SplittableRandom RANDOM =
            new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid() << 32);

    private FreePorts() {}

    /** A port of the loopback address that nobody listens on, and that this JVM has not given out before. */
    public static synchronized int next() {
        for (int i = 0; i < MAX_TRIES; i++) {
            int port = RANDOM.nextInt(FIRST, LAST);
            if (GIVEN_OUT.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port in " + FIRST + " to " + LAST + " in " + MAX_TRIES + " tries");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
