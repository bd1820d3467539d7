package io.quorate.it.harness;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks a server on its client port with one of ZooKeeper's four-letter words. */
public final class FourLetterWord {
    private static final int TIMEOUT_MS = 2000;

    private FourLetterWord() {}

    /**
     * The whole answer of a server on loopback.
     *
     * @throws IOException if nobody listens, or the server does not answer and close within 2 s
     */
    public static String ask(int clientPort, String word) throws IOException {
        return ask(ServerPlace.LOOPBACK.host(), clientPort, word);
    }

    /** As {@link #ask(int, String)}, of a server anywhere. */
    static String ask(String host, int clientPort, String word) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MS);
            socket.connect(new InetSocketAddress(host, clientPort), TIMEOUT_MS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
