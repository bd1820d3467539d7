package io.quorate.embedded;

import static java.util.stream.Collectors.joining;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.server.config.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Servers within this JVM, on ports of the loopback address, that can be killed, started again and cut off:
 *
 * <pre>{@code
 * try (EmbeddedEnsemble ensemble = EmbeddedEnsemble.start(3);
 *         QuorateClient client = ensemble.connect()) {
 *     client.blocking().create("/a", new byte[0]);
 *     ensemble.kill(ensemble.leader());
 *     ensemble.awaitServing();
 *     client.blocking().setData("/a", new byte[] {1});
 * }
 * }</pre>
 *
 * Servers are numbered from 1 on. Methods that wait do so for a bounded time, and throw {@link EmbeddedException} with what they waited for.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedEnsemble implements AutoCloseable {
    /** A tick; the shortest session time-out is two. */
    public static final Duration TICK = Duration.ofMillis(500);

    private static final int LIMIT_TICKS = 20;
    private static final int MAX_SERVERS = 9;

    /** Of ports that somebody else takes between the choice and the bind. */
    private static final int START_TRIES = 5;

    private static final int PORTS_A_SERVER = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 2_000_000;

    private final Path directory;
    private final boolean isTemporary;
    private final List<EmbeddedServer> servers;

    private EmbeddedEnsemble(Path directory, boolean isTemporary, List<EmbeddedServer> servers) {
        this.directory = directory;
        this.isTemporary = isTemporary;
        this.servers = List.copyOf(servers);
    }

    /** What the ensemble is to be like. */
    public static final class Builder {
        private final Map<String, String> config = new LinkedHashMap<>();
        private int count = 1;
        private int basePort;
        private boolean durable;
        private @Nullable Path directory;

        private Builder() {
            config.put("tickTime", Long.toString(TICK.toMillis()));
            config.put("initLimit", Integer.toString(LIMIT_TICKS));
            config.put("syncLimit", Integer.toString(LIMIT_TICKS));
            config.put("maxClientCnxns", "0");
            config.put("preAllocSize", "64");
            config.put("admin.enableServer", "false");
            config.put("4lw.commands.whitelist", "*");
        }

        /** How many; 1, 3 and 5 are of use. Default: 1. */
        public Builder servers(int number) {
            if (number < 1 || number > MAX_SERVERS) {
                throw new IllegalArgumentException(
                        number + " servers: from 1 to " + MAX_SERVERS + ", and best an odd number");
            }
            count = number;
            return this;
        }

        /** Where the data is, and stays. Default: a temporary directory, that is deleted at the end. */
        public Builder directory(Path where) {
            directory = where;
            return this;
        }

        /** The first server's client port; the others follow, and then the ports between servers, two for each. Default: any that are free. */
        public Builder basePort(int port) {
            basePort = port;
            return this;
        }

        /** A line of every server's zoo.cfg, instead of what would stand there. */
        public Builder config(String key, String value) {
            config.put(key, value);
            return this;
        }

        /**
         * What is acknowledged has been forced to the disk, so that it outlives a crash of the machine. Default: not, which is faster, and of
         * servers that are killed as here nothing is lost.
         */
        public Builder durable() {
            durable = true;
            return this;
        }

        /** Starts the servers, and returns when all serve. */
        public EmbeddedEnsemble start() {
            for (int attempt = 1; ; attempt++) {
                EmbeddedEnsemble ensemble = create();
                try {
                    ensemble.startAll();
                    ensemble.awaitServing();
                    return ensemble;
                } catch (StartException e) {
                    ensemble.close();
                    if (basePort != 0 || attempt == START_TRIES) {
                        throw new EmbeddedException("The servers cannot be started: " + e.getMessage(), e);
                    }
                } catch (RuntimeException e) {
                    ensemble.close();
                    throw e;
                }
            }
        }

        private EmbeddedEnsemble create() {
            try {
                Path where = directory == null
                        ? Files.createTempDirectory("quorate-embedded-")
                        : Files.createDirectories(directory);
                List<Integer> ports = ports();
                List<EmbeddedServer> created = new ArrayList<>();
                for (int id = 1; id <= count; id++) {
                    Path own = where.resolve("server-" + id);
                    EmbeddedServer server = new EmbeddedServer(id, own, ports.get(id - 1), durable);
                    server.configure(zooCfg(own, id, ports));
                    created.add(server);
                }
                return new EmbeddedEnsemble(where, directory == null, created);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private List<Integer> ports() {
            int all = PORTS_A_SERVER * count;
            return basePort == 0
                    ? LocalPorts.free(all)
                    : Stream.iterate(basePort, port -> port + 1).limit(all).toList();
        }

        private String zooCfg(Path own, int id, List<Integer> ports) {
            StringBuilder lines = new StringBuilder();
            config.forEach(
                    (key, value) -> lines.append(key).append('=').append(value).append('\n'));
            lines.append("dataDir=")
                    .append(EmbeddedServer.dataDirectory(own).toAbsolutePath())
                    .append('\n');
            lines.append("clientPortAddress=127.0.0.1\nclientPort=")
                    .append(ports.get(id - 1))
                    .append('\n');
            for (int other = 1; count > 1 && other <= count; other++) {
                int quorum = ports.get(count + 2 * (other - 1));
                int election = ports.get(count + 2 * (other - 1) + 1);
                lines.append("server." + other + "=127.0.0.1:" + quorum + ":" + election + "\n");
            }
            return lines.toString();
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** So many servers, in a temporary directory, on any ports; all serve when it returns. */
    public static EmbeddedEnsemble start(int servers) {
        return builder().servers(servers).start();
    }

    private void startAll() {
        servers.forEach(EmbeddedServer::start);
    }

    // ---- For clients

    /** All servers, as clients want it. */
    public String connectString() {
        return servers.stream().map(EmbeddedServer::address).collect(joining(","));
    }

    /** One server's address alone. */
    public String connectString(int id) {
        return server(id).address();
    }

    /** For clients of all servers. */
    public ClientBuilder clients() {
        return QuorateClient.builder(connectString());
    }

    /** A client of all servers, which has its session; the caller closes it. */
    public QuorateClient connect() {
        QuorateClient client = clients().connect();
        try {
            if (client.blocking().awaitConnected(PATIENCE)) {
                return client;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
        throw new EmbeddedException("no session within " + PATIENCE.toSeconds() + " s, of " + this);
    }

    /** Where the servers' directories are. */
    public Path directory() {
        return directory;
    }

    // ---- Servers

    public int size() {
        return servers.size();
    }

    /** The one that leads, or is alone; waits for an election. */
    public int leader() {
        List<Integer> found = new ArrayList<>();
        await("a leader", () -> {
            leaderNow().ifPresent(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** One that follows; waits until there is one. */
    public int follower() {
        List<Integer> found = new ArrayList<>();
        await("a follower", () -> {
            serving("follower").findFirst().ifPresent(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    private Optional<Integer> leaderNow() {
        return Stream.concat(serving("leader"), serving("standalone")).findFirst();
    }

    private Stream<Integer> serving(String mode) {
        return servers.stream()
                .filter(server -> server.mode().filter(mode::equals).isPresent())
                .map(EmbeddedServer::id);
    }

    public synchronized boolean isRunning(int id) {
        return server(id).isRunning();
    }

    /**
     * As {@code kill -9} of its process: its sockets close, and what it has not written it does not write any more. Sessions go on at other servers, or
     * run out.
     */
    public synchronized void kill(int id) {
        server(id).kill();
    }

    /** As an operator stops it. */
    public synchronized void stop(int id) {
        server(id).stop();
    }

    /** Starts a server that does not run, on its data; nothing happens to one that does. Returns at once: {@link #awaitServing} waits. */
    public synchronized void startAgain(int id) {
        try {
            server(id).start();
        } catch (StartException e) {
            throw new EmbeddedException(server(id) + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Kills it, and starts it again; returns when it serves. */
    public void restart(int id) {
        kill(id);
        startAgain(id);
        await(server(id) + " to serve", () -> server(id).mode().isPresent());
    }

    /**
     * Cuts a server off from the others and from all clients: connections stay, but nothing comes through, in neither direction, as in a network that
     * loses everything. {@link #rejoin} lets through what waits. Of a connection that it gives up meanwhile the other end is told.
     */
    public synchronized void isolate(int id) {
        server(id).gate().close();
    }

    /** The end of {@link #isolate}. */
    public synchronized void rejoin(int id) {
        server(id).gate().open();
    }

    /** All servers run, none is isolated, and all serve. */
    public void heal() {
        for (EmbeddedServer server : servers) {
            rejoin(server.id());
            startAgain(server.id());
        }
        awaitServing();
    }

    /** Waits until all servers that run and are not isolated serve, and one of them leads. */
    public void awaitServing() {
        await("all to serve", () -> {
            failIfOneHasFailed();
            return leaderNow().isPresent()
                    && servers.stream()
                            .filter(server ->
                                    server.isRunning() && !server.gate().isClosed())
                            .allMatch(server -> server.mode().isPresent());
        });
    }

    private void failIfOneHasFailed() {
        if (servers.stream()
                .anyMatch(server -> server.isRunning() && server.failure().isPresent())) {
            throw new EmbeddedException("a server has failed: " + this);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                throw new EmbeddedException(
                        "waited " + PATIENCE.toSeconds() + " s in vain for " + what + ", of " + this);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new EmbeddedException("interrupted while waiting for " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private EmbeddedServer server(int id) {
        if (id < 1 || id > servers.size()) {
            throw new IllegalArgumentException("there is no server " + id + ", only those from 1 to " + servers.size());
        }
        return servers.get(id - 1);
    }

    /** Stops all servers, and deletes their data if it is in a temporary directory. */
    @Override
    public synchronized void close() {
        // Nothing is to be kept: there is no need for an orderly end.
        servers.forEach(isTemporary ? EmbeddedServer::kill : EmbeddedServer::stop);
        if (isTemporary) {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return servers.stream().map(Objects::toString).collect(joining(", "));
    }
}
