package io.quorate.it.harness;

import static java.util.stream.Collectors.joining;

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
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Servers of either kind, mixed as wanted, that know each other; sids count from 1. Voters come first, then observers. */
public final class Ensemble implements AutoCloseable {
    /** Short, so that what takes ticks does not take the tests' time. */
    public static final int TICK_MS = 500;

    private static final int INIT_LIMIT_TICKS = 20;
    private static final int SYNC_LIMIT_TICKS = 8;

    /** With {@code -Dquorate.it.keep=true} the directories stay for a look at what a failed test left. */
    private static final boolean KEEP = Boolean.getBoolean("quorate.it.keep");

    private final Path directory;
    private final List<ServerProcess> servers;
    private final List<ServerProcess> voters;

    private Ensemble(Path directory, List<ServerProcess> voters, List<ServerProcess> observers) {
        this.directory = directory;
        this.voters = List.copyOf(voters);
        this.servers = Stream.concat(voters.stream(), observers.stream()).toList();
    }

    /** What the ensemble is to be made of; nothing starts before {@link Ensemble#start()}. */
    public static final class Builder {
        private final List<Kind> voters = new ArrayList<>();
        private final List<Kind> observers = new ArrayList<>();
        private final Map<String, String> config = new LinkedHashMap<>();
        private final List<String> flags = new ArrayList<>();
        private IntFunction<ServerPlace> places = sid -> ServerPlace.LOOPBACK;

        Builder() {
            config.put("tickTime", Integer.toString(TICK_MS));
            config.put("initLimit", Integer.toString(INIT_LIMIT_TICKS));
            config.put("syncLimit", Integer.toString(SYNC_LIMIT_TICKS));
            config.put("maxClientCnxns", "0");
            config.put("preAllocSize", "64");
            config.put("admin.enableServer", "false");
            config.put("4lw.commands.whitelist", "*");
        }

        public Builder voters(Kind... kinds) {
            voters.addAll(List.of(kinds));
            return this;
        }

        public Builder observers(Kind... kinds) {
            observers.addAll(List.of(kinds));
            return this;
        }

        /** A line of every server's zoo.cfg, over what the harness would write. */
        public Builder config(String key, String value) {
            config.put(key, value);
            return this;
        }

        /** A system property of every server's JVM. */
        public Builder property(String key, String value) {
            flags.add("-D" + key + "=" + value);
            return this;
        }

        /** Of every server's JVM, behind those that all have. */
        public Builder flags(String... more) {
            flags.addAll(List.of(more));
            return this;
        }

        /** Where each server runs, by its id. */
        public Builder places(IntFunction<ServerPlace> newPlaces) {
            places = newPlaces;
            return this;
        }

        Ensemble build() {
            try {
                Path directory = Files.createTempDirectory("quorate-it-");
                Map<Integer, ServerPorts> ports = new LinkedHashMap<>();
                for (int sid = 1; sid <= voters.size() + observers.size(); sid++) {
                    ports.put(sid, ServerPorts.free());
                }
                addServerLines(ports);
                return new Ensemble(
                        directory,
                        create(directory, 1, voters, ports),
                        create(directory, voters.size() + 1, observers, ports));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void addServerLines(Map<Integer, ServerPorts> ports) {
            if (ports.size() == 1) {
                return; // standalone
            }
            ports.forEach((sid, port) -> config.put(
                    "server." + sid,
                    "%s:%d:%d:%s"
                            .formatted(
                                    places.apply(sid).host(),
                                    port.quorum(),
                                    port.election(),
                                    sid <= voters.size() ? "participant" : "observer")));
        }

        private List<ServerProcess> create(
                Path directory, int firstSid, List<Kind> kinds, Map<Integer, ServerPorts> ports) {
            List<ServerProcess> created = new ArrayList<>();
            for (int i = 0; i < kinds.size(); i++) {
                int sid = firstSid + i;
                created.add(ServerProcess.create(
                        sid,
                        kinds.get(i),
                        directory.resolve("server-" + sid),
                        ports.get(sid),
                        places.apply(sid),
                        config,
                        flags));
            }
            return created;
        }
    }

    /** An ensemble that does not run yet; the caller closes it. */
    public static Ensemble of(UnaryOperator<Builder> what) {
        return what.apply(new Builder()).build();
    }

    public List<ServerProcess> servers() {
        return servers;
    }

    public List<ServerProcess> running() {
        return servers.stream().filter(ServerProcess::isRunning).toList();
    }

    /** The server with this id. */
    public ServerProcess server(int sid) {
        return servers.get(sid - 1);
    }

    /** Starts every server that does not run. */
    public Ensemble start() {
        servers.stream().filter(server -> !server.isRunning()).forEach(ServerProcess::start);
        return this;
    }

    /** Waits until every running server serves and one of the voters leads. */
    public Ensemble awaitServing() {
        Await.until("every running server of " + this + " to serve, one as leader", ServerProcess.START_TIMEOUT, () -> {
            List<ServerProcess> running = running();
            List<String> modes = running.stream()
                    .map(ServerProcess::mode)
                    .flatMap(Optional::stream)
                    .toList();
            return modes.size() == running.size()
                    && modes.stream().filter("leader"::equals).count() == 1;
        });
        return this;
    }

    /** The one that leads now, waiting for an election to end. */
    public ServerProcess leader() {
        return Await.value("a leader of " + this, ServerProcess.START_TIMEOUT, this::leaderNow);
    }

    private Optional<ServerProcess> leaderNow() {
        return voters.stream()
                .filter(voter -> voter.mode().filter("leader"::equals).isPresent())
                .findFirst();
    }

    /** Every running voter that follows now, lowest sid first. */
    public List<ServerProcess> followers() {
        return voters.stream()
                .filter(voter -> voter.mode().filter("follower"::equals).isPresent())
                .toList();
    }

    /** The client addresses of all servers, running or not. */
    public String connectString() {
        return servers.stream().map(ServerProcess::address).collect(joining(","));
    }

    /** Restarts with SIGTERM. */
    public void restart(ServerProcess server) {
        server.stop();
        server.start();
    }

    /** SIGKILL to every running server, as a power cut that spares the page cache. */
    public void kill9All() {
        // All are on their way out before the first is waited for: none lives long enough to notice the others' end.
        running().forEach(server -> server.process().kill9WithoutWaiting());
        servers.forEach(ServerProcess::close);
    }

    /** SIGTERM to every running server. */
    public void stopAll() {
        running().forEach(ServerProcess::stop);
    }

    /**
     * Reads the whole tree from every running server and compares.
     *
     * @return the tree that all agree on
     * @throws AssertionError with the differences
     */
    public TreeDump assertEqualTrees() {
        List<ServerProcess> running = running();
        TreeDump reference = TreeDump.of(running.get(0));
        for (ServerProcess other : running.subList(1, running.size())) {
            String differences = reference.differences(TreeDump.of(other));
            if (!differences.isEmpty()) {
                throw new AssertionError(
                        "trees differ between " + running.get(0) + " and " + other + ":\n" + differences);
            }
        }
        return reference;
    }

    /** The end of every server's log, for the message of a failed test. */
    public String logTails() {
        return servers.stream().map(ServerProcess::logTail).collect(joining("\n"));
    }

    @Override
    public void close() {
        kill9All();
        if (!KEEP) {
            delete(directory);
        }
    }

    @Override
    public String toString() {
        return servers.toString();
    }

    /** How long a session of this timeout may live on after its client is gone: it is rounded up to a tick, and then found out. */
    public static Duration expiryBound(Duration sessionTimeout) {
        return sessionTimeout.plusMillis(2L * TICK_MS);
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
