package io.quorate.embedded;

import io.quorate.server.ServerWiring;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import io.quorate.server.config.StartException;
import io.quorate.server.loop.Gate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of an {@link EmbeddedEnsemble}, and its directory:
 *
 * <pre>
 *   DIR/zoo.cfg      as an operator writes it
 *   DIR/data/myid    and version-2/
 * </pre>
 *
 * Used under the ensemble's lock.
 */
final class EmbeddedServer {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final int ASK_TIMEOUT_MS = 2_000;
    private static final int MAX_ANSWER_BYTES = 1 << 16;
    private static final String MODE = "Mode: ";

    private final int id;
    private final Path directory;
    private final int clientPort;
    private final boolean durable;
    private final Gate gate = new Gate();
    private @Nullable ServerWiring running;
    private volatile @Nullable String failure;

    /** @param durable whether what is acknowledged has been forced to the disk: for data that is to outlive a crash of the machine */
    EmbeddedServer(int id, Path directory, int clientPort, boolean durable) {
        this.id = id;
        this.directory = directory;
        this.clientPort = clientPort;
        this.durable = durable;
    }

    static Path dataDirectory(Path directory) {
        return directory.resolve("data");
    }

    /** Writes the files that it is started with. */
    void configure(String zooCfg) {
        try {
            Path data = Files.createDirectories(dataDirectory(directory));
            Files.writeString(data.resolve("myid"), id + "\n");
            Files.writeString(directory.resolve("zoo.cfg"), zooCfg);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws StartException if it cannot start */
    void start() {
        if (running != null) {
            return;
        }
        Properties properties = new Properties();
        if (!durable) {
            properties.setProperty("zookeeper.forceSync", "no");
        }
        ServerConfig config = ServerConfigReader.read(directory.resolve("zoo.cfg"), properties, 1);
        failure = null;
        running = ServerWiring.start(config, this::onFatal, gate);
    }

    private void onFatal(int exitCode, String message, @Nullable Throwable thrown) {
        log.error("Server {}: {}", id, message, thrown);
        failure = message;
    }

    void stop() {
        ServerWiring server = running;
        running = null;
        if (server == null) {
            return;
        }
        try {
            if (!server.stop()) {
                log.warn("Server {} did not end in time", id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void kill() {
        ServerWiring server = running;
        running = null;
        if (server != null) {
            server.kill();
        }
    }

    boolean isRunning() {
        return running != null;
    }

    /** Why it has ended by itself. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    Gate gate() {
        return gate;
    }

    int id() {
        return id;
    }

    String address() {
        return "127.0.0.1:" + clientPort;
    }

    /** {@code leader}, {@code follower} or {@code standalone}; empty while it serves nobody. */
    Optional<String> mode() {
        if (running == null || gate.isClosed()) {
            return Optional.empty();
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), clientPort)) {
            socket.setSoTimeout(ASK_TIMEOUT_MS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(MODE))
                    .map(line -> line.substring(MODE.length()))
                    .findFirst();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "server " + id + " at " + address() + (isRunning() ? "" : " (down)")
                + (gate.isClosed() ? " (isolated)" : "")
                + failure().map(why -> " (failed: " + why + ")").orElse("");
    }
}
