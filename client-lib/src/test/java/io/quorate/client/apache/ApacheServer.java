package io.quorate.client.apache;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A real Apache ZooKeeper server, alone and in this JVM, on a free port of the loopback interface. */
public final class ApacheServer implements AutoCloseable {
    public static final int TICK_MS = 200;

    private final Path directory;
    private final ZooKeeperServer server;
    private final ServerCnxnFactory factory;
    private final int port;

    public ApacheServer() throws IOException, InterruptedException {
        this(Files.createTempDirectory("quorate-apache"), 0);
    }

    private ApacheServer(Path directory, int wantedPort) throws IOException, InterruptedException {
        this.directory = directory;
        server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MS);
        server.setMaxSessionTimeout(60_000);
        factory = new NIOServerCnxnFactory();
        factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), 1000);
        factory.startup(server);
        port = factory.getLocalPort();
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Ends a session as its silence would. */
    public void expire(long sessionId) {
        server.closeSession(sessionId);
    }

    public int connections() {
        return factory.getNumAliveConnections();
    }

    /** Breaks all connections; the sessions stay. */
    public void dropConnections() {
        factory.getConnections()
                .forEach(each -> each.close(org.apache.zookeeper.server.ServerCnxn.DisconnectReason.UNKNOWN));
    }

    /** Stops without losing anything, to be started again with {@link #restarted()}. */
    public void stop() {
        factory.shutdown();
        server.shutdown();
    }

    /** The same data on the same port again. */
    public ApacheServer restarted() throws IOException, InterruptedException {
        return new ApacheServer(directory, port);
    }

    @Override
    public void close() throws IOException {
        stop();
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
