package io.quorate.it.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** The ports of one server, all on loopback. */
public record ServerPorts(int quorum, int election, int client) {
    /** JVMs that run tests at the same time, each with a share of the ports: its own number is in this property, from 1 on. */
    private static final int FORK = Integer.getInteger("quorate.it.fork", 1);

    private static final int SHARE = 6_000;
    private static final int SHARES = 2;

    /** Below the range from which Linux draws the local ports of outgoing connections, so that none of those takes ours. */
    private static final int FIRST = 20_000 + (FORK - 1) % SHARES * SHARE;

    private static final int LAST = FIRST + SHARE;

    private static final Set<Integer> GIVEN_OUT = new HashSet<>();
    private static final SplittableRandom RANDOM =
            new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid() << 32);

    /** Three ports that nobody listens on and that this JVM has not given out before. */
    public static ServerPorts free() {
        return new ServerPorts(freePort(), freePort(), freePort());
    }

    /** A port that nobody listens on and that this JVM has not given out before. */
    public static synchronized int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int port = RANDOM.nextInt(FIRST, LAST);
            if (GIVEN_OUT.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "no free loopback port found in " + FIRST + "…" + LAST + " after 1000 attempts");
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
