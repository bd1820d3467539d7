package io.quorate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.server.FreePorts;
import io.quorate.server.ServerWiring;
import io.quorate.server.config.ServerConfigReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A whole server in this process, and what has to be true of it after any clients. */
final class FuzzedServer implements AutoCloseable {
    private static final int PATIENCE_S = 60;
    static final int WITNESS_AND_ASKER = 2;

    /** A section with which clients may try to prove by SASL who they are. */
    private static final String JAAS = """
            Server {
                org.apache.zookeeper.server.auth.DigestLoginModule required
                user_bob="secret";
            };
            """;

    private final List<String> fatal = new CopyOnWriteArrayList<>();
    private final int port = FreePorts.next();
    private final ServerWiring server;

    /** @param ioThreads 0 for connections on the core loop */
    FuzzedServer(Path dir, int ioThreads) throws IOException {
        Path jaas = dir.resolve("jaas.conf");
        Files.writeString(jaas, JAAS);
        Properties system = new Properties();
        system.setProperty("java.security.auth.login.config", jaas.toString());
        Path data = Files.createDirectories(dir.resolve("data"));
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(
                file,
                "dataDir=" + data + "\nclientPort=" + port + "\nclientPortAddress=127.0.0.1\ntickTime=100\n"
                        + "maxSessionTimeout=10000\nmaxClientCnxns=0\n4lw.commands.whitelist=*\npreAllocSize=64\nforceSync=no\n"
                        + "extendedTypesEnabled=true\nallowSaslFailedClients=true\nquorate.ioThreads=" + ioThreads
                        + "\n");
        server = ServerWiring.start(
                ServerConfigReader.read(file, system, 2),
                (exitCode, message, thrown) -> fatal.add(message + " " + thrown));
    }

    int port() {
        return port;
    }

    /** No error without a name, nothing left of who is gone: connections, sessions, watches, ephemerals, requests. */
    void assertUnharmed() throws IOException, InterruptedException {
        awaitConnections(WITNESS_AND_ASKER);
        awaitGone("zk_outstanding_requests", value -> value == 0);
        awaitGone("zk_global_sessions", value -> value <= 1);
        awaitGone("zk_ephemerals_count", value -> value == 0);
        awaitGone("zk_watch_count", value -> value == 0);
        assertThat(fatal).isEmpty();
    }

    /** Waits until there are no more connections than these. */
    void awaitConnections(int atMost) throws IOException, InterruptedException {
        assertThat(fatal).isEmpty();
        awaitGone("zk_num_alive_connections", value -> value <= atMost);
    }

    private void awaitGone(String name, Predicate<Double> holds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_S * 1_000_000_000L;
        String metrics = word("mntr");
        while (!holds.test(value(metrics, name))) {
            assertThat(System.nanoTime())
                    .as("%s: something stays\n%s\n%s", name, metrics, word("cons"))
                    .isLessThan(deadline);
            Thread.sleep(20);
            metrics = word("mntr");
        }
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "\t"))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in\n" + metrics));
    }

    private String word(String word) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() throws InterruptedException {
        boolean stopped = server.stop();
        assertThat(fatal).isEmpty();
        assertThat(stopped).as("the server stopped as it should").isTrue();
    }
}
